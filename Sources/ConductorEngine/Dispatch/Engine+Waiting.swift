import ConductorModel
import ConductorProtocol

/// Why a task waits, and why a dispatch is refused.
extension Engine {
    func view(_ record: TaskRecord, _ now: Moment) -> TaskView { TaskView(record, wait: wait(of: record, now)) }

    /// Nil where the task is at work or has ended.
    func wait(of record: TaskRecord, _ now: Moment) -> TaskWait? {
        // What a list shows was read from the store, and may have gone on.
        guard record.status == .pending, let live = live[record.key] else { return nil }
        switch live.stage {
        case .running, .ended: return nil
        case .retrying(let time):
            return TaskWait(
                .retry, "attempt \(live.attemptCount + 1) starts after a delay",
                until: now.wall + max(time - now.persistent, .zero))
        case .queued(_, let until): return waitForAgent(live, until: now.wall + (until - now.persistent), now)
        case .planned: return waitInWorkflow(live)
        }
    }

    private func waitForAgent(_ record: TaskRecord, until: Timestamp, _ now: Moment) -> TaskWait? {
        guard let demand = record.definition.demand else { return nil }
        if let id = record.key.workflowID, workflows[id]?.schedule.hasFreeSlot == false { return parallelism(id) }
        guard var wait = shortage(of: demand) else {
            if case .wait(let refusal) = policyDenial(of: record.definition, record.key, on: choose(demand)) {
                return TaskWait(.policy, refusal.message, until: until)
            }
            return TaskWait(.queue, "other tasks of type \(demand.type.rawValue) are first", until: until)
        }
        wait.until = until
        if wait.reason == .noAgent, let id = record.key.workflowID,
            let end = endOfAgentWait(demand, in: id, at: now)
        {
            wait.until = min(until, now.wall + max(end - now.monotonic, .zero))
        }
        return wait
    }

    private func waitInWorkflow(_ record: TaskRecord) -> TaskWait? {
        guard let id = record.key.workflowID, let run = workflows[id] else { return nil }
        if run.record.isPaused { return TaskWait(.paused, "the workflow is paused") }
        if run.record.isHeldAtGate { return TaskWait(.gate, "the workflow waits for approval at a gate") }
        guard let phase = record.definition.assignedTo?.phase, run.record.definition.phases.contains(phase) else {
            let type = record.definition.assignedTo.map { "type \($0.rawValue)" } ?? "a task without a type"
            return TaskWait(.phase, "never runs: no phase for \(type)")
        }
        guard phase == run.record.currentPhase else {
            return TaskWait(.phase, "phase \(phase.rawValue) has not begun")
        }
        if run.schedule.waitsForNeeds(record.key.taskID) {
            return TaskWait(.needs, "tasks that it needs are pending or running")
        }
        if !run.schedule.hasFreeSlot { return parallelism(id) }
        // As many of its type as there are slots wait for agents before it.
        return record.definition.demand.flatMap { shortage(of: $0) }
            ?? TaskWait(.queue, "other tasks of the workflow are first")
    }

    private func parallelism(_ id: WorkflowID) -> TaskWait {
        let limit = workflows[id]?.record.definition.parallelism ?? 1
        return TaskWait(
            .parallelism,
            limit == 1 ? "another task of the workflow runs" : "\(limit) tasks of the workflow run, the most that may")
    }

    /// Why no agent that meets the demand is free; nil where one is.
    private func shortage(of demand: AgentDemand) -> TaskWait? {
        let tally = fleet.tally(of: demand)
        func wait(_ reason: TaskWait.Reason, _ condition: Agent.Condition, _ what: String) -> TaskWait? {
            let (count, all) = (tally[condition], tally.registered)
            guard count > 0 else { return nil }
            let which = all == 1 ? "the only agent" : count == all ? "every agent" : "\(count) of \(all) agents"
            return TaskWait(
                reason, "\(which) of \(demand) \(count == 1 || count == all ? "is" : "are") \(what)")
        }
        guard tally.registered > 0 else { return TaskWait(.noAgent, "no agent of \(demand) is registered") }
        guard tally[.free] == 0 else { return nil }
        return wait(.agentFull, .full, "busy")
            ?? wait(.breakerOpen, .breakerOpen, "given no tasks: its breaker is open")
            ?? wait(.agentPaused, .paused, "paused")
            ?? wait(.agentDraining, .draining, "about to stop")
            ?? wait(.agentDisconnected, .disconnected, "disconnected")
    }

    /// The refusal of what may not wait.
    func noAvailableAgent(_ demand: AgentDemand) -> Refusal {
        let wait = shortage(of: demand) ?? TaskWait(.queue, "other tasks of type \(demand.type.rawValue) are first")
        var details: [String: Refusal.Detail] = [
            "agent_type": .text(demand.type.rawValue), "registered": .number(fleet.tally(of: demand).registered),
            "reason": .text(wait.reason.rawValue),
        ]
        if !demand.isPlain { details["agent_labels"] = .text(demand.labels.description) }
        return Refusal(.noAvailableAgent, wait.message, details: details)
    }
}
