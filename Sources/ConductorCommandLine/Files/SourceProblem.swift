/// Something that is wrong in a file, and where.
package struct SourceProblem: Error, Hashable, CustomStringConvertible {
    /// Both count from 1; columns in Unicode scalars.
    package struct Position: Hashable, Comparable, Sendable {
        package let line: Int
        package let column: Int

        package static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
    }

    package let file: String
    /// Nil for what concerns the file as a whole.
    package let position: Position?
    /// Dotted from the file's outermost value; empty for that value itself.
    package let field: String
    package let message: String

    package var description: String {
        let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
        return field.isEmpty ? "\(place): \(message)" : "\(place): \(field): \(message)"
    }
}

/// All that is wrong in a file; never empty.
package struct SourceProblems: Error, Hashable, CustomStringConvertible {
    package let all: [SourceProblem]

    package init(_ first: SourceProblem) {
        all = [first]
    }

    /// Nil where there is nothing wrong.
    package init?(_ all: [SourceProblem]) {
        guard !all.isEmpty else { return nil }
        self.all = all
    }

    package var description: String { all.map(\.description).joined(separator: "\n") }
}
