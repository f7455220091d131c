import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Errors in a row that speak against an agent, as the events tell them.
struct ErrorCourse {
    var inRow = 0
    var completed = 0
}

/// What the agents and the daemon know of each other in this life of the daemon.
struct Presence {
    /// What each registered with.
    var capacities: [AgentID: Int] = [:]
    var labels: [AgentID: AgentLabels] = [:]
    /// The lease that each was told.
    var leases: [AgentID: Duration] = [:]
    /// When something of an agent that is connected last came.
    var heard: [AgentID: Duration] = [:]
    /// Until when the daemon waits for an agent.
    var waiting: [AgentID: Duration] = [:]
    /// Agents that were there before the daemon's start and have not been seen since.
    var fresh: Set<AgentID> = []
    /// Until when those of before the start may come back.
    var returns = Duration.zero
    /// Agents that have said that they are about to stop.
    var draining: Set<AgentID> = []
    /// When the last agent that meets a demand left, and how long it may take to come back.
    var left: [AgentDemand: (time: Timestamp, grace: Duration)] = [:]
    /// Agents whose loss was counted in the turn under way.
    var lostInTurn: Set<AgentID> = []
}

/// Leases, grace times, breakers.
extension Audit {
    mutating func follow(_ state: AgentState, _ occasion: Occasion) throws {
        let id = state.agentID
        var errors = course.errors[id] ?? ErrorCourse()
        if state.completedCount > errors.completed { errors.inRow = 0 }
        errors.completed = state.completedCount
        course.errors[id] = errors
        guard state.status == .waiting else {
            presence.waiting[id] = nil
            presence.fresh.remove(id)
            return
        }
        guard presence.waiting[id] == nil, !occasion.isStopping else { return }
        presence.waiting[id] = occasion.now.monotonic + occasion.configuration.grace
        guard let heard = presence.heard[id], let lease = presence.leases[id] else { return }
        guard occasion.now.monotonic - heard >= lease else {
            throw Violation("\(id) is taken for silent, and was heard \(occasion.now.monotonic - heard) ago")
        }
        guard !occasion.isSparing else { throw Violation("\(id) is taken for silent, and the disk keeps it waiting") }
    }

    /// An attempt failed in a way that speaks against its agent; one loss is one error, however many attempts it ends.
    mutating func followError(_ event: EventRecord) {
        guard let id = event.agentID, course.errors[id] != nil else { return }
        let code = (try? event.data.parsed())?["error_code"]?.string
        if code == "AGENT_LOST", !presence.lostInTurn.insert(id).inserted { return }
        course.errors[id]?.inRow += 1
    }

    func checkBreakers(_ occasion: Occasion) throws {
        for (id, errors) in course.errors where errors.inRow >= occasion.configuration.breaker.failuresToOpen {
            guard decided.breakers[id]?.isClosed == false else {
                throw Violation("\(id) failed \(errors.inRow) times in a row, and its breaker is closed")
            }
        }
    }

    /// No agent is waited for beyond the grace time, and nothing waits that could go.
    func checkWaiting(_ engine: Engine, _ occasion: Occasion) throws {
        guard !occasion.isStopping else { return }
        for (id, end) in presence.waiting where occasion.now.monotonic > max(end, occasion.putOffUntil.monotonic) {
            throw Violation("\(id) is waited for \(occasion.now.monotonic - end) too long")
        }
        guard !course.queued.isEmpty else { return }
        for key in course.queued where key.workflowID != nil { try checkStranded(key, occasion) }
        for policy in decided.policies {
            if case .maxConcurrentTasks(let limit) = policy, course.running.count >= limit { return }
        }
        let free = engine.registry(AgentQuery(available: true))
        guard !free.isEmpty else { return }
        for key in course.queued {
            guard let demand = decided.task(key)?.definition.demand, free.contains(where: demand.isMet) else {
                continue
            }
            throw Violation("\(key) waits, and an agent of \(demand) is free")
        }
    }

    /// A workflow's task waits for agents that are there, may come back, or for the time that its workflow says.
    private func checkStranded(_ key: TaskKey, _ occasion: Occasion) throws {
        guard occasion.now.monotonic > presence.returns, let id = key.workflowID,
            let demand = decided.task(key)?.definition.demand, !isRegistered(demand),
            let patience = decided.workflow(id)?.agentWait, let since = course.since[key]
        else { return }
        let left = presence.left[demand] ?? (since, .zero)
        let end = max(max(since, left.time) + patience, left.time + left.grace)
        guard occasion.now.persistent <= max(end + .milliseconds(1), occasion.putOffUntil.persistent) else {
            throw Violation("\(key) waits, and no agent of \(demand) has been registered for too long")
        }
    }

    func isRegistered(_ demand: AgentDemand) -> Bool {
        decided.agents.values.contains { demand.isMet(by: $0) && $0.status != .failed }
    }
}
