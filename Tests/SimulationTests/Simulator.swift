import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorSpecification

/// The engine among agents, clients and accidents that one seed decides.
struct Simulator {
    var dice: SplitMix
    var scene: Scene
    /// All that was told, folded into one number: the same seed gives the same one.
    private(set) var trace = TraceHash()
    private(set) var invariants = Invariants()
    var agents: [SimulatedAgent]
    private var submitted = 0

    static let types: [AgentType] = [.coding, .review, .deploying, .monitor]

    init(seed: UInt64) {
        dice = SplitMix(seed: seed)
        scene = Scene {
            $0.lease = .seconds(5)
            $0.grace = .seconds(10)
            $0.cancelPatience = .seconds(2)
        }
        agents = (0..<6).map { number in
            SimulatedAgent(name: "agent-\(number)", type: Simulator.types[number % Simulator.types.count])
        }
    }

    /// One thing happens; the invariants hold behind it.
    mutating func step() throws {
        switch dice.below(100) {
        case 0..<30: work()
        case 30..<45: appear()
        case 45..<56: submitTask()
        case 56..<62: try submitWorkflow()
        case 62..<64: steer()
        case 64..<67: handleErrors()
        case 67..<70: disappear()
        case 70..<74: repeatAnAnswer()
        case 74..<78: cancel()
        case 78..<80: feedback()
        case 80..<83: changePolicies()
        case 83..<85: operate()
        case 85..<98: wait(.milliseconds(dice.below(3000)))
        default: try restart()
        }
        try check()
    }

    /// No more accidents: every agent is there and works, time passes, and whatever was begun ends.
    mutating func calm() throws {
        for kind in Policy.Kind.allCases { tell { $0.ask(.policyUnregister(name: kind.rawValue), as: Scene.root) } }
        for _ in 0..<400 where !isDone {
            for index in agents.indices {
                agents[index].isCalm = true
                if agents[index].isPresent {
                    hear(index)
                } else {
                    register(index)
                }
                let agent = agents[index]
                if scene.agent(agent.name)?.isPaused == true { tell { $0.ask(.agentResume(id(agent.name))) } }
                for workflow in scene.stored.workflows where workflow.isPaused && !workflow.status.isTerminal {
                    tell { $0.ask(.workflowResume(workflow.workflowID)) }
                }
                while !agents[index].orders.isEmpty { answerNext(of: index) }
            }
            wait(.seconds(2))
            try check()
        }
        guard isDone else { throw Violation("work is left: \(unfinished.map(\.description))") }
    }

    /// What is held at a gate waits for a person.
    private var unfinished: [TaskKey] {
        let held = Set(scene.stored.workflows.filter(\.isHeldAtGate).map(\.workflowID))
        return scene.stored.tasks.filter { task in
            !task.status.isTerminal && !(task.key.workflowID.map(held.contains) ?? false)
        }.map(\.key)
    }

    private var isDone: Bool {
        unfinished.isEmpty && scene.stored.workflows.allSatisfy { $0.status.isTerminal || $0.isHeldAtGate }
    }

    // MARK: What happens

    private mutating func work() {
        let busy = agents.indices.filter { agents[$0].isPresent && !agents[$0].orders.isEmpty }
        guard let index = dice.pick(busy) else { return }
        answerNext(of: index)
    }

    /// The agent answers its oldest order, on its own connection; what it has answered it may answer again.
    private mutating func answerNext(of index: Int) {
        let order = agents[index].orders.removeFirst()
        let answer = agents[index].isCalm ? WorkAnswer.completed : dice.answer(order, reliable: index != 1)
        agents[index].answered.append(order)
        tell { $0.answer(order, answer) }
        hear(index)
    }

    private mutating func repeatAnAnswer() {
        guard let index = dice.pick(Array(agents.indices)), let order = dice.pick(agents[index].answered) else {
            return
        }
        let answer = dice.answer(order)
        tell { $0.answer(order, answer) }
    }

    private mutating func appear() {
        guard let index = dice.pick(Array(agents.indices)) else { return }
        if agents[index].isPresent { hear(index) } else { register(index) }
    }

    private mutating func register(_ index: Int) {
        if !agents[index].isCalm, dice.below(10) == 0 { agents[index].orders = [] }
        if !agents[index].isCalm, dice.below(10) == 0 { agents[index].type = dice.pick(Simulator.types) ?? .coding }
        agents[index].capacity = 1 + dice.below(3)
        agents[index].connections += 1
        let agent = agents[index]
        let reply = tell { scene in
            scene.register(
                agent.name, agent.type, capacity: agent.capacity, on: agent.connection, running: agent.orders)
        }
        guard case .success(.registered(_, _, let adopted)) = reply else { return }
        agents[index].isPresent = true
        // New orders came behind the reply; of the old ones only those adopted are kept.
        let old = Set(agent.orders.map(\.token))
        agents[index].orders.removeAll { order in
            old.contains(order.token) && !adopted.contains { $0 == order.task.taskID }
        }
    }

