extension String {
    /// The candidate that a slip of the fingers could have made this from; nil where none is near.
    package func mostSimilar(among candidates: [String]) -> String? {
        let near = candidates.map { (name: $0, distance: distance(to: $0)) }
            .filter { $0.distance <= Swift.max(1, Swift.min(count, $0.name.count) / 3) }
        return near.min { $0.distance < $1.distance }?.name
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
