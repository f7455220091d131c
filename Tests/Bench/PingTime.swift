import ConductorTestSupport
import Foundation

/// What `conductorctl ping` takes as a whole process, from its start to its end, beside `redis-cli ping` where Redis is
/// installed; and how large the programs are without symbols, as `make install` leaves them.
public struct PingTime: Sendable {
    public struct Row: Codable, Sendable {
        public let command: String
        /// In milliseconds.
        public let median, least: Double
        /// By the median of `redis-cli ping`; nil where there is no Redis.
        public let ratio: Double?
        public let bytes: Int
    }

    public var rounds = 40
    public var conductord = Binaries.conductord
    public var conductorctl = Binaries.conductorctl
    public var redisFolder = "/usr/bin"

    public init() {}

    public func callAsFunction() async throws -> [Row] {
        let folder = try TemporaryFolder()
        let daemon = try await DaemonProcess(
            in: folder, conductord: conductord, arguments: ["--ephemeral", "--log-level", "error"])
        let stripped = folder.file("conductorctl")
        _ = await (try ChildProcess("/usr/bin/strip", ["-s", "-o", stripped, conductorctl])).finish()
        let redis = try await startRedis(folder.file("redis.sock"))
        var commands = [[stripped, "ping", "--socket", daemon.socket]]
        if redis != nil { commands.append(["\(redisFolder)/redis-cli", "-s", folder.file("redis.sock"), "ping"]) }
        var times = commands.map { _ in [Double]() }
        for round in 0...rounds {
            for (index, command) in commands.enumerated() {
                let time = try Self.milliseconds(command)
                // The first one brings the program into memory.
                if round > 0 { times[index].append(time) }
            }
        }
        redis?.signal(SIGTERM)
        await daemon.stop()
        return try zip(commands, times).map { command, own in
            Row(
                command: URL(fileURLWithPath: command[0]).lastPathComponent + " ping", median: own.median,
                least: own.min() ?? .nan, ratio: redis == nil ? nil : own.median / times[1].median,
                bytes: try FileManager.default.attributesOfItem(atPath: command[0])[.size] as? Int ?? 0)
        }
    }

    /// - Returns: nil where it is not installed.
    private func startRedis(_ socket: String) async throws -> ChildProcess? {
        let server = "\(redisFolder)/redis-server"
        guard access(server, X_OK) == 0, access("\(redisFolder)/redis-cli", X_OK) == 0 else { return nil }
        let redis = try ChildProcess(server, ["--port", "0", "--unixsocket", socket, "--save", ""])
        guard await redis.prints("eady to accept connections") || access(socket, F_OK) == 0 else {
            throw Server.Failure(description: "redis-server did not start: \(redis.errorOutput)")
        }
        return redis
    }

    /// From the start of a command to its end, with as little of this process between as can be.
    private static func milliseconds(_ command: [String]) throws -> Double {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let began = ContinuousClock.now
        var pid = pid_t(), status: Int32 = 0
        let error = posix_spawn(&pid, command[0], &actions, nil, &arguments, environ)
        guard error == 0, waitpid(pid, &status, 0) == pid, status == 0 else {
            throw Server.Failure(description: "\(command.joined(separator: " ")) failed: \(error), \(status)")
        }
        return (ContinuousClock.now - began) / .milliseconds(1)
    }
}

extension [PingTime.Row] {
    /// For people: Markdown, aligned.
    public var table: String {
        let lines = map { row in
            [
                row.command, "\(row.bytes)", Report.text(row.median), Report.text(row.least), Report.text(row.ratio),
            ]
        }
        return Report.markdown([["command", "bytes", "ms", "least", "× redis-cli"]] + lines)
    }
}
