import ConductorClient
import ConductorModel
import ConductorRandom
import ConductorTestSupport
import Foundation

/// Power cuts: the daemon works while all it does to its files is written down; then, for many a moment of that log,
/// a disk is made as the cut would leave it, and a daemon started on it is asked for what was acknowledged by then.
public struct CutRun: Sendable {
    public struct Report: Sendable {
        public var cuts = 0
        public var sessions = 0
        /// Acknowledged facts that were asked for, over all cuts.
        public var facts = 0
        public var violations: [String] = []
    }

    public var cuts: Int
    public var seed: UInt64
    public var cutsPerSession = 50
    /// How many requests a session makes at most, for each of its 16 workers.
    public var requests = 100
    /// The disk reports flushes that it has not done: every acknowledgement must be found to be a lie.
    public var forgetsFlushes = false

    public init(cuts: Int, seed: UInt64) {
        self.cuts = cuts
        self.seed = seed
    }

    public func run(progress: @Sendable (Report) -> Void = { _ in }) async throws -> Report {
        let shim = try await StorageShim()
        var report = Report()
        var random = SplitMix(seed: seed)
        var state = StateCopy()
        while report.cuts < cuts, report.violations.isEmpty {
            let session = try await Session(
                on: state, shim, requests: Int.random(in: requests / 10...requests, using: &random),
                forgetsFlushes: forgetsFlushes, seed: random.next())
            report.sessions += 1
            state = try await cut(session, &report, &random)
            // Every other session goes on where a cut has left the last one.
            if random.oneIn(2) { state = StateCopy() }
            progress(report)
        }
        return report
    }

    /// - Returns: what the last cut left.
    private func cut(_ session: Session, _ report: inout Report, _ random: inout SplitMix) async throws -> StateCopy {
        let count = min(cutsPerSession, cuts - report.cuts)
        let moments = (0..<count).map { _ in session.log.records.indices.randomElement(using: &random) ?? 0 }.sorted()
        var disk = SimulatedDisk(session.before.absolute(session.folder))
        var next = 0
        var state = session.before
        for moment in moments {
            while next <= moment {
                disk.apply(session.log.records[next].record)
                next += 1
            }
            let unflushed = SimulatedDisk.Unflushed.allCases.randomElement(using: &random) ?? .lost
            state = StateCopy(absolute: disk.afterCut(unflushed, &random), below: session.folder)
            let facts = session.facts(by: session.log.records[moment].end)
            let place = "cut behind record \(moment) of \(session.log.records.count), unflushed \(unflushed)"
            report.violations += try await Self.losses(state, facts).map { "\(place): \($0)" }
            report.cuts += 1
            report.facts += facts.count
        }
        return state
    }

    private static func losses(_ state: StateCopy, _ facts: [Ledger.Entry]) async throws -> [String] {
        let daemon: DaemonProcess
        do {
            daemon = try await DaemonProcess(in: state.laidOut(), arguments: ["--log-level", "error"])
        } catch let ended as DaemonProcess.Ended {
            return ["\(ended)"]
        }
        let losses = try await LedgerCheck(daemon.connect()).losses(Expectation(facts))
        let history = try await EventHistory.read(from: daemon.socket)
        await daemon.crash()
        return losses + history.violations
    }
}

extension CutRun {
    /// Work that was written down.
    struct Session {
        let before: StateCopy
        let folder: String
        let log: WriteLog
        private let entries: [Ledger.Entry]

        init(
            on before: StateCopy, _ shim: StorageShim, requests: Int, forgetsFlushes: Bool, seed: UInt64
        ) async throws {
            self.before = before
            let place = try before.laidOut()
            folder = place.file("state")
            let control = try FaultControl(path: place.file("control"))
            if forgetsFlushes { control.forgetFlushes() }
            let environment = shim.environment(folder: folder, control: control, log: place.file("log"))
            let daemon = try await DaemonProcess(
                in: place, arguments: ["--log-level", "error"], environment: environment)
            let ledger = Ledger { control.logged }
            let agents = Workload.agents(ledger: ledger, seed: seed)
            let links = try await daemon.connections(agents.count)
            let client = try await daemon.connect()
            await withDiscardingTaskGroup { group in
                for (agent, link) in zip(agents, links) {
                    group.addTask { await agent.serve(link, keepsSome: false) }
                }
                var workload = Workload("s\(seed)", ledger: ledger)
                workload.requests = requests
                await workload.run(on: client, seed: seed)
                await daemon.crash()
            }
            log = WriteLog(Array(FileManager.default.contents(atPath: place.file("log")) ?? Data()))
            entries = await ledger.entries
        }

        /// What had been acknowledged when the log of writes was so long.
        func facts(by length: Int64) -> [Ledger.Entry] {
            Array(entries.prefix { $0.mark <= length })
        }
    }
}

extension StateCopy {
    init(absolute files: [String: [UInt8]], below folder: String) {
        self.init(
            files: Dictionary(
                uniqueKeysWithValues: files.map { path, content in (String(path.dropFirst(folder.count + 1)), content) }
            ))
    }

    func absolute(_ folder: String) -> [String: [UInt8]] {
        Dictionary(uniqueKeysWithValues: files.map { name, content in (folder + "/" + name, content) })
    }
}
