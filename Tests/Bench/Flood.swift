import CConductorLoad
import ConductorClient
import ConductorTestSupport
import Foundation

/// What one user's flood costs another one, whose tasks come one at a time.
public struct Flood: Sendable {
    public enum Attack: String, CaseIterable, Codable, Sendable {
        case dispatches, lists, replays, subscriptions, halfFrames = "half-frames", pings
        /// A busy loop, for comparison.
        case nothing

        var load: load_attack {
            switch self {
            case .dispatches: LOAD_DISPATCHES
            case .lists: LOAD_LISTS
            case .replays: LOAD_REPLAYS
            case .subscriptions: LOAD_SUBSCRIPTIONS
            case .halfFrames: LOAD_HALF_FRAMES
            case .pings: LOAD_PINGS
            case .nothing: LOAD_NOTHING
            }
        }
    }

    public struct Row: Codable, Sendable {
        public let attack: Attack
        /// Microseconds from sending a task until its result is there.
        public let quietP50, quietP99, p50, p99: Double
        /// Answers that the flooding user got in a second, or crumbs that it sent.
        public let answersPerSecond: Double
        /// In milliseconds; nil of a daemon that does not tell.
        public let longestTurn: Double?

        public var ratio: Double { p99 / quietP99 }
    }

    public var attacks = Attack.allCases
    public var subject = Subject.durable
    public var connections = 64
    public var inFlight = 64
    /// How many tasks are measured.
    public var tasks = 1000
    public var conductord = Binaries.conductord
    public var parentFolder = "/var/tmp"

    /// Who floods, and who has work done. No account has them.
    private static let flooder: UInt32 = 60001, quiet: UInt32 = 60002
    private static let workload = Workload("quiet", .tasks(inFlight: 1))

    public init() {}

    public func callAsFunction(progress: (String) -> Void) async throws -> [Row] {
        var rows: [Row] = []
        for attack in attacks {
            progress(attack.rawValue)
            rows.append(try await measure(attack))
        }
        return rows
    }

    private func measure(_ attack: Attack) async throws -> Row {
        let folder = try TemporaryFolder(in: parentFolder)
        if subject == .durable { try StoreMaker(ended: 10_000).fill(DaemonProcess.stateFolder(in: folder)) }
        let server = try await Server(
            subject, in: folder, conductord: conductord, arguments: ["--log-level", "error"],
            environment: ["CONDUCTOR_ACCESS_OTHERS": "operator", "CONDUCTOR_LEASE_SECONDS": "86400"])
        do {
            // Others come through the folder to the socket, and no further.
            guard chmod(folder.path, 0o711) == 0, chmod(server.socket, 0o666) == 0 else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPERM)
            }
            let row = try await measure(attack, on: server)
            await server.stop()
            return row
        } catch {
            await server.stop()
            throw error
        }
    }

    private func measure(_ attack: Attack, on server: Server) async throws -> Row {
        let agent = Role.agent(
            socket: server.socket, subject: subject, name: "agent", capacity: 1, payload: Self.workload.payload)
        try await server.startHelper(.user(Self.quiet, agent))
        let quiet = try await submit(on: server, letters: ["W", "T"])
        let input = Pipe()
        let role = Role.flood(socket: server.socket, attack, connections: connections, inFlight: inFlight)
        let flooder = try ChildProcess(
            Binaries.conductorBench, Role.user(Self.flooder, role).arguments(), input: input)
        guard await flooder.prints(Submitter.ready) else { throw Server.Failure(description: flooder.errorOutput) }
        let start = ContinuousClock.now
        let flooded = try await submit(on: server, letters: ["V", "S"])
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let longest = try await longestTurn(server)
        try input.fileHandleForWriting.close()
        let (exit, output, errors) = await flooder.finish()
        guard exit.status == 0, let answers = output.split(separator: "\n").last.flatMap({ Double($0) }) else {
            throw Server.Failure(description: "the flood ended with \(exit.status): \(errors)")
        }
        return Row(
            attack: attack, quietP50: quiet.p50, quietP99: quiet.p99, p50: flooded.p50, p99: flooded.p99,
            answersPerSecond: answers / seconds, longestTurn: longest)
    }

    private func submit(on server: Server, letters: [String]) async throws -> Submitter.Timing {
        let role = Role.submitter(
            socket: server.socket, subject: subject, workload: Self.workload, units: tasks, warmUp: tasks / 10,
            letters: letters)
        let input = Pipe()
        let submitter = try ChildProcess(
            Binaries.conductorBench, Role.user(Self.quiet, role).arguments(), input: input)
        guard await submitter.prints(Submitter.ready + "\n") else {
            throw Server.Failure(description: submitter.errorOutput)
        }
        try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        guard await submitter.prints("}\n") else { throw Server.Failure(description: submitter.errorOutput) }
        try input.fileHandleForWriting.close()
        let output = await submitter.finish().output
        return try JSONDecoder().decode(
            Submitter.Timing.self, from: Data(output.dropFirst(Submitter.ready.count + 1).utf8))
    }

    /// In milliseconds, as the daemon's metrics have it; nil where they have not.
    private func longestTurn(_ server: Server) async throws -> Double? {
        let client = try await ConductorClient.connect(socket: server.socket)
        defer { client.close() }
        let metrics = try await client.metricsText()
        let line = metrics.split(separator: "\n").first { $0.hasPrefix("conductor_longest_turn_seconds ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }.map { $0 * 1000 }
    }
}

extension [Flood.Row] {
    /// For people: Markdown, aligned.
    public var table: String {
        let lines = map { row in
            [
                row.attack.rawValue, Report.text(row.quietP50), Report.text(row.quietP99), Report.text(row.p50),
                Report.text(row.p99), Report.text(row.ratio), Report.text(row.answersPerSecond),
                Report.text(row.longestTurn),
            ]
        }
        let headings = [
            "flood of", "quiet p50 µs", "p99", "flooded p50 µs", "p99", "× quiet p99", "answers/s", "longest turn ms",
        ]
        return Report.markdown([headings] + lines)
    }
}
