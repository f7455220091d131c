import ConductorJSON
import ConductorModel

/// Tasks that wait for an agent.
extension Engine {
    mutating func enqueue(_ key: TaskKey, _ turn: inout Turn) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        let until = turn.now.wall + record.queueTimeout
        move(key, to: .queued(since: turn.now.wall, until: until))
        queues[type, default: WaitQueue()].append(key, priority: record.definition.priority, uid: record.ownerUID)
        deadlines.set(.queue(key), due: turn.now.monotonic + record.queueTimeout)
        emit(.taskQueued, record, &turn) { $0.member("name", record.definition.name) }
    }

    /// Gives waiting tasks of `type` to agents for as long as there are any that may take them.
    mutating func pump(_ type: AgentType, _ turn: inout Turn) {
        guard !isStopping else { return }
        while let agent = registry.choose(type), let key = queues[type]?.popNext() {
            guard let record = tasks[key]?.record else { continue }
            let subject = PolicySubject(
                task: record.definition, agent: registry[agent].map { .known($0) }, runningTasks: runningTasks)
            let denial = policies.policies.lazy.compactMap { $0.evaluate(subject) }.first { !$0.allowed }
            if let denial {
                guard denial.policyName != Policy.Kind.maxConcurrentTasks.rawValue else {
                    queues[type]?.putBack(key, priority: record.definition.priority, uid: record.ownerUID)
                    return
                }
                deadlines.remove(.queue(key))
                refuse(key, .policyViolation, "\(denial.policyName): \(denial.reason)", &turn)
                continue
            }
            deadlines.remove(.queue(key))
            start(key, on: agent, &turn)
            save(key, &turn)
        }
    }

    /// After something that held all types back may have changed.
    mutating func pumpAll(_ turn: inout Turn) {
        for type in AgentType.allCases where queues[type]?.isEmpty == false { pump(type, &turn) }
    }

    mutating func queueTimedOut(_ key: TaskKey, _ turn: inout Turn) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        queues[type]?.remove(key)
        refuse(key, .timeout, "no agent was free within \(record.queueTimeout.inSeconds) s", &turn)
    }

    /// Takes a task off whatever list it waits on.
    mutating func withdraw(_ key: TaskKey) {
        if let type = tasks[key]?.record.definition.assignedTo { queues[type]?.remove(key) }
        deadlines.remove(.queue(key))
        deadlines.remove(.retry(key))
    }
}
