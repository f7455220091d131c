import CConductorLoad
import ConductorTestSupport
import Foundation

/// One workload on one subject: server, agents and a submitter, each a process of its own.
public struct Run: Sendable {
    public let subject: Subject
    public let workload: Workload
    public var round = 0
    public var scale = 1.0
    public var counting = Counting.flushes
    /// Which daemon.
    public var conductord = Binaries.conductord
    /// What it is started with beside socket and state folder.
    public var arguments: [String] = []
    /// Variables beside its own.
    public var environment: [String: String] = [:]
    /// What the server is made to hold before it is measured.
    var ballast = Ballast()
    /// How many units, where the usual number does not fit.
    var units: Int?
    /// Where state is kept: what is below must be a disk, or flushes cost nothing.
    public var parentFolder = "/var/tmp"

    /// What the shim counts meanwhile, where there is a C compiler.
    public enum Counting: Sendable {
        /// This costs no time.
        case flushes
        /// This does: what is timed is worth little.
        case all
    }

    public init(_ subject: Subject, _ workload: Workload) {
        self.subject = subject
        self.workload = workload
    }

    /// - Throws: `Server.Failure` where a process ended, a result was lost, repeated or not what was sent.
    public func callAsFunction() async throws -> Sample {
        let folder = try TemporaryFolder(in: parentFolder)
        if subject == .durable, ballast.history > 0 {
            try StoreMaker(ended: ballast.history).fill(DaemonProcess.stateFolder(in: folder))
        }
        let page = CompiledShim.hasCompiler ? try await CallCounts.Page(counting, in: folder) : nil
        let server = try await Server(
            subject, in: folder, conductord: conductord, arguments: arguments,
            environment: environment.merging(page?.environment ?? [:]) { _, page in page })
        do {
            try await server.take(ballast)
            if !ballast.hasAgents { try await server.start(workload.agents, agentsOf: workload) }
            let sample = try await measure(server, page)
            await server.stop()
            return sample
        } catch {
            await server.stop()
            throw error
        }
    }

    private func measure(_ server: Server, _ page: CallCounts.Page?) async throws -> Sample {
        let units = units ?? workload.units(for: subject, scale: scale)
        let input = Pipe()
        let submitter = try server.submitter(workload, units: units, input: input)
        let clients = server.agents + [submitter]
        if workload.isOnOneCPU {
            for child in [server.child] + clients { _ = load_pin(child.pid, load_last_cpu()) }
        }
        guard await submitter.prints(Submitter.ready + "\n") else { throw await failure(server, submitter) }
        let load = Machine.loadAverage
        let before = Spending(server: server.child, clients: clients, page)
        try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        guard await submitter.prints("}\n") else { throw await failure(server, submitter) }
        let after = Spending(server: server.child, clients: clients, page)
        try input.fileHandleForWriting.close()
        let output = await submitter.finish().output
        let timing = try JSONDecoder().decode(
            Submitter.Timing.self, from: Data(output.dropFirst(Submitter.ready.count + 1).utf8))
        let tasks = units * workload.tasksPerUnit
        var counts: Sample.Counts?
        if let later = after.counts, let earlier = before.counts { counts = .init(later - earlier, tasks: tasks) }
        return Sample(
            round: round, subject: subject, workload: workload.name, units: units, tasks: tasks,
            seconds: timing.seconds, p50: timing.p50, p99: timing.p99, serverCPU: after.server - before.server,
            clientCPU: after.clients - before.clients, stolen: after.stolen - before.stolen, load: load,
            flushes: counts?[.flush], residentBytes: (ProcessFigures(of: server.child.pid)?.resident ?? 0) << 10,
            counts: counting == .all ? counts : nil)
    }

    /// Says which process failed, and how.
    private func failure(_ server: Server, _ submitter: ChildProcess) async -> Server.Failure {
        let (exit, _, errors) = await submitter.finish()
        let all = [errors] + server.agents.map(\.errorOutput) + [server.errorOutput]
        let said = all.filter { !$0.isEmpty }.joined(separator: "; ").prefix(2000)
        return Server.Failure(
            description: "\(workload.name) on \(subject.rawValue): the submitter ended with \(exit.status): \(said)")
    }
}

/// What was spent until now.
private struct Spending {
    let server, clients, stolen: Double
    let counts: CallCounts?

    init(server: ChildProcess, clients: [ChildProcess], _ page: CallCounts.Page?) {
        self.server = Self.seconds(server)
        self.clients = clients.reduce(0) { $0 + Self.seconds($1) }
        stolen = Machine.stolenSeconds
        counts = page?.soFar
    }

    private static func seconds(_ child: ChildProcess) -> Double { Double(load_cpu_time(child.pid)) / 1e9 }
}