    private mutating func hear(_ index: Int) {
        let connection = ConnectionID(agents[index].connection)
        tell { $0.feed(.heard(connection)) }
    }

    private mutating func disappear() {
        guard let index = dice.pick(agents.indices.filter { agents[$0].isPresent }) else { return }
        agents[index].isPresent = false
        let connection = ConnectionID(agents[index].connection)
        tell { $0.feed(.disconnected(connection)) }
    }

    private mutating func submitTask() {
        let isRepeat = submitted > 0 && dice.below(5) == 0
        if !isRepeat { submitted += 1 }
        var definition = dice.task("task-\(isRepeat ? dice.below(submitted) : submitted)")
        definition.taskID = id(definition.name)
        var dispatch = TaskDispatch(task: definition)
        dispatch.whenBusy = dice.below(2) == 0 ? .queue : .fail
        dispatch.queueTimeout = .seconds(dice.below(60))
        let peer = dice.below(2) == 0 ? Scene.alice : Scene.bob
        tell { $0.send(.taskDispatch(dispatch), as: peer) }
    }

    private mutating func submitWorkflow() throws {
        submitted += 1
        let submission = WorkflowSubmission(definition: try dice.workflow("workflow-\(submitted)"))
        tell { $0.send(.workflowRun(submission)) }
    }

    private mutating func cancel() {
        if dice.below(3) == 0, let workflow = dice.pick(scene.stored.workflows) {
            tell { $0.ask(.workflowCancel(workflow.workflowID, reason: nil)) }
        } else if let task = dice.pick(scene.stored.tasks) {
            tell { $0.ask(.taskCancel(task.key, reason: nil)) }
        }
    }

    private mutating func feedback() {
        guard let workflow = dice.pick(scene.stored.workflows) else { return }
        var request = WorkflowFeedback(workflowID: workflow.workflowID, feedback: Feedback(severity: .info))
        request.through = dice.below(2) == 0 ? .all : .development
        request.requestKey = dice.below(2) == 0 ? "key-\(dice.below(3))" : nil
        tell { $0.send(.workflowFeedback(request)) }
    }

    private mutating func changePolicies() {
        switch dice.below(4) {
        case 0: tell { $0.ask(.policyRegister(.maxConcurrentTasks(limit: 2)), as: Scene.root) }
        case 1: tell { $0.ask(.policyRegister(.phaseGate(requiredSuccessRate: 0.5)), as: Scene.root) }
        case 2: tell { $0.ask(.policyRegister(.agentAvailability), as: Scene.root) }
        default:
            for kind in Policy.Kind.allCases {
                tell { $0.ask(.policyUnregister(name: kind.rawValue), as: Scene.root) }
            }
        }
    }

    private mutating func operate() {
        guard let index = dice.pick(Array(agents.indices)) else { return }
        let agent: AgentID = id(agents[index].name)
        switch dice.below(4) {
        case 0: tell { $0.ask(.agentPause(agent)) }
        case 1, 2: tell { $0.ask(.agentResume(agent)) }
        default:
            agents[index].isPresent = false
            tell { $0.ask(.agentUnregister(agent)) }
        }
    }

    private mutating func wait(_ duration: Duration) {
        tell { $0.wait(duration) }
    }

    private mutating func restart() throws {
        if dice.below(2) == 0 { tell { $0.feed(.stop) } }
        for index in agents.indices { agents[index].isPresent = false }
        let before = Durable(scene)
        scene.restart(after: .milliseconds(dice.below(20_000)))
        try Durable(scene).mustEqual(before)
    }

    // MARK: What came of it

    /// Lets something happen, folds what came out into the trace and hands orders to their agents.
    @discardableResult
    mutating func tell<Answer>(_ act: (inout Scene) -> Answer) -> Answer {
        scene.clearOutputs()
        let answer = act(&scene)
        trace.add(scene)
        for (connection, order) in scene.orders {
            if let index = agents.firstIndex(where: { $0.connection == connection.value }) {
                agents[index].orders.append(order)
            }
        }
        invariants.see(scene)
        return answer
    }

    private mutating func check() throws {
        guard case .success(.status(let report)) = scene.ask(.statusGet, on: 1),
            case .success(.agents(let shown)) = scene.ask(.agentList(AgentQuery()), on: 1)
        else { throw Violation("the engine does not answer") }
        try invariants.check(scene, report.counts, shown)
    }
}

/// An agent's own memory, which outlives its connections.
struct SimulatedAgent {
    let name: String
    var type: AgentType
    var capacity = 1
    var isPresent = false
    /// It makes no mistakes any more.
    var isCalm = false
    /// How often it has connected: each time on a connection of its own.
    var connections: UInt64 = 0
    var orders: [TaskAssignment] = []
    var answered: [TaskAssignment] = []

    var connection: UInt64 { Scene.connection(of: name) * 10_000 + connections }
}
