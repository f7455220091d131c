import ConductorJSON
import ConductorModel
import ConductorProtocol

/// From a submitted task to an agent: who may take it, who must wait, who is refused.
extension Engine {
    mutating func dispatch(
        _ dispatch: TaskDispatch, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        let key = TaskKey(taskID: dispatch.task.taskID ?? transaction.identifier())
        if let earlier = find(key, known) {
            guard canaries.plants(.runSameIDTwice) else {
                return attach(dispatch, caller, to: earlier, &transaction)
            }
            if let task = live.handle(of: key) { remove(task) }
        }
        if let refusal = refusal(of: dispatch, key, caller) { return transaction.refuse(refusal, to: caller) }
        guard let demand = dispatch.task.demand else {
            return transaction.refuse(Refusal(.noAgentType, "the task has no assigned_to"), to: caller)
        }
        let mayQueue = dispatch.whenBusy == .queue
        if !demand.isPlain { fleet.follow(demand) }
        defer { unfollow(demand) }
        let placement = place(dispatch.task, key, demand, mayQueue: mayQueue, transaction.now)
        if case .refused(let refusal, let agent) = placement {
            noteViolation(refusal, key, agent: agent, &transaction)
            return transaction.refuse(refusal, to: caller)
        }
        let record = TaskRecord(
            key: key, definition: dispatch.task, ownerUID: caller.peer.uid, createdAt: transaction.now.wall,
            stage: .planned, queueTimeout: dispatch.queueTimeout)
        let task = add(record)
        if dispatch.detach {
            transaction.reply(.accepted(key.taskID), to: caller)
        } else {
            live.add(Waiter(caller), to: task)
        }
        carryOut(placement, task, &transaction)
        transaction.change(.taskAdded(live[task] ?? record))
    }

    /// What is to become of a task that could be given to an agent now.
    enum Placement {
        case start(AgentID)
        case queue
        /// The agent that was meant to get it, where one was.
        case refused(Refusal, agent: AgentID?)
    }

    /// An agent first, then the policies; what may queue waits after those that wait already.
    func place(
        _ task: TaskDefinition, _ key: TaskKey, _ demand: AgentDemand, mayQueue: Bool, _ now: Moment
    ) -> Placement {
        let chosen = choose(demand)
        if chosen == nil, !mayQueue { return .refused(noAvailableAgent(demand), agent: nil) }
        switch policyDenial(of: task, key, on: chosen) {
        case nil: break
        case .wait where mayQueue: return .queue
        case .wait(let refusal), .deny(let refusal): return .refused(refusal, agent: chosen)
        }
        guard let chosen, !mayQueue || nextWaiting(demand.type) == nil else { return .queue }
        return .start(chosen)
    }

    /// What a policy has against giving a task to an agent now.
    enum PolicyDenial {
        /// It will pass: work that may queue waits.
        case wait(Refusal)
        case deny(Refusal)
    }

    func policyDenial(of task: TaskDefinition, _ key: TaskKey, on agent: AgentID?) -> PolicyDenial? {
        guard !policies.policies.isEmpty else { return nil }
        let subject = PolicySubject(
            task: task, agent: agent.flatMap { fleet[$0] }.map { .known($0) }, runningTasks: live.running)
        for policy in policies.policies {
            guard let result = policy.evaluate(subject), !result.allowed else { continue }
            let refusal = violation(result, key, agent: agent)
            return policy.isWaitedFor ? .wait(refusal) : .deny(refusal)
        }
        return nil
    }

    private func violation(_ result: PolicyResult, _ key: TaskKey, agent: AgentID?) -> Refusal {
        var details: [String: Refusal.Detail] = [
            "policy_name": .text(result.policyName), "reason": .text(result.reason),
            "task_id": .text(key.taskID.description),
        ]
        details["agent_id"] = agent.map { .text($0.description) }
        return Refusal(.policyViolation, "\(result.policyName): \(result.reason)", details: details)
    }

