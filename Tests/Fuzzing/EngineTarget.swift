import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol

/// What agents, clients and accidents do, act by act; none of them keeps to the rules. After each the promises hold.
enum EngineTarget: FuzzTarget {
    static let name = "engine"

    /// More adds nothing but time.
    private static let maximumActs = 256

    static func run(_ bytes: [UInt8]) {
        var world = World()
        var choices = Choices(bytes)
        var acts = 0
        while !choices.isEmpty, acts < maximumActs {
            act(&choices, in: &world)
            acts += 1
        }
        world.restart(after: .zero)
    }

    private static func act(_ choices: inout Choices, in world: inout World) {
        switch choices.below(16) {
        case 0..<9: world.ask(HostileRequest.make(&choices, in: world), on: choices.below(World.connections))
        case 9, 10: answer(&choices, in: &world)
        case 11, 12: world.wait(.milliseconds(choices.pick([100, 1000, 7000, 31_000, 61_000])))
        case 13: happen(&choices, in: &world)
        case 14: world.feed(.leaseRenewed(world.id(choices.below(World.connections))))
        default: world.disconnect(choices.below(World.connections))
        }
    }

    private static func reconfigure(_ choices: inout Choices, in world: inout World) {
        world.reconfigure { configuration in
            configuration.lease = .milliseconds(1000 + 300 * choices.below(256))
            configuration.grace = .seconds(choices.below(100))
            configuration.cancelPatience = .seconds(choices.below(20))
            configuration.breaker.openDuration = .seconds(choices.below(60))
            configuration.limits.maxListedTasksPerAgent = choices.below(4)
            configuration.limits.maxAgents = 1 + choices.below(8)
            configuration.limits.maxLiveTasks = 1 + choices.below(32)
            configuration.limits.maxErrorLogEntries = 1 + choices.below(8)
        }
    }

    /// An agent, or whoever, says how an attempt ended.
    private static func answer(_ choices: inout Choices, in world: inout World) {
        guard let order = choices.order(of: world) else { return }
        let status = choices.pick(TaskCompletion.Status.allCases)
        var completion = TaskCompletion(
            taskID: order.task.taskID ?? HostileRequest.id("none"), attempt: order.attempt, token: order.token,
            status: status)
        if status != .completed {
            // None of those by which the audit knows what the daemon itself decided.
            completion.errorCode = choices.pick(["BROKEN", "TRANSIENT_ERROR", "LLM_TIMEOUT"])
            completion.errorMessage = "no"
        }
        if choices.below(3) == 0 {
            completion.feedback = Feedback(severity: choices.pick(Severity.allCases))
        }
        if choices.below(8) == 0 { completion.attempt += 1 }
        let isForged = choices.below(8) == 0
        if isForged { completion.token = AttemptToken(high: .max, low: .max) }
        let own = world.connection(of: order)
        let connection = choices.below(4) == 0 ? choices.below(World.connections) : own
        let isTaken = world.ask(.taskComplete(completion), on: connection)
        promise(!isTaken || !isForged, "a result with a token that nobody was given is taken")
        promise(!isTaken || World.mayAnswer(on: connection, for: own), "a result of another user's agent is taken")
    }

    private static func happen(_ choices: inout Choices, in world: inout World) {
        switch choices.below(8) {
        case 0: world.restart(after: .seconds(choices.below(200)))
        case 1: world.setClock(by: .seconds(86_400 * (choices.below(5) - 2)))
        case 2: world.scene.isStoreHeld.toggle()
        case 3: world.feed(.roleRevoked(world.id(choices.below(World.connections))))
        case 4: reconfigure(&choices, in: &world)
        // While nothing can be stored, what is due is put off by a lease each time.
        case 5: if !world.scene.isStoreHeld { world.wait(.seconds(3600 * (1 + choices.below(30)))) }
        case 6:
            guard let order = choices.order(of: world) else { return }
            let report = AttemptReport(
                taskID: order.task.taskID ?? HostileRequest.id("none"), attempt: order.attempt, token: order.token,
                content: .progress(percent: 50, message: "half"))
            world.feed(.report(report, world.id(choices.below(World.connections))))
        default: if choices.below(8) == 0 { world.stop() }
        }
    }
}

extension Choices {
    /// Of those that were given out: the newest ones, and now and then an old one.
    mutating func order(of world: World) -> TaskAssignment? {
        let orders = world.scene.orders
        guard !orders.isEmpty else { return nil }
        let place = below(4) == 0 ? below(orders.count) : orders.count - 1 - below(min(orders.count, 4))
        return orders[place].assignment
    }
}
