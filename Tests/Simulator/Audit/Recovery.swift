import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorRandom

/// Whether an engine that was just restored shows what is durable.
package struct Recovery {
    var engine: Engine
    let store: Stored
    let now: Moment
    private let random = SplitMix(seed: 0)

    package init(of engine: Engine, from store: Stored, at now: Moment) {
        self.engine = engine
        self.store = store
        self.now = now
    }

    package func check() throws {
        guard engine.sequence == store.events.last?.sequence ?? 0 else {
            throw Violation("the events do not go on where they stood")
        }
        for workflow in store.workflows where !workflow.status.isTerminal { try check(workflow) }
        for task in store.tasks where !task.status.isTerminal { try check(task) }
        try checkAgents()
        try Tally(of: store).mustEqual(engine.allCounts)
        guard case .policies(let policies) = ask(.policyList),
            policies.map({ "\($0)" }).sorted() == store.policies.map({ "\($0)" }).sorted()
        else { throw Violation("a restart changed the policies") }
        guard case .breakers(let breakers) = ask(.breakerList),
            breakers.filter({ !$0.isPristine }) == store.breakers.values.sorted(by: { $0.agentID < $1.agentID })
        else { throw Violation("a restart changed the breakers") }
    }

    private func ask(_ request: Request) -> Reply? {
        var engine = engine
        var random = random
        let peer = Peer(uid: 0, gid: 0, pid: 1, role: .admin)
        let caller = Caller(connection: ConnectionID(0), request: .integer(0), peer: peer)
        let effects = engine.handle(.request(request, caller, .nothing), at: now, random: &random)
        guard case .reply(_, .success(let reply)) = effects.outputs.first else { return nil }
        return reply
    }

    private func check(_ record: WorkflowRecord) throws {
        guard case .workflow(let state) = ask(.workflowGet(record.workflowID)),
            state.record.progress == record.progress
        else { throw Violation("a restart changed workflow \(record.workflowID)") }
    }

    private func check(_ record: TaskRecord) throws {
        guard case .task(let restored) = ask(.taskGet(record.key)), restored.record.progress == record.progress else {
            throw Violation("a restart changed task \(record.key)")
        }
    }

    private func checkAgents() throws {
        let agents = engine.registry()
        guard agents.map(\.agentID) == store.agents.keys.sorted() else {
            throw Violation("a restart changed which agents there are")
        }
        let running = Dictionary(grouping: store.tasks.filter(\.isRunning)) {
            $0.attempts.last?.agentID ?? .coordinator
        }
        .mapValues { $0.map(\.key.taskID) }
        for agent in agents {
            guard let stored = store.agents[agent.agentID],
                running[agent.agentID, default: []].sorted() == agent.running.sorted(),
                stored.capacity == agent.capacity, stored.isPaused == agent.isPaused,
                stored.errorCount == agent.errorCount, stored.completedCount == agent.completedCount
            else { throw Violation("a restart changed agent \(agent.agentID)") }
        }
    }
}

/// How many of each there are, counted from the records.
package struct Tally {
    private var tasks: [TaskStatus: Int] = [:]
    private var workflows: [WorkflowStatus: Int] = [:]
    private var queued = 0
    private var letters = 0

    package init(of store: Stored) {
        for task in store.tasks {
            tasks[task.status, default: 0] += 1
            if case .queued = task.stage { queued += 1 }
        }
        for workflow in store.workflows { workflows[workflow.status, default: 0] += 1 }
        letters = store.deadLetters.count { $0.state == .kept }
    }

    package func mustEqual(_ counts: StatusCounts) throws {
        for status in TaskStatus.allCases where counts.tasks[status] != tasks[status] ?? 0 {
            throw Violation(
                "\(counts.tasks[status]) tasks are said to be \(status), and \(tasks[status] ?? 0) are")
        }
        for status in WorkflowStatus.allCases where counts.workflows[status] != workflows[status] ?? 0 {
            throw Violation("the workflows that are \(status) are miscounted")
        }
        guard counts.queued == queued else { throw Violation("\(counts.queued) tasks wait, and \(queued) are stored") }
        guard counts.deadLetters == letters else {
            throw Violation("\(counts.deadLetters) dead letters are said to be kept, and \(letters) are")
        }
    }
}
