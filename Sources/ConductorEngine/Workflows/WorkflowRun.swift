import ConductorModel

/// A workflow in memory: its record, its tasks in order, and where the present phase stands.
struct WorkflowRun: Sendable {
    private(set) var record: WorkflowRecord
    let taskIDs: [TaskID]
    let plan: WorkflowPlan
    private(set) var waiters: [Waiter] = []
    /// Tasks of the present phase, in order.
    private(set) var phaseTasks: [TaskID] = []
    private(set) var schedule = PhaseSchedule()

    /// After a start of the daemon, on the monotonic clock: its tasks wait also for agents that are not registered,
    /// for they may not have come back yet.
    let agentsReturnUntil: Duration?

    /// Bytes of JSON and text that are held in memory for the workflow, beside its tasks'.
    private(set) var heldBytes: Int
    /// Of these, the messages of the error log.
    private var errorLogSize: Int

    /// Bytes of messages that a workflow's error log keeps; the newest one whatever its size.
    private static let errorLogBytes = 1 << 20

    init(record: WorkflowRecord, taskIDs: [TaskID], plan: WorkflowPlan, agentsReturnUntil: Duration? = nil) {
        self.record = record
        self.taskIDs = taskIDs
        self.plan = plan
        self.agentsReturnUntil = agentsReturnUntil
        heldBytes = record.heldBytes
        errorLogSize = record.errorLog.heldBytes
    }

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
}

// MARK: - The phase

extension WorkflowRun {
    /// The tasks of a phase begin: those of them that have not ended are `tasks`.
    mutating func begin(phase index: Int, last: Int, _ phase: Phase) {
        record.stage = .running(phase: index, last: last)
        record.currentPhase = phase
    }

    /// The tasks of the phase that was begun are planned.
    mutating func plan(_ tasks: [TaskID], _ history: PhaseRun, accepting isAccepted: (TaskID) -> Bool) {
        record.acceptedFailures = record.acceptedFailures.filter(isAccepted)
        phaseTasks = tasks
        record.phaseHistory.append(history)
        let surplus = record.phaseHistory.count - WorkflowRecord.keptPhaseRuns
        if surplus > 0 { record.phaseHistory.removeFirst(surplus) }
    }

    /// How the tasks of the present phase depend on each other, and where they are.
    mutating func follow(_ schedule: PhaseSchedule) {
        self.schedule = schedule
    }

    /// After a start of the daemon: the tasks of the phase that was under way.
    mutating func resume(phaseTasks tasks: [TaskID]) {
        phaseTasks = tasks
    }

    /// The step to take now; nil until something ends or frees a slot.
    mutating func nextStep() -> PhaseSchedule.Step? { schedule.next() }

    mutating func move(_ task: TaskID, to place: PhaseSchedule.Place) {
        schedule.move(task, to: place)
    }

    /// Counts an ended task, in the phase too.
    mutating func book(_ tally: Tally) {
        count(tally, by: 1)
        guard let last = record.phaseHistory.indices.last else { return }
        record.phaseHistory[last].completedCount += tally.completed
        record.phaseHistory[last].failedCount += tally.failed
    }

    /// What had ended is to run anew.
    mutating func unbook(_ tally: Tally) {
        count(tally, by: -1)
    }

    private mutating func count(_ tally: Tally, by change: Int) {
        record.completedTaskCount += change * tally.completed
        record.failedTaskCount += change * tally.failed
        invariant(
            record.completedTaskCount >= 0 && record.failedTaskCount >= 0, "a task is counted off that was not on")
    }

    /// Closes the newest entry of the history, if it is open.
    mutating func endPhase(_ result: PhaseRun.Result, at time: Timestamp) {
        guard let last = record.phaseHistory.indices.last, record.phaseHistory[last].ending == nil else { return }
        record.phaseHistory[last].ending = PhaseRun.Ending(completedAt: time, result: result)
    }

    /// The gate after the phase is blocked until an operator decides.
    mutating func hold(after course: (phase: Int, last: Int)) {
        record.stage = .held(phase: course.phase, last: course.last)
    }
}

// MARK: - The workflow as a whole

extension WorkflowRun {
    mutating func add(_ waiter: Waiter) {
        waiters.append(waiter)
    }

    mutating func pause() {
        record.isPaused = true
        record.agentsAwaitedSince = [:]
    }

    mutating func resume() {
        record.isPaused = false
    }

    /// A task has begun to wait for agents that meet `demand`, the first one to do so.
    mutating func awaitAgents(of demand: AgentDemand, since time: Timestamp) {
        record.agentsAwaitedSince[demand] = time
    }

    /// Phases are to run anew, with those of their tasks that `selection` takes.
    mutating func iterate(_ selection: WorkflowRecord.Selection) {
        record.iteration += 1
        record.selection = selection
    }

    /// Feedback sends it back.
    mutating func loop(_ feedback: [Feedback]) {
        record.feedbackCount += 1
        keep(feedback)
        iterate(.everything)
    }

    /// The feedback that ends it, as far as there is room.
    mutating func keep(_ feedback: [Feedback]) {
        let feedback = feedback.kept()
        heldBytes += feedback.heldBytes - record.feedback.heldBytes
        record.feedback = feedback
    }

    /// Failed tasks count as done from here on.
    mutating func acceptFailures(_ tasks: [TaskID]) {
        record.acceptedFailures = Set(tasks)
    }

    /// Keys of acts are remembered for the newest hundred.
    mutating func remember(_ key: String) {
        record.requestKeys.append(key)
        if record.requestKeys.count > 100 { record.requestKeys.removeFirst() }
    }

    mutating func end(_ status: WorkflowStatus, _ outputs: WorkflowOutputs, at time: Timestamp) {
        invariant(!record.status.isTerminal, "a workflow ends for the second time")
        record.stage = .ended(status, at: time)
        record.outputs = outputs
        record.isPaused = false
    }

    /// `NO_AVAILABLE_AGENT` is of the type `NoAvailableAgent`.
    mutating func log(_ code: String, _ message: String, task: TaskID? = nil, at time: Timestamp, keeping limit: Int) {
        let type = code.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
        record.errorLog.append(
            ErrorLogEntry(
                timestamp: time, taskID: task, error: message, errorCode: code, errorType: type,
                iteration: record.iteration))
        errorLogSize += message.utf8.count
        heldBytes += message.utf8.count
        var first = 0
        while record.errorLog.count - first > limit
            || errorLogSize > Self.errorLogBytes && record.errorLog.count - first > 1
        {
            let size = record.errorLog[first].error.utf8.count
            errorLogSize -= size
            heldBytes -= size
            first += 1
        }
        if first > 0 { record.errorLog.removeFirst(first) }
    }
}
