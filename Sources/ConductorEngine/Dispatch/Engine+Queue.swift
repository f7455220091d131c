import ConductorJSON
import ConductorModel

/// Tasks that wait for an agent.
extension Engine {
    mutating func enqueue(_ key: TaskKey, _ turn: inout Turn) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        let until = turn.now.steady + record.queueTimeout
        move(key, to: .queued(since: turn.now.wall, until: until), at: turn.now)
        if let id = key.workflowID { awaitAgents(of: type, in: id, &turn) }
        queues[type, default: WaitQueue()].append(key, priority: record.definition.priority, uid: record.ownerUID)
        let patience = canaries.plants(.expireEarly) ? record.queueTimeout / 2 : record.queueTimeout
        deadlines.set(.queue(key), due: turn.now.monotonic + patience)
        let wait = wait(of: record, turn.now)
        emit(.taskQueued, record, &turn) { writer in
            writer.member("name", record.definition.name)
            writer.member("waiting", wait)
        }
    }

    /// Gives waiting tasks of `type` to agents for as long as there are any that may take them.
    mutating func pump(_ type: AgentType, _ turn: inout Turn) {
        guard !isStopping else { return }
        while let agent = registry.choose(type), let key = queues[type]?.next, let record = tasks[key]?.record {
            if let id = key.workflowID, workflows[id]?.schedule.hasFreeSlot == false {
                planAgain(key, &turn)
                continue
            }
            switch objection(to: record.definition, key, on: agent) {
            case .wait: return
            case .deny(let refusal):
                noteViolation(refusal, key, agent: agent, &turn)
                refuse(key, refusal.code, refusal.message, &turn)
            case nil:
                queues[type]?.take(key)
                deadlines.remove(.queue(key))
                start(key, on: agent, &turn)
                save(key, &turn)
            }
        }
    }

    /// After something that held all types back may have changed.
    mutating func pumpAll(_ turn: inout Turn) {
        for type in AgentType.allCases where queues[type]?.isEmpty == false { pump(type, &turn) }
    }

    mutating func queueTimedOut(_ key: TaskKey, _ turn: inout Turn) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        let reason = wait(of: record, turn.now).map { ": \($0.message)" } ?? ""
        queues[type]?.remove(key)
        refuse(key, .timeout, "no agent was free within \(record.queueTimeout.inSeconds) s\(reason)", &turn)
    }

    /// Takes a task off whatever list it waits on.
    mutating func withdraw(_ key: TaskKey) {
        if let type = tasks[key]?.record.definition.assignedTo { queues[type]?.remove(key) }
        deadlines.remove(.queue(key))
        deadlines.remove(.retry(key))
        if let token = tasks[key]?.record.attempts.last?.token { heldRetries[token] = nil }
    }
}
