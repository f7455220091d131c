import ConductorEngine
import ConductorEngineSupport
import ConductorModel

/// One terminal result per task and iteration, attempts within their budget, nothing given out beyond a capacity.
extension Audit {
    func check(_ record: TaskRecord, behind before: TaskRecord) throws {
        let key = record.key
        guard record.iteration >= before.iteration, record.attempts.count >= before.attempts.count else {
            throw Violation("\(key) went back behind iteration \(before.iteration) or attempt \(before.attempts.count)")
        }
        if let outcome = before.outcome, record.iteration == before.iteration {
            guard let now = record.outcome, now.result.status == outcome.result.status,
                now.result.completedAt == outcome.result.completedAt
            else { throw Violation("\(key) ended as \(outcome.result.status), and did not leave it at that") }
        }
        let budget = (record.definition.retry ?? RetryPolicy()).maxRetries + 1
        guard record.failedAttempts <= budget else {
            throw Violation("\(key) failed \(record.failedAttempts) times in an iteration, and \(budget) is the most")
        }
        guard record.returns <= 3, record.returns <= before.returns || record.failedAttempts == before.failedAttempts
        else { throw Violation("\(key) was returned unbegun \(record.returns) times, or that was counted") }
        guard record.attempts.count > before.attempts.count else { return }
        guard record.attempts.count == before.attempts.count + 1, record.attempts.last?.number == record.attempts.count
        else { throw Violation("the attempts of \(key) are not counted from 1") }
    }

    mutating func follow(_ record: TaskRecord, _ occasion: Occasion) throws {
        let key = record.key
        course.note(record)
        switch record.stage {
        case .queued: course.since[key] = occasion.now.persistent
        case .running:
            course.since[key] = occasion.now.persistent
            try checkStart(record)
        case .ended(let outcome):
            try checkTimeout(outcome, record, occasion)
            course.since[key] = nil
        case .planned, .retrying: course.since[key] = nil
        }
    }

    /// Nothing runs out of time early, over restarts and however the wall clock is set.
    private func checkTimeout(_ outcome: TaskRecord.Outcome, _ record: TaskRecord, _ occasion: Occasion) throws {
        guard let since = course.since[record.key] else { return }
        // Times are stored in whole microseconds.
        let waited = occasion.now.persistent - since + .milliseconds(1)
        let limit: Duration
        switch outcome.result.errorCode {
        case "TIMEOUT": limit = record.queueTimeout
        case "TASK_TIMEOUT": limit = record.definition.timeout
        default: return
        }
        guard !occasion.isSparing else {
            throw Violation("\(record.key) timed out while the disk kept everybody waiting")
        }
        guard waited >= limit else {
            throw Violation("\(record.key) timed out after \(waited), and has \(limit)")
        }
    }

    /// Something that has just been given to an agent.
    private func checkStart(_ record: TaskRecord) throws {
        guard record.isRunning, let attempt = record.attempts.last else { return }
        let key = record.key
        guard let agent = decided.agents[attempt.agentID] else { return }
        guard !agent.isPaused, decided.breakers[attempt.agentID]?.isOpen != true else {
            throw Violation("\(key) was given to \(attempt.agentID), which is to get nothing")
        }
        let demanded = record.definition.agentLabels.inOrder, labels = presence.labels[attempt.agentID] ?? .none
        guard demanded.allSatisfy(labels.contains) else {
            throw Violation("\(key) was given to \(attempt.agentID), which does not have the labels that it demands")
        }
        guard !presence.draining.contains(attempt.agentID) else {
            throw Violation("\(key) was given to \(attempt.agentID), which is about to stop")
        }
        if let id = key.workflowID { try checkStart(record, in: id) }
    }

    /// An agent that was given something has no more than it may, once all of the turn is decided.
    func checkCapacity(_ agent: AgentID) throws {
        let running = course.running.count { decided.task($0)?.attempts.last?.agentID == agent }
        guard let capacity = presence.capacities[agent], running > capacity else { return }
        throw Violation("\(agent) runs \(running) tasks and has \(capacity) slots")
    }

    /// Numbers without a gap; a dead letter behind each word of one.
    func check(_ event: EventRecord) throws {
        let last = decided.events.last?.sequence ?? 0
        guard event.sequence == last + 1 else { throw Violation("event \(event.sequence) follows event \(last)") }
        guard event.kind == .deadLetterAdded, let task = event.taskID else { return }
        let key = TaskKey(workflowID: event.workflowID, taskID: task)
        guard decided.deadLetters.count(where: { $0.key == key && $0.attempt == event.attempt }) == 1 else {
            throw Violation("\(key) was given up, and there is not one dead letter for it")
        }
    }
}
