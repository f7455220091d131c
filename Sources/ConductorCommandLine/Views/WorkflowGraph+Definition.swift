import ConductorModel
import ConductorPictures

extension WorkflowGraph {
    /// The graph of a workflow file.
    package init(_ definition: WorkflowDefinition) {
        let phases = definition.phases.map { phase in
            Phase(name: phase.rawValue, gate: definition.gate.map { Gate(requiredSuccessRate: $0.requiredSuccessRate) })
        }
        // Tasks without an id, which nothing can need, get one that no id can be.
        let tasks = definition.tasks.enumerated().map { index, task in
            Task(
                id: task.taskID?.description ?? "#\(index)", name: task.name, type: task.assignedTo?.rawValue ?? "",
                phase: task.assignedTo.flatMap { definition.phases.firstIndex(of: $0.phase) })
        }
        self.init(
            name: definition.name, phases: phases, tasks: tasks, needs: definition.dependencies,
            feedbackLimit: definition.feedbackLimit)
    }
}

extension WorkflowDefinition {
    /// 0 where no task could find anything.
    var feedbackLimit: Int {
        tasks.contains { $0.assignedTo == .monitor && takes($0) } ? maxFeedbackLoops : 0
    }

    /// The ids of tasks that each task waits for, also by its expressions, in the order of the tasks.
    var dependencies: [[String]] {
        let needs = (try? WorkflowPlan(self))?.needs ?? [:]
        return tasks.map { task in (task.taskID.flatMap { needs[$0] } ?? task.needs).map(\.description) }
    }
}
