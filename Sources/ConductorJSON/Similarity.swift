extension String {
    /// What is longer is no slip, and its distance costs too much.
    private static let longestSlip = 64

    /// `; did you mean "name"?` where one of the candidates is near, else nothing.
    package func suggestion(among candidates: [String]) -> String {
        mostSimilar(among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// The candidate that a slip of the fingers could have made this from; nil where none is near.
    package func mostSimilar(among candidates: [String]) -> String? {
        guard utf8.count <= Self.longestSlip else { return nil }
        var best: (name: String, distance: Int)?
        for name in candidates {
            let nearEnough = Swift.max(1, Swift.min(count, name.count) / 3)
            guard Swift.abs(count - name.count) <= nearEnough else { continue }
            let distance = distance(to: name)
            if distance <= nearEnough, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// Characters to insert, remove, change or swap with their neighbour: optimal string alignment.
    private func distance(to other: String) -> Int {
        let (a, b) = (Array(self), Array(other))
        var rows = [Array(0...b.count)]
        for i in 1..<(a.count + 1) {
            var row = [i]
            for j in 1..<(b.count + 1) {
                let change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                var best = Swift.min(rows[i - 1][j] + 1, row[j - 1] + 1, change)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    best = Swift.min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
