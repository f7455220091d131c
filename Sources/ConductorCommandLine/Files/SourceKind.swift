import ConductorJSON
import ConductorModel

/// What a file is that people write.
package enum SourceKind: String, CaseIterable, Sendable {
    case workflow, fleet, configuration

    /// The name that the daemon's configuration has by itself.
    private static let configurationName = "conductor.yaml"

    /// As the name or the outermost keys of a file tell; nil where they do not.
    ///
    /// - Parameter document: not read where the name tells.
    package init?(
        path: String, _ document: () throws(SourceProblems) -> SourceDocument
    ) throws(SourceProblems) {
        if path.split(separator: "/").last.map(String.init) == Self.configurationName {
            self = .configuration
            return
        }
        let text = try document().json
        guard let root = try? text.parsed() else { return nil }
        let keys = root.members.map(\.key)
        if root.kind != .object || keys.contains(where: WorkflowDefinition.sourceForm.keys.contains) {
            self = .workflow
        } else if keys.contains(where: FleetFile.sourceForm.keys.contains) {
            self = .fleet
        } else {
            return nil
        }
    }
}

/// A file that could be of any kind.
package struct UnknownSourceKind: Error, CustomStringConvertible {
    let file: String

    package init(path: String) {
        file = SourceFile.name(of: path)
    }

    package var description: String {
        let kinds = SourceKind.allCases.map(\.rawValue).joined(separator: "|")
        return "\(file): neither a workflow (tasks:) nor a fleet (agents:); say what it is with --as \(kinds)"
    }
}

extension SourceForm {
    /// Of a mapping.
    fileprivate var keys: [String] {
        guard case .mapping(let keys) = self else { return [] }
        return keys.map(\.name)
    }
}
