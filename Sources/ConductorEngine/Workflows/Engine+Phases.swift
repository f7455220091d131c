import ConductorJSON
import ConductorModel

/// A workflow's way through its phases.
extension Engine {
    /// Begins a phase: its tasks are planned anew if they have run before.
    mutating func enter(phase index: Int, last: Int, _ id: WorkflowID, _ turn: inout Turn) {
        guard let run = workflows[id], let phase = run.phase(at: index) else { return }
        let ids = run.tasks(ofPhaseAt: index)
        workflows[id]?.record.stage = .running(phase: index, last: last)
        workflows[id]?.record.currentPhase = phase
        for task in ids { planAnew(run.key(task), iteration: run.record.iteration, &turn) }
        let planned = ids.filter { tasks[run.key($0)]?.record.outcome == nil }
        workflows[id]?.phaseTasks = planned
        workflows[id]?.firstOpen = 0
        workflows[id]?.active = []
        var history = PhaseRun(phase: phase, startedAt: turn.now.wall, iteration: run.record.iteration)
        history.taskCount = planned.count
        workflows[id]?.record.phaseHistory.append(history)
        if !planned.isEmpty {
            emit(.phaseStarted, workflow: id, phase: phase, &turn) { writer in
                writer.member("iteration", run.record.iteration)
                writer.member("task_count", planned.count)
            }
        }
    }

    /// What has ended in an earlier iteration is to run again; what was cancelled before its turn is not.
    private mutating func planAnew(_ key: TaskKey, iteration: Int, _ turn: inout Turn) {
        guard let record = tasks[key]?.record, let outcome = record.outcome, record.iteration < iteration,
            let id = key.workflowID, workflows[id]?.record.selection.takes(record) == true
        else { return }
        count(outcome, in: key, by: -1)
        move(key, to: .planned)
        tasks[key]?.record.iteration = iteration
        tasks[key]?.record.failedAttempts = 0
        tasks[key]?.record.returns = 0
        tasks[key]?.record.resolvedInput = nil
        save(key, &turn)
    }

    /// Counts an ended task in its workflow, or no longer.
    private mutating func count(_ outcome: TaskRecord.Outcome, in key: TaskKey, by change: Int) {
        guard let id = key.workflowID else { return }
        let tally = Tally(of: outcome.result.status)
        workflows[id]?.record.completedTaskCount += change * tally.completed
        workflows[id]?.record.failedTaskCount += change * tally.failed
    }

    /// Starts what can be started, and goes on to the next phase once nothing is left in this one.
    mutating func advance(_ id: WorkflowID, _ turn: inout Turn) {
        while let run = workflows[id], let course = run.course, !run.record.isPaused {
            if let next = nextStartable(in: run) {
                switch next {
                case .start(let task): startTask(run.key(task), &turn)
                case .skip(let task, let need): skip(run.key(task), because: need, &turn)
                case .wait: break
                }
                if case .wait = next {} else { continue }
            }
            guard run.active.isEmpty, isPhaseDone(run) else { break }
            endPhase(course, id, &turn)
        }
        if let record = workflows[id]?.record { turn.change(.workflowUpdated(record)) }
    }

    private enum Next {
        case start(TaskID)
        case skip(TaskID, need: TaskID)
        /// Something is planned, but neither a slot nor its needs are there.
        case wait
    }

    /// The first planned task of the phase whose needs are met; nil where none is planned.
    private mutating func nextStartable(in run: WorkflowRun) -> Next? {
        var isFirstOpen = true
        var sawPlanned = false
        for index in run.firstOpen..<max(run.firstOpen, run.phaseTasks.count) {
            let task = run.phaseTasks[index]
            guard let record = tasks[run.key(task)]?.record, case .planned = record.stage else {
                if isFirstOpen { workflows[run.record.workflowID]?.firstOpen = index + 1 }
                continue
            }
            isFirstOpen = false
            sawPlanned = true
            guard run.active.count < run.record.definition.parallelism || canaries.plants(.ignoreParallelism) else {
                return .wait
            }
            switch needs(of: task, in: run) {
            case .met: return .start(task)
            case .failed(let need): return .skip(task, need: need)
            case .open: continue
            }
        }
        return sawPlanned ? .wait : nil
    }

    private enum Needs {
        case met
        case open
        case failed(TaskID)
    }

    private func needs(of task: TaskID, in run: WorkflowRun) -> Needs {
        var isOpen = false
        for need in run.plan.needs[task] ?? [] where !canaries.plants(.ignoreNeeds) {
            guard let record = tasks[run.key(need)]?.record, record.definition.assignedTo != nil,
                run.record.definition.takes(record.definition)
            else { return .failed(need) }
            switch record.outcome?.result.status {
            case nil: isOpen = true
            case .completed: break
            case .failed, .skipped, .cancelled, .pending, .inProgress, .blocked: return .failed(need)
            }
        }
        return isOpen ? .open : .met
    }

