import ConductorJSON
import ConductorModel
import ConductorProtocol

extension Engine {
    func hello(_ peer: Peer) -> HelloReply {
        HelloReply(server: "conductord", version: configuration.version, limits: configuration.limits, peer: peer)
    }

    /// How many agents, tasks and workflows there are.
    public var allCounts: StatusCounts {
        var all = historyCounts
        all.events = sequence
        all.queued = scheduler.count
        all.agents = fleet.statuses
        return all
    }

    func status(_ known: StoredContext) -> Result<Reply, Refusal> {
        switch known {
        case .process(let process): .success(.status(StatusReport(process: process, counts: allCounts)))
        case .nothing, .task, .workflow, .tasks, .workflows, .deadLetters, .deadLetter, .deadLetterOfWorkflow,
            .matches, .accounts, .backup:
            .failure(Refusal(.internalError, "the process was not described"))
        }
    }

    func backup(_ known: StoredContext) -> Result<Reply, Refusal> {
        switch known {
        case .backup(let file, let bytes): .success(.backup(file: file, bytes: bytes))
        case .nothing, .task, .workflow, .tasks, .workflows, .deadLetters, .deadLetter, .deadLetterOfWorkflow,
            .matches, .process, .accounts:
            .failure(Refusal(.internalError, "the store was not copied"))
        }
    }

    func list(_ known: StoredContext, _ now: Moment) -> Result<Reply, Refusal> {
        switch known {
        case .tasks(let records, let cursor): .success(.tasks(records.map { view($0, now) }, nextCursor: cursor))
        case .workflows(let records, let cursor): .success(.workflows(records, nextCursor: cursor))
        case .deadLetters(let letters, let cursor): .success(.deadLetters(letters, nextCursor: cursor))
        case .matches(let matches):
            .success(.matches(matches, tasks: matches.tasks.map { view(live[$0.key] ?? $0, now) }))
        case .nothing, .task, .workflow, .process, .accounts, .deadLetter, .deadLetterOfWorkflow, .backup:
            .failure(Refusal(.internalError, "the list was not read"))
        }
    }

    /// The daemon is about to stop: agents are told, those with nothing to do leave the registry. The others are
    /// waited for after the next start; a result that still comes is taken.
    mutating func stop(_ transaction: inout EngineTransaction) {
        isStopping = true
        // Whose agents have not come back in all this run is not waited for in the next.
        for breaker in errors.breakers { dropBreaker(of: breaker.agentID, &transaction) }
        for agent in fleet.sorted {
            let id = agent.state.agentID
            if let connection = agent.connection { transaction.output(.notify(connection, .stopping)) }
            deadlines.remove(.presence(id))
            if agent.running.isEmpty {
                remove(agent, &transaction)
            } else {
                fleet.setPresence(id, .away(sinceStart: false))
                save(id, &transaction)
            }
        }
    }
}
