import ConductorJSON
import ConductorModel

/// A workflow's way through its phases.
extension Engine {
    /// Begins a phase: its tasks are planned anew if they have run before.
    mutating func enter(phase index: Int, last: Int, _ id: WorkflowID, _ transaction: inout EngineTransaction) {
        guard let run = workflows[id], let phase = run.phase(at: index) else { return }
        let ids = run.tasks(ofPhaseAt: index)
        workflows[id]?.record.stage = .running(phase: index, last: last)
        workflows[id]?.record.currentPhase = phase
        for task in ids { planAnew(run.key(task), iteration: run.record.iteration, &transaction) }
        workflows[id]?.record.acceptedFailures.subtract(ids.filter { tasks[run.key($0)]?.record.outcome == nil })
        let planned = ids.filter { tasks[run.key($0)]?.record.outcome == nil }
        workflows[id]?.phaseTasks = planned
        let schedule = schedule(of: planned, in: workflows[id] ?? run)
        workflows[id]?.schedule = schedule
        var history = PhaseRun(phase: phase, startedAt: transaction.now.wall, iteration: run.record.iteration)
        history.taskCount = planned.count
        workflows[id]?.record.phaseHistory.append(history)
        if !planned.isEmpty {
            emit(.phaseStarted, workflow: id, phase: phase, &transaction) { writer in
                writer.member("iteration", run.record.iteration)
                writer.member("task_count", planned.count)
            }
        }
    }

    /// What has ended in an earlier iteration is to run again; what was cancelled before its turn is not.
    private mutating func planAnew(_ key: TaskKey, iteration: Int, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record, record.iteration < iteration, let id = key.workflowID else { return }
        if let outcome = record.outcome {
            guard workflows[id]?.record.selection.takes(record) == true else { return }
            count(outcome, in: key, by: -1)
            move(key, to: .planned, at: transaction.now)
        }
        tasks[key]?.record.iteration = iteration
        tasks[key]?.record.failedAttempts = 0
        tasks[key]?.record.returns = 0
        tasks[key]?.record.resolvedInput = nil
        save(key, &transaction)
    }

    /// Counts an ended task in its workflow, or no longer.
    private mutating func count(_ outcome: TaskRecord.Outcome, in key: TaskKey, by change: Int) {
        guard let id = key.workflowID else { return }
        let tally = Tally(of: outcome.result.status)
        workflows[id]?.record.completedTaskCount += change * tally.completed
        workflows[id]?.record.failedTaskCount += change * tally.failed
    }

    /// Starts what can be started, and goes on to the next phase once nothing is left in this one.
    mutating func advance(_ id: WorkflowID, _ transaction: inout EngineTransaction) {
        while let course = workflows[id]?.course, workflows[id]?.record.isPaused == false {
            switch workflows[id]?.schedule.next() {
            case .start(let task): startTask(TaskKey(workflowID: id, taskID: task), &transaction)
            case .skip(let task): skip(TaskKey(workflowID: id, taskID: task), &transaction)
            case nil:
                guard workflows[id]?.schedule.isDone == true else { return save(id, &transaction) }
                endPhase(course, id, &transaction)
            }
        }
        save(id, &transaction)
    }

    private func save(_ id: WorkflowID, _ transaction: inout EngineTransaction) {
        if let record = workflows[id]?.record { transaction.change(.workflowUpdated(record)) }
    }

    /// How the tasks `ids` of a phase depend on each other, and where they are.
    func schedule(of ids: [TaskID], in run: WorkflowRun) -> PhaseSchedule {
        let inPhase = Set(ids)
        let entries = ids.compactMap { id -> PhaseSchedule.Entry? in
            guard let record = tasks[run.key(id)]?.record, let type = record.definition.assignedTo else { return nil }
            var entry = PhaseSchedule.Entry(id: id, type: type, place: place(of: record, in: run.record))
            for need in run.plan.needs[id] ?? [] where !canaries.plants(.ignoreNeeds) {
                let needed = tasks[run.key(need)]?.record
                switch needed.map({ place(of: $0, in: run.record) }) {
                case .ended(isDone: true): break
                case .planned, .queued, .running, .retrying:
                    if inPhase.contains(need) { entry.needs.append(need) } else { entry.isDoomed = true }
                case .ended(isDone: false), nil: entry.isDoomed = true
                }
            }
            return entry
        }
        let slots = canaries.plants(.ignoreParallelism) ? Int.max : run.record.definition.parallelism
        return PhaseSchedule(entries, slots: slots)
    }

    func place(of record: TaskRecord, in workflow: WorkflowRecord) -> PhaseSchedule.Place {
        switch record.stage {
        case .planned: .planned
        case .queued: .queued
        case .running: .running
        case .retrying: .retrying
        case .ended(let outcome):
            .ended(
                isDone: outcome.result.status == .completed
                    || workflow.acceptedFailures.contains(record.key.taskID))
        }
    }

    /// The first task that `key` needs and that will not complete.
    private func failedNeed(of key: TaskKey) -> TaskID? {
        guard let id = key.workflowID, let run = workflows[id] else { return nil }
        return run.plan.needs[key.taskID]?.first { need in
            guard let record = tasks[run.key(need)]?.record, run.record.definition.takes(record.definition) else {
                return true
            }
            switch place(of: record, in: run.record) {
            case .ended(let isDone): return !isDone
            case .planned, .queued, .running, .retrying: return false
            }
        }
    }

