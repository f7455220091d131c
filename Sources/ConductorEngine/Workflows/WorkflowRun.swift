import ConductorModel

/// A workflow in memory: its record, its tasks in order, and where the present phase stands.
struct WorkflowRun: Sendable {
    var record: WorkflowRecord
    let taskIDs: [TaskID]
    let plan: WorkflowPlan
    var waiters: [Waiter] = []
    /// Tasks of the present phase, in order.
    var phaseTasks: [TaskID] = []
    var schedule = PhaseSchedule()

    /// After a start of the daemon, on the monotonic clock: its tasks wait also for agents that are not registered,
    /// for they may not have come back yet.
    var agentsReturnUntil: Duration?

    func key(_ task: TaskID) -> TaskKey {
        TaskKey(workflowID: record.workflowID, taskID: task)
    }

    /// The phase that runs, and the last one that is to run.
    var course: (phase: Int, last: Int)? {
        switch record.stage {
        case .running(let phase, let last): (phase, last)
        case .held, .ended: nil
        }
    }

    func phase(at index: Int) -> Phase? {
        record.definition.phases.indices.contains(index) ? record.definition.phases[index] : nil
    }

    /// Tasks that the phase at `index` takes, in order.
    func tasks(ofPhaseAt index: Int) -> [TaskID] {
        guard let phase = phase(at: index) else { return [] }
        return zip(taskIDs, record.definition.tasks)
            .filter { $1.assignedTo?.phase == phase }
            .map { id, _ in id }
    }

    /// `NO_AVAILABLE_AGENT` is of the type `NoAvailableAgent`.
    mutating func log(_ code: String, _ message: String, task: TaskID? = nil, at time: Timestamp, keeping limit: Int) {
        let type = code.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
        record.errorLog.append(
            ErrorLogEntry(
                timestamp: time, taskID: task, error: message, errorCode: code, errorType: type,
                iteration: record.iteration))
        if record.errorLog.count > limit { record.errorLog.removeFirst() }
    }
}
