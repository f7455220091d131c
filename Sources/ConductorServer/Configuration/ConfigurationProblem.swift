import ConductorYAML

/// What is wrong with the configuration, and where.
public struct ConfigurationProblem: Error, Hashable, Sendable {
    public enum Place: Hashable, Sendable {
        /// Both count from 1; line 0 is the file as a whole.
        case file(String, line: Int, column: Int)
        case environment(variable: String)
        case commandLine

        /// - Parameter mark: nil for the file as a whole.
        static func file(_ path: String, _ mark: YAMLNode.Mark?) -> Place {
            .file(path, line: mark?.line ?? 0, column: mark?.column ?? 0)
        }
    }

    public let place: Place
    /// Dotted; empty where no single key is meant.
    public let key: String
    /// What was expected.
    public let reason: String
}

extension ConfigurationProblem: CustomStringConvertible {
    public var description: String {
        let text = key.isEmpty ? reason : "\(key): \(reason)"
        switch place {
        case .file(let path, 0, _): return "\(path): \(text)"
        case .file(let path, let line, let column): return "\(path):\(line):\(column): \(text)"
        case .environment(let variable): return "\(variable): \(text)"
        case .commandLine: return "--" + key.replacing("_", with: "-") + ": " + reason
        }
    }
}

/// All that is wrong with a configuration: what the file says first, in the order of its lines.
public struct ConfigurationProblems: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [ConfigurationProblem]

    init(_ problems: [ConfigurationProblem]) {
        func line(_ problem: ConfigurationProblem) -> Int {
            switch problem.place {
            case .file(_, let line, _): line
            case .environment, .commandLine: .max
            }
        }
        // Not a stable sort: the position decides within a line.
        self.problems = problems.enumerated()
            .sorted { (line($0.element), $0.offset) < (line($1.element), $1.offset) }
            .map(\.element)
    }

    /// One line each.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
