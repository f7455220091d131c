import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorStore

/// The history that is being removed at this moment: looked up, it is not there, so that nothing new can come of it.
struct PendingDeletions {
    private(set) var tasks: Set<TaskKey> = []
    private(set) var workflows: Set<WorkflowID> = []
    private(set) var deadLetters: Set<DeadLetterID> = []

    init() {}

    init(_ expired: Expired) {
        tasks = Set(expired.tasks)
        workflows = Set(expired.workflows + expired.parts.map(\.workflowID))
        deadLetters = Set(expired.deadLetters)
    }

    func holds(_ key: TaskKey) -> Bool {
        tasks.contains(key) || key.workflowID.map(workflows.contains) ?? false
    }
}

extension PendingRecords {
    /// What may be removed of `expired`: nothing that is on its way to the store.
    func settled(_ expired: Expired) -> Expired {
        var expired = expired
        expired.tasks.removeAll { task($0) != nil }
        expired.workflows.removeAll { workflow($0) != nil }
        expired.parts.removeAll { workflow($0.workflowID) != nil }
        expired.deadLetters.removeAll { letter($0) != nil }
        return expired
    }
}
