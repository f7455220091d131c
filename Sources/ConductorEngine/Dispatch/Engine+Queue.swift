import ConductorJSON
import ConductorModel

/// Tasks that wait for an agent.
extension Engine {
    mutating func enqueue(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        guard let record = live[task], let demand = record.definition.demand else { return }
        let until = transaction.now.persistent + record.queueTimeout
        move(task, to: .queued(since: transaction.now.wall, until: until), at: transaction.now)
        if let id = record.key.workflowID { awaitAgents(of: demand, in: id, &transaction) }
        scheduler.enqueue(task, record, for: demand)
        let patience = canaries.plants(.expireEarly) ? record.queueTimeout / 2 : record.queueTimeout
        deadlines.set(.task(task), due: transaction.now.monotonic + patience)
        let wait = wait(of: record, transaction.now)
        emit(.taskQueued, record, &transaction) { writer in
            writer.member("name", record.definition.name)
            writer.member("waiting", wait)
        }
    }

    /// Gives waiting tasks of `type` to agents for as long as there are any that may take them.
    mutating func drainQueue(_ type: AgentType, _ transaction: inout EngineTransaction) {
        guard !isStopping else { return }
        while let task = nextWaiting(type), let record = live[task],
            let agent = record.definition.demand.flatMap(choose)
        {
            if let id = record.key.workflowID, workflows[id]?.schedule.hasFreeSlot == false {
                planAgain(task, &transaction)
                continue
            }
            switch policyDenial(of: record.definition, record.key, on: agent) {
            case .wait: return
            case .deny(let refusal):
                noteViolation(refusal, record.key, agent: agent, &transaction)
                refuse(task, refusal.code, refusal.message, &transaction)
            case nil:
                scheduler.assign(task, of: type)
                deadlines.remove(.task(task))
                start(task, on: agent, &transaction)
                save(task, &transaction)
            }
        }
    }

    /// The task of `type` that is to be given out next; nil where none waits that a free agent may take.
    func nextWaiting(_ type: AgentType) -> TaskHandle? {
        guard !scheduler.isEmpty(type), fleet.choose(AgentDemand(type)) != nil else { return nil }
        return scheduler.next(type) { choose($0) != nil }
    }

    /// The agent that a task with the demand is given to next.
    func choose(_ demand: AgentDemand) -> AgentID? {
        fleet.choose(canaries.plants(.ignoreLabels) ? AgentDemand(demand.type) : demand)
    }

    /// After something that held all types back may have changed.
    mutating func drainQueues(_ transaction: inout EngineTransaction) {
        for type in AgentType.allCases where !scheduler.isEmpty(type) { drainQueue(type, &transaction) }
    }

    mutating func queueTimedOut(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        guard let record = live[task], let type = record.definition.assignedTo else { return }
        let reason = wait(of: record, transaction.now).map { ": \($0.message)" } ?? ""
        scheduler.remove(task, of: type)
        refuse(task, .timeout, "no agent was free within \(record.queueTimeout.inSeconds) s\(reason)", &transaction)
    }

    /// Takes a task off whatever list it waits on.
    mutating func withdraw(_ task: TaskHandle) {
        guard let record = live[task] else { return }
        if let type = record.definition.assignedTo { scheduler.remove(task, of: type) }
        deadlines.remove(.task(task))
        if let token = record.attempts.last?.token { live.releaseRetry(after: token) }
    }
}
