import ConductorJSON
import ConductorModel

/// Tasks that wait for an agent.
extension Engine {
    mutating func enqueue(_ key: TaskKey, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        let until = transaction.now.persistent + record.queueTimeout
        move(key, to: .queued(since: transaction.now.wall, until: until), at: transaction.now)
        if let id = key.workflowID { awaitAgents(of: type, in: id, &transaction) }
        queues[type, default: WaitQueue()].append(key, priority: record.definition.priority, uid: record.ownerUID)
        let patience = canaries.plants(.expireEarly) ? record.queueTimeout / 2 : record.queueTimeout
        deadlines.set(.queue(key), due: transaction.now.monotonic + patience)
        let wait = wait(of: record, transaction.now)
        emit(.taskQueued, record, &transaction) { writer in
            writer.member("name", record.definition.name)
            writer.member("waiting", wait)
        }
    }

    /// Gives waiting tasks of `type` to agents for as long as there are any that may take them.
    mutating func drainQueue(_ type: AgentType, _ transaction: inout EngineTransaction) {
        guard !isStopping else { return }
        while let agent = registry.choose(type), let key = queues[type]?.next, let record = tasks[key]?.record {
            if let id = key.workflowID, workflows[id]?.schedule.hasFreeSlot == false {
                planAgain(key, &transaction)
                continue
            }
            switch policyDenial(of: record.definition, key, on: agent) {
            case .wait: return
            case .deny(let refusal):
                noteViolation(refusal, key, agent: agent, &transaction)
                refuse(key, refusal.code, refusal.message, &transaction)
            case nil:
                queues[type]?.take(key)
                deadlines.remove(.queue(key))
                start(key, on: agent, &transaction)
                save(key, &transaction)
            }
        }
    }

    /// After something that held all types back may have changed.
    mutating func drainQueues(_ transaction: inout EngineTransaction) {
        for type in AgentType.allCases where queues[type]?.isEmpty == false { drainQueue(type, &transaction) }
    }

    mutating func queueTimedOut(_ key: TaskKey, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        let reason = wait(of: record, transaction.now).map { ": \($0.message)" } ?? ""
        queues[type]?.remove(key)
        refuse(key, .timeout, "no agent was free within \(record.queueTimeout.inSeconds) s\(reason)", &transaction)
    }

    /// Takes a task off whatever list it waits on.
    mutating func withdraw(_ key: TaskKey) {
        if let type = tasks[key]?.record.definition.assignedTo { queues[type]?.remove(key) }
        deadlines.remove(.queue(key))
        deadlines.remove(.retry(key))
        if let token = tasks[key]?.record.attempts.last?.token { heldRetries[token] = nil }
    }
}
