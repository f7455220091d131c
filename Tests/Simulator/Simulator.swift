import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorRandom
import ConductorSpecification

/// The daemon's own parts among simulated agents, clients, disk, clock and accidents. One seed decides everything.
package struct Simulator {
    package static let usualSteps = 80
    /// One agent of each is there or comes back in the end.
    static let types: [AgentType] = [.coding, .review, .deploying, .monitor]
    static let labels = ["gpu", "arch=arm64"].compactMap { AgentLabel($0) }

    var dice: SplitMix
    var daemon: SimulatedDaemon
    var feed = SimulatedFeed(released: 0)
    var agents: [SimulatedAgent]
    var clients: [SimulatedClient]
    var audit = Audit()
    var trace = TraceHash()
    /// No more accidents: everybody does what is asked.
    var isCalm = false
    /// How many tasks and workflows clients have named.
    var named = 0
    var lastConnection: UInt64 = 0
    var lastRequest: Int64 = 0
    /// Takes a line for people on whatever happens.
    let narrator: ((String) -> Void)?

    init(seed: UInt64, canary: Canary?, narrator: ((String) -> Void)?) {
        dice = SplitMix(seed: seed)
        var configuration = EngineConfiguration(version: "simulated")
        configuration.canaries = Canaries(planting: canary)
        configuration.breaker.failuresToOpen = 2 + dice.below(4)
        configuration.breaker.openDuration = .seconds(1 + dice.below(60))
        daemon = SimulatedDaemon(configuration: configuration, seed: dice.next())
        agents = Self.types.indices.map { number in
            SimulatedAgent(number, type: Self.types[number], temper: number == 1 ? .failing : .reliable)
        }
        // Whatever is demanded, somebody has it in the end.
        for index in agents.indices { agents[index].labels = AgentLabels(Self.labels) }
        clients = (0..<2).map { SimulatedClient($0) }
        self.narrator = narrator
        for number in Self.types.count..<(Self.types.count + 2) {
            let type = dice.pick(Self.types) ?? .coding
            agents.append(
                SimulatedAgent(number, type: type, temper: dice.pick(SimulatedAgent.Temper.allCases) ?? .reliable))
        }
    }

    /// Everybody comes.
    mutating func begin() throws {
        for index in agents.indices { try act(agent: index) }
        for index in clients.indices { try act(client: index) }
        try endTurn()
        try finishFlush()
    }

    /// One thing happens.
    mutating func step() throws {
        if daemon.isStopping, dice.oneIn(3) {
            try restart(afterStop: true)
        }
        switch dice.below(100) {
        case 0..<45: try act(agent: dice.below(agents.count))
        case 45..<62: try act(client: dice.below(clients.count))
        case 62..<80: try finishFlush()
        case 80..<88: try wait(dice.pause())
        case 88..<92: try loseConnection()
        case 92..<95: try restart(afterStop: false)
        case 95: try stop()
        case 96: changeDisk()
        case 97: try reconfigure()
        default: jump()
        }
        try endTurn()
    }

    /// No more accidents: agents come and work, time passes, and whatever was begun ends.
    mutating func calm() throws {
        isCalm = true
        narrate("calm: no more accidents")
        if daemon.isStopping { try restart(afterStop: true) }
        daemon.disk = .well
        for _ in 0..<300 where !isDone {
            for index in clients.indices { try act(client: index) }
            for index in agents.indices { try act(agent: index) }
            try endTurn()
            try finishFlush()
            try wait(.seconds(3))
        }
        guard isDone else { throw Violation("work is left when all is calm: \(audit.course.open.sorted())") }
        try finishFlush()
        try restart(afterStop: false)
    }

    private var isDone: Bool { audit.course.open.isEmpty && audit.course.workflows.isEmpty }

    var occasion: Audit.Occasion {
        Audit.Occasion(
            now: daemon.now, configuration: daemon.engine.configuration, isStopping: daemon.isStopping,
            putOffUntil: daemon.putOffUntil, isSparing: daemon.isSparing)
    }

    func narrate(_ line: @autoclosure () -> String) {
        if let narrator { narrator(line()) }
    }
}
