import ConductorModel

extension TaskDefinition {
    /// By its id, which the daemon makes where the file gives none, and by its name.
    private var shown: String {
        guard let id = taskID?.description else { return "\"\(name)\"" }
        return id == name ? id : "\(id) \"\(name)\""
    }

    /// Of a task that no phase of its workflow takes.
    package var neverRuns: String {
        let reason = assignedTo.map { "no phase for type \($0.rawValue)" } ?? "it has no type"
        return TerminalText.sanitized("task \(shown) will never run: \(reason)")
    }
}