    /// A refusal by a policy is an event, also where nothing else is recorded.
    mutating func noteViolation(
        _ refusal: Refusal, _ key: TaskKey, agent: AgentID?, _ transaction: inout EngineTransaction
    ) {
        guard refusal.code == .policyViolation else { return }
        emit(.policyViolated, workflow: key.workflowID, task: key.taskID, agent: agent, &transaction) { writer in
            for name in ["policy_name", "reason"] {
                if case .text(let text) = refusal.details[name] { writer.member(name, text) }
            }
        }
    }

    mutating func carryOut(_ placement: Placement, _ task: TaskHandle, _ transaction: inout EngineTransaction) {
        switch placement {
        case .start(let agent): start(task, on: agent, &transaction)
        case .queue: enqueue(task, &transaction)
        case .refused: break
        }
    }

    private func refusal(of dispatch: TaskDispatch, _ key: TaskKey, _ caller: Caller) -> Refusal? {
        if !dispatch.task.needs.isEmpty {
            return .invalidParams(JSONFieldError(field: "task.needs", reason: "is for the tasks of a workflow"))
        }
        return quotaRefusal(
            adding: CollectionOfOne(dispatch.task), bytes: dispatch.task.source.bytes.count, uid: caller.peer.uid)
    }

    /// The same id again: the same work, if it is the same content.
    private mutating func attach(
        _ dispatch: TaskDispatch, _ caller: Caller, to earlier: TaskRecord, _ transaction: inout EngineTransaction
    ) {
        guard earlier.definition.source.isEquivalent(to: dispatch.task.source) else {
            let refusal = Refusal(
                .conflict, "task \(earlier.key.taskID) exists already with other content",
                details: ["kind": .text("task"), "id": .text(earlier.key.taskID.description)])
            return transaction.refuse(refusal, to: caller)
        }
        let repetition: Reply.Repetition = earlier.outcome == nil ? .attached : .recorded
        if dispatch.detach {
            transaction.reply(.repeated(repetition, .accepted(earlier.key.taskID)), to: caller)
        } else if let outcome = earlier.outcome {
            transaction.reply(Refusal.outcome(outcome, repeated: .recorded), to: caller)
        } else if let task = live.handle(of: earlier.key) {
            live.add(Waiter(caller, isFirst: false), to: task)
        }
    }

    /// The record of a task, from memory or from what the store knows.
    func find(_ key: TaskKey, _ known: StoredContext) -> TaskRecord? {
        if let record = live[key] { return record }
        if case .task(let record) = known, record.key == key { return record }
        return nil
    }

    func task(_ key: TaskKey, _ known: StoredContext) -> Result<TaskRecord, Refusal> {
        find(key, known).map(Result.success) ?? .failure(.notFound(kind: "task", id: key.taskID))
    }

    /// Moves a task to its next stage, and with it its workflow's schedule.
    mutating func move(_ task: TaskHandle, to stage: TaskRecord.Stage, at now: Moment) {
        guard let before = live.move(task, to: stage), let record = live[task], let id = record.key.workflowID,
            let workflow = workflows[id]?.record
        else { return }
        let place = place(of: record, in: workflow)
        workflows[id]?.move(record.key.taskID, to: place)
        if before.isQueued || record.isQueued, let demand = record.definition.demand {
            followQueue(of: demand, in: id, at: now)
        }
    }

    /// Makes a task's present record durable.
    func save(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        if let record = live[task] { transaction.change(.taskUpdated(record)) }
    }
}

extension Policy {
    /// Work that may queue waits until this policy allows it.
    fileprivate var isWaitedFor: Bool {
        switch self {
        case .maxConcurrentTasks(let limit): limit > 0
        case .taskTimeout, .agentAvailability, .phaseGate: false
        }
    }
}

extension JSONText {
    func isEquivalent(to other: JSONText) -> Bool {
        if self == other { return true }
        guard let mine = try? parsed(), let others = try? other.parsed() else { return false }
        return mine.isEquivalent(to: others)
    }
}