    /// Gives a planned task to an agent, lets it wait for one, or records why neither is possible.
    private mutating func startTask(_ key: TaskKey, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        do throws(ExpressionError) {
            let input = try resolvedInput(of: record)
            if input != record.definition.inputData { tasks[key]?.record.resolvedInput = input }
        } catch {
            return fail(key, .expressionError, error.description, &transaction)
        }
        switch place(record.definition, key, type, mayQueue: mayQueue(record, transaction.now), transaction.now) {
        case .start(let agent):
            start(key, on: agent, &transaction)
            save(key, &transaction)
        case .queue:
            enqueue(key, &transaction)
            save(key, &transaction)
        case .refused(let refusal, let agent):
            noteViolation(refusal, key, agent: agent, &transaction)
            fail(key, refusal.code, refusal.message, &transaction)
        }
    }

    private func resolvedInput(of record: TaskRecord) throws(ExpressionError) -> JSONText {
        guard let id = record.key.workflowID, let run = workflows[id] else { return record.definition.inputData }
        var results: [TaskID: TaskResult] = [:]
        for need in run.plan.needs[record.key.taskID] ?? [] {
            results[need] = tasks[run.key(need)]?.record.outcome?.result
        }
        var evaluator = ExpressionEvaluator(
            results: results, inputs: run.record.inputs, feedback: run.record.feedback.shown ?? .null)
        return try evaluator.resolve(record.definition.inputData)
    }

    /// A refusal becomes a FAILED result, and the workflow goes on.
    private mutating func fail(
        _ key: TaskKey, _ code: Refusal.Code, _ message: String, _ transaction: inout EngineTransaction
    ) {
        guard let record = tasks[key]?.record else { return }
        let result = coordinatorResult(record, .failed, code.rawValue, message, transaction.now)
        settle(key, TaskRecord.Outcome(result: result, refusal: code), .taskFailed, &transaction)
        book(key, &transaction)
    }

    private mutating func skip(_ key: TaskKey, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record else { return }
        let need = failedNeed(of: key).map { "task \($0), which it needs," } ?? "a task that it needs"
        let result = coordinatorResult(record, .skipped, nil, "\(need) did not complete", transaction.now)
        settle(key, TaskRecord.Outcome(result: result), .taskSkipped, &transaction)
        book(key, &transaction)
    }

    /// A task of the workflow has ended by what came from outside.
    mutating func taskEnded(_ key: TaskKey, in id: WorkflowID, _ transaction: inout EngineTransaction) {
        book(key, &transaction)
        advance(id, &transaction)
    }

    /// Enters an ended task into the workflow's counts and log.
    private mutating func book(_ key: TaskKey, _ transaction: inout EngineTransaction) {
        guard let id = key.workflowID, let outcome = tasks[key]?.record.outcome else { return }
        count(outcome, in: key, by: 1)
        let tally = Tally(of: outcome.result.status)
        if let last = workflows[id]?.record.phaseHistory.indices.last {
            workflows[id]?.record.phaseHistory[last].completedCount += tally.completed
            workflows[id]?.record.phaseHistory[last].failedCount += tally.failed
        }
        let isNobodysWord = outcome.refusal != nil || outcome.result.agentID == .coordinator
        if outcome.result.status == .failed, isNobodysWord {
            let code = outcome.result.errorCode ?? Refusal.Code.internalError.rawValue
            workflows[id]?.log(
                code, outcome.result.errorMessage ?? code, task: key.taskID, at: transaction.now.wall,
                keeping: configuration.limits.maxErrorLogEntries)
        }
    }

    /// The phase is through: on to the gate, the next phase, the feedback loop or the end.
    private mutating func endPhase(
        _ course: (phase: Int, last: Int), _ id: WorkflowID, _ transaction: inout EngineTransaction
    ) {
        guard let run = workflows[id], let phase = run.phase(at: course.phase) else { return }
        let history = run.record.phaseHistory.last
        let ranTasks = history?.taskCount != 0
        let result: PhaseRun.Result =
            !ranTasks ? .skipped : history?.completedCount == 0 && history?.failedCount != 0 ? .failed : .completed
        workflows[id]?.record.endPhase(result, at: transaction.now.wall)
        emit(ranTasks ? .phaseCompleted : .phaseSkipped, workflow: id, phase: phase, &transaction) { writer in
            writer.member("result", result)
            writer.member("iteration", run.record.iteration)
            writer.member("completed_count", history?.completedCount ?? 0)
            writer.member("failed_count", history?.failedCount ?? 0)
        }
        if ranTasks, course.phase < course.last, !passGate(after: course, phase, id, &transaction) { return }
        goOn(after: course, id, &transaction)
    }

    /// To the next phase, round the feedback loop, or to the end.
    mutating func goOn(after course: (phase: Int, last: Int), _ id: WorkflowID, _ transaction: inout EngineTransaction)
    {
        if workflows[id]?.phase(at: course.phase) == .monitoring, startFeedbackLoop(id, &transaction) { return }
        if course.phase < course.last {
            enter(phase: course.phase + 1, last: course.last, id, &transaction)
        } else {
            finish(id, .completed, .workflowCompleted, &transaction)
        }
    }
}