    private func isPhaseDone(_ run: WorkflowRun) -> Bool {
        run.phaseTasks.allSatisfy { tasks[run.key($0)]?.record.outcome != nil }
    }

    /// Gives a planned task to an agent, lets it wait for one, or records why neither is possible.
    private mutating func startTask(_ key: TaskKey, _ turn: inout Turn) {
        guard let id = key.workflowID, let run = workflows[id], let record = tasks[key]?.record,
            let type = record.definition.assignedTo
        else { return }
        do throws(ExpressionError) {
            var results: [TaskID: TaskResult] = [:]
            for need in run.plan.needs[key.taskID] ?? [] {
                results[need] = tasks[run.key(need)]?.record.outcome?.result
            }
            var evaluator = ExpressionEvaluator(
                results: results, inputs: run.record.inputs, feedback: run.record.feedback.shown ?? .null)
            let input = try evaluator.resolve(record.definition.inputData)
            if input != record.definition.inputData { tasks[key]?.record.resolvedInput = input }
        } catch {
            return fail(key, .expressionError, error.description, &turn)
        }
        // What was given out before a pause has its place; what may not wait is refused only at first.
        let queues = record.failedAttempts > 0 || run.record.definition.whenBusy == .queue
        let mayQueue = mayReturn(to: run, turn.now) || queues && mayWait(for: type, in: run, turn.now)
        switch place(record.definition, key, type, mayQueue: mayQueue) {
        case .start(let agent):
            workflows[id]?.active.insert(key.taskID)
            start(key, on: agent, &turn)
            save(key, &turn)
        case .queue:
            workflows[id]?.active.insert(key.taskID)
            enqueue(key, &turn)
            save(key, &turn)
        case .refused(let refusal, let agent):
            noteViolation(refusal, key, agent: agent, &turn)
            fail(key, refusal.code, refusal.message, &turn)
        }
    }

    /// A refusal becomes a FAILED result, and the workflow goes on.
    private mutating func fail(_ key: TaskKey, _ code: Refusal.Code, _ message: String, _ turn: inout Turn) {
        guard let record = tasks[key]?.record else { return }
        let result = coordinatorResult(record, .failed, code.rawValue, message, turn.now.wall)
        settle(key, TaskRecord.Outcome(result: result, refusal: code), .taskFailed, &turn)
        book(key, &turn)
    }

    private mutating func skip(_ key: TaskKey, because need: TaskID, _ turn: inout Turn) {
        guard let record = tasks[key]?.record else { return }
        let result = coordinatorResult(
            record, .skipped, nil, "task \(need), which it needs, did not complete", turn.now.wall)
        settle(key, TaskRecord.Outcome(result: result), .taskSkipped, &turn)
        book(key, &turn)
    }

    /// A task of the workflow has ended by what came from outside.
    mutating func taskEnded(_ key: TaskKey, in id: WorkflowID, _ turn: inout Turn) {
        book(key, &turn)
        advance(id, &turn)
    }

    /// Enters an ended task into the workflow's counts and log.
    private mutating func book(_ key: TaskKey, _ turn: inout Turn) {
        guard let id = key.workflowID, let outcome = tasks[key]?.record.outcome else { return }
        workflows[id]?.active.remove(key.taskID)
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
                ErrorLogEntry(
                    at: turn.now.wall, task: key.taskID, code: code, message: outcome.result.errorMessage ?? code),
                keeping: configuration.limits.maxErrorLogEntries)
        }
    }

    /// The phase is through: on to the gate, the next phase, the feedback loop or the end.
    private mutating func endPhase(_ course: (phase: Int, last: Int), _ id: WorkflowID, _ turn: inout Turn) {
        guard let run = workflows[id], let phase = run.phase(at: course.phase) else { return }
        let history = run.record.phaseHistory.last
        let ranTasks = history?.taskCount != 0
        let result: PhaseRun.Result =
            !ranTasks ? .skipped : history?.completedCount == 0 && history?.failedCount != 0 ? .failed : .completed
        workflows[id]?.record.endPhase(result, at: turn.now.wall)
        emit(ranTasks ? .phaseCompleted : .phaseSkipped, workflow: id, phase: phase, &turn) { writer in
            writer.member("result", result)
            writer.member("iteration", run.record.iteration)
            writer.member("completed_count", history?.completedCount ?? 0)
            writer.member("failed_count", history?.failedCount ?? 0)
        }
        if ranTasks, course.phase < course.last, !passGate(behind: course, phase, id, &turn) { return }
        goOn(behind: course, id, &turn)
    }

    /// To the next phase, round the feedback loop, or to the end.
    mutating func goOn(behind course: (phase: Int, last: Int), _ id: WorkflowID, _ turn: inout Turn) {
        if workflows[id]?.phase(at: course.phase) == .monitoring, startFeedbackLoop(id, &turn) { return }
        if course.phase < course.last {
            enter(phase: course.phase + 1, last: course.last, id, &turn)
        } else {
            finish(id, .completed, .workflowCompleted, &turn)
        }
    }
}
