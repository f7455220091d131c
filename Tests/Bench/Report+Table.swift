import Foundation

extension Report {
    /// For people: Markdown, aligned.
    public var table: String {
        let loads = samples.map(\.load).sorted()
        let stolen = samples.reduce(0) { $0 + $1.stolen }
        return """
            \(machine.cpus) × \(machine.processor), Linux \(machine.kernel), \(machine.fileSystem) at \(machine.folder)
            \(machine.binary), \(machine.bytes) bytes
            sha256 \(machine.sha256)
            \(rounds) rounds, scale \(scale), seed \(seed); load average \(Self.text(loads.first)) to \
            \(Self.text(loads.last)), \(Self.text(stolen)) CPU seconds stolen

            \(Self.markdown([Self.headings] + rows.map(\.cells)))
            """
    }

    private static let headings = [
        "workload", "subject", "tasks/s", "p50 µs", "p99 µs", "× floor", "spread", "CPU µs server", "clients",
        "flushes", "calls", "allocations",
    ]

    static func markdown(_ lines: [[String]]) -> String {
        let widths = (lines.first ?? []).indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).enumerated().map { index, cell in
                let fill = String(repeating: " ", count: cell.1 - cell.0.count)
                return index < 2 ? cell.0 + fill : fill + cell.0
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = widths.enumerated().map { column, width in
            column < 2 ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
        }
        return ([line(lines.first ?? []), line(rule)] + lines.dropFirst().map(line)).joined(separator: "\n")
    }

    /// Three digits that say something.
    static func text(_ number: Double?) -> String {
        guard let number else { return "" }
        if number.isNaN { return "?" }
        return String(format: number >= 100 ? "%.0f" : number >= 10 ? "%.1f" : "%.2f", number)
    }
}

extension Report.Row {
    fileprivate var cells: [String] {
        [workload, subject.rawValue]
            + [tasksPerSecond, p50, p99, ratio, spread, serverCPU, clientCPU, flushes, systemCalls, allocations]
            .map(Report.text)
    }
}
