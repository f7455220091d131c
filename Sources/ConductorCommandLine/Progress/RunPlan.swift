import ConductorModel
import ConductorProtocol

/// What the definition of a run tells before its events do.
package struct RunPlan: Hashable, Sendable {
    /// Whether it is known.
    package private(set) var isKnown = false
    /// Of the runs of its name; 0 where the daemon gives none.
    package var number = 0
    package var phases: [Phase] = []
    /// How many rounds feedback can make it.
    package var mostRounds = 1
    /// How often tasks may be tried, where the definition says so.
    package var mostAttempts: [TaskID: Int] = [:]
    /// Tasks that not every agent of their type may have.
    package var choosy: Set<TaskID> = []

    package init() {}

    /// Of a task alone.
    package init(_ id: TaskID, _ task: TaskDetails) {
        isKnown = true
        add(id, task.definition)
    }

    package init(_ workflow: WorkflowDetails) {
        isKnown = true
        number = workflow.state.number
        phases = workflow.definition.phases
        mostRounds = 1 + workflow.definition.feedbackLimit
        for task in workflow.definition.tasks { if let id = task.taskID { add(id, task) } }
    }

    private mutating func add(_ id: TaskID, _ task: TaskDefinition) {
        if let retry = task.retry { mostAttempts[id] = retry.maxRetries + 1 }
        if !task.agentLabels.isEmpty { choosy.insert(id) }
    }
}
