import ConductorJSON
import ConductorModel

/// A workflow's way through its phases.
extension Engine {
    /// Bytes that expressions may read and write in one turn, but for the last task's; the others follow in the next.
    private static let expressionBytesPerTurn = 4 << 20

    /// Begins a phase: its tasks are planned anew if they have run before.
    mutating func enter(phase index: Int, last: Int, _ id: WorkflowID, _ transaction: inout EngineTransaction) {
        guard let run = workflows[id], let phase = run.phase(at: index) else { return }
        let ids = run.tasks(ofPhaseAt: index)
        workflows[id]?.begin(phase: index, last: last, phase)
        for task in ids.compactMap({ live.handle(of: run.key($0)) }) {
            planAnew(task, iteration: run.record.iteration, &transaction)
        }
        let planned = ids.filter { live[run.key($0)]?.outcome == nil }
        var history = PhaseRun(phase: phase, startedAt: transaction.now.wall, iteration: run.record.iteration)
        history.taskCount = planned.count
        let anew = Set(planned)
        workflows[id]?.plan(planned, history) { !anew.contains($0) }
        let schedule = schedule(of: planned, in: workflows[id] ?? run)
        workflows[id]?.follow(schedule)
        if !planned.isEmpty {
            emit(.phaseStarted, workflow: id, phase: phase, &transaction) { writer in
                writer.member("iteration", run.record.iteration)
                writer.member("task_count", planned.count)
            }
        }
    }

    /// What has ended in an earlier iteration is to run again; what was cancelled before its turn is not.
    private mutating func planAnew(_ task: TaskHandle, iteration: Int, _ transaction: inout EngineTransaction) {
        guard let record = live[task], record.iteration < iteration, let id = record.key.workflowID else { return }
        if let outcome = record.outcome {
            guard workflows[id]?.record.selection.takes(record) == true else { return }
            workflows[id]?.unbook(Tally(of: outcome.result.status))
            move(task, to: .planned, at: transaction.now)
        }
        live.begin(iteration: iteration, of: task)
        live.resolve(task, input: nil)
        save(task, &transaction)
    }

    /// Starts what can be started, and goes on to the next phase once nothing is left in this one.
    mutating func advance(_ id: WorkflowID, _ transaction: inout EngineTransaction) {
        while let course = workflows[id]?.course, workflows[id]?.record.isPaused == false {
            switch workflows[id]?.nextStep() {
            case .start where transaction.expressionBytes > Self.expressionBytesPerTurn:
                deadlines.set(.advance(id), due: transaction.now.monotonic)
                return save(id, &transaction)
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
            guard let record = live[run.key(id)], let demand = record.definition.demand else { return nil }
            var entry = PhaseSchedule.Entry(id: id, demand: demand, place: place(of: record, in: run.record))
            for need in run.plan.needs[id] ?? [] where !canaries.plants(.ignoreNeeds) {
                let needed = live[run.key(need)]
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

    /// The first task that the one of `key` needs and that will not complete.
    private func failedNeed(of key: TaskKey) -> TaskID? {
        guard let id = key.workflowID, let run = workflows[id] else { return nil }
        return run.plan.needs[key.taskID]?.first { need in
            guard let record = live[run.key(need)], run.record.definition.takes(record.definition) else {
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
        guard let task = live.handle(of: key), let record = live[task], let demand = record.definition.demand else {
            return impossible("a phase starts task \(key), which is not there")
        }
        do throws(ExpressionError) {
            if let input = try resolvedInput(of: record, &transaction) {
                if let refusal = quotaRefusal(addingBytes: input.bytes.count, uid: record.ownerUID) {
                    return fail(task, refusal.code, refusal.message, &transaction)
                }
                live.resolve(task, input: input)
            }
        } catch {
            return fail(task, .expressionError, error.description, &transaction)
        }
        switch place(record.definition, key, demand, mayQueue: mayQueue(record, transaction.now), transaction.now) {
        case .start(let agent):
            start(task, on: agent, &transaction)
            save(task, &transaction)
        case .queue:
            enqueue(task, &transaction)
            save(task, &transaction)
        case .refused(let refusal, let agent):
            noteViolation(refusal, key, agent: agent, &transaction)
            fail(task, refusal.code, refusal.message, &transaction)
        }
    }

    /// The input with its expressions evaluated; nil where there are none.
    private func resolvedInput(
        of record: TaskRecord, _ transaction: inout EngineTransaction
    ) throws(ExpressionError) -> JSONText? {
        let input = record.definition.inputData
        guard let id = record.key.workflowID, let run = workflows[id], input.mayHoldExpressions else { return nil }
        var results: [TaskID: TaskResult] = [:]
        for need in run.plan.needs[record.key.taskID] ?? [] {
            results[need] = live[run.key(need)]?.outcome?.result
        }
        var evaluator = ExpressionEvaluator(
            results: results, inputs: run.record.inputs, feedback: run.record.feedback.shown ?? .null)
        defer { transaction.expressionBytes += evaluator.cost }
        let resolved = try evaluator.resolve(input)
        return resolved == input ? nil : resolved
    }

    /// A refusal becomes a FAILED result, and the workflow goes on.
    private mutating func fail(
        _ task: TaskHandle, _ code: Refusal.Code, _ message: String, _ transaction: inout EngineTransaction
    ) {
        guard let record = live[task] else { return }
        let result = coordinatorResult(record, .failed, code.rawValue, message, transaction.now)
        settle(task, TaskRecord.Outcome(result: result, refusal: code), .taskFailed, &transaction)
        book(task, &transaction)
    }

    private mutating func skip(_ key: TaskKey, _ transaction: inout EngineTransaction) {
        guard let task = live.handle(of: key), let record = live[task] else {
            return impossible("a phase skips task \(key), which is not there")
        }
        let need = failedNeed(of: key).map { "task \($0), which it needs," } ?? "a task that it needs"
        let result = coordinatorResult(record, .skipped, nil, "\(need) did not complete", transaction.now)
        settle(task, TaskRecord.Outcome(result: result), .taskSkipped, &transaction)
        book(task, &transaction)
    }

    /// A task of the workflow has ended by what came from outside.
    mutating func taskEnded(_ task: TaskHandle, in id: WorkflowID, _ transaction: inout EngineTransaction) {
        book(task, &transaction)
        advance(id, &transaction)
    }

    /// Enters an ended task into the workflow's counts and log.
    private mutating func book(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        guard let record = live[task], let id = record.key.workflowID, let outcome = record.outcome else { return }
        workflows[id]?.book(Tally(of: outcome.result.status))
        let isNobodysWord = outcome.refusal != nil || outcome.result.agentID == .coordinator
        if outcome.result.status == .failed, isNobodysWord {
            let code = outcome.result.errorCode ?? Refusal.Code.internalError.rawValue
            workflows[id]?.log(
                code, outcome.result.errorMessage ?? code, task: record.key.taskID, at: transaction.now.wall,
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
        workflows[id]?.endPhase(result, at: transaction.now.wall)
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
