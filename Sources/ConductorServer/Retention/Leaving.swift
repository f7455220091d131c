import ConductorModel
import ConductorStore

/// The history that is being removed at this moment: looked up, it is not there, so that nothing new can come of it.
struct Leaving {
    private(set) var tasks: Set<TaskKey> = []
    private(set) var workflows: Set<WorkflowID> = []
    private(set) var deadLetters: Set<DeadLetterID> = []

    init() {}

    init(_ expired: Expired) {
        tasks = Set(expired.tasks)
        workflows = Set(expired.workflows)
        deadLetters = Set(expired.deadLetters)
    }

    func holds(_ key: TaskKey) -> Bool {
        tasks.contains(key) || key.workflowID.map(workflows.contains) ?? false
    }
}
