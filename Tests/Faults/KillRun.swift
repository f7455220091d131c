import ConductorClient
import ConductorModel
import ConductorRandom
import ConductorTestSupport
import Foundation

/// kill -9 at random moments under load, again and again on the same state, and after each restart the question
/// whether everything acknowledged is still there.
public struct KillRun: Sendable {
    /// A round with less load does not count.
    public static let leastOperationsPerSecond = 100.0

    public struct Report: Sendable {
        public var kills = 0
        /// Rounds with too little load to count.
        public var idleRounds = 0
        public var operations = 0
        public var loadTime = Duration.zero
        /// Attempts that went on over a kill.
        public var adopted = 0
        public var violations: [String] = []

        public var operationsPerSecond: Double { Double(operations) / (loadTime / .seconds(1)) }
    }

    public var kills: Int
    public var seed: UInt64
    /// So many kills go to one database; then it is checked as a whole, and the next begins empty.
    public var killsPerDatabase = 25

    public init(kills: Int, seed: UInt64) {
        self.kills = kills
        self.seed = seed
    }

    /// - Parameter progress: called after each database with what is known so far.
    public func run(progress: @Sendable (Report) -> Void = { _ in }) async throws -> Report {
        var report = Report()
        var random = SplitMix(seed: seed)
        while report.kills < kills, report.idleRounds <= kills, report.violations.isEmpty {
            try await useOneDatabase(&report, &random)
            progress(report)
        }
        return report
    }

    private func useOneDatabase(_ report: inout Report, _ random: inout SplitMix) async throws {
        let ledger = Ledger()
        let agents = Workload.agents(ledger: ledger, seed: random.next())
        let witness = Witness()
        var daemon = try await DaemonProcess(arguments: ["--log-level", "error"])
        let following = Task { [socket = daemon.socket] in await witness.follow(socket) }
        defer { following.cancel() }
        for round in 0..<min(killsPerDatabase, kills - report.kills) {
            let start = ContinuousClock.now
            let before = await ledger.count
            let load = Load(workload: Workload("r\(round)", ledger: ledger), agents: agents)
            try await load.run(
                on: daemon, facts: Int.random(in: 20...400, using: &random),
                delay: .microseconds(Int.random(in: 0...10_000, using: &random)), seed: random.next())
            let elapsed = ContinuousClock.now - start
            let entries = await ledger.entries
            if Double(entries.count - before) / (elapsed / .seconds(1)) >= Self.leastOperationsPerSecond {
                report.kills += 1
            } else {
                report.idleRounds += 1
            }
            report.operations += entries.count - before
            report.loadTime += elapsed

            let told = await witness.history.last
            daemon = try await DaemonProcess(in: daemon.folder, arguments: ["--log-level", "error"])
            let client = try await daemon.connect()
            report.violations += try await LedgerCheck(client).losses(Expectation(entries[before...]))
            let durable = try await client.subscribe().sequence
            if durable < told { report.violations.append("event \(told) was told, \(durable) is the last") }
        }
        report.violations += try await Self.finalCheck(daemon, ledger, agents, witness)
        for agent in agents { report.adopted += await agent.adopted }
        await daemon.stop()
    }

    /// Lets everything come to its end, and then asks for all of it.
    private static func finalCheck(
        _ daemon: DaemonProcess, _ ledger: Ledger, _ agents: [LedgerAgent], _ witness: Witness
    ) async throws -> [String] {
        let expected = Expectation(await ledger.entries)
        let client = try await daemon.connect()
        let connections = try await daemon.connections(agents.count)
        return try await withThrowingDiscardingTaskGroup { group in
            for (agent, connection) in zip(agents, connections) {
                group.addTask { await agent.serve(connection, keepsSome: false) }
            }
            defer { for connection in connections { connection.close() } }
            for breaker in try await client.breakers() { _ = try await client.resetBreaker(of: breaker.agentID) }
            let check = LedgerCheck(client)
            var violations = try await check.changedEndings(expected)
            violations += try await check.losses(Expectation(await ledger.entries))
            // First what was told: what happens meanwhile is only in the other.
            let told = await witness.history
            let history = try await EventHistory.read(from: daemon.socket)
            violations += history.violations + told.violations + history.contradictions(of: told)
            let letters = try await check.keptLetters().count
            if history.letters != letters {
                violations.append("\(letters) dead letters are kept, \(history.letters) by the events")
            }
            return violations
        }
    }
}

/// Clients and agents at work until the daemon is killed.
struct Load {
    let workload: Workload
    let agents: [LedgerAgent]

    /// Kills the daemon a little while after the ledger has grown by so many facts.
    ///
    /// - Throws: `DaemonProcess.Ended` where the daemon ended before it was killed.
    func run(on daemon: DaemonProcess, facts: Int, delay: Duration, seed: UInt64) async throws {
        let clients = try await daemon.connections(4)
        let links = try await daemon.connections(agents.count)
        let ledger = workload.ledger
        let goal = await ledger.count + facts
        try await withThrowingDiscardingTaskGroup { group in
            for (agent, link) in zip(agents, links) {
                group.addTask { await agent.serve(link, keepsSome: true) }
            }
            for (index, client) in clients.enumerated() {
                var share = Workload("\(workload.name)-\(index)", ledger: ledger)
                share.workers = 4
                group.addTask { [share] in await share.run(on: client, seed: seed &+ UInt64(index)) }
            }
            group.addTask {
                await ledger.waitUntil(count: goal)
                // Chance decides on the moment of the kill: nothing is being waited for.
                try await Task.sleep(for: delay)
                daemon.child.signal(SIGKILL)
            }
            let exit = await daemon.child.exit
            await ledger.release()
            guard exit.wasSignalled, exit.status == SIGKILL else {
                throw DaemonProcess.Ended(exit, output: daemon.child.errorOutput)
            }
        }
    }
}

extension DaemonProcess {
    func connections(_ count: Int) async throws -> [ConductorClient] {
        var connections: [ConductorClient] = []
        for _ in 0..<count { connections.append(try await connect()) }
        return connections
    }
}
