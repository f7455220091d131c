import ConductorAgent
import ConductorClient
import Glibc
import Subprocess
import SystemPackage

/// A daemon of one's own, for the time of one run.
package enum PrivateDaemon {
    /// The daemon ended before its time, or never answered.
    package struct Failed: Error, Hashable, CustomStringConvertible {
        let reason: String
        /// Its standard error's last lines.
        let complaints: [String]

        package var description: String { ([reason] + complaints.map { "  \($0)" }).joined(separator: "\n") }
    }

    private enum Happening<T: Sendable>: Sendable {
        case ended(complaints: [String])
        case finished(Result<T, any Error>)
    }

    private static let stop: [TeardownStep] = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(6))]

    /// Starts it, calls `body` with its socket, and stops it. Whatever happens, neither process nor folder stays
    /// behind: should this process be killed, the kernel ends the daemon too.
    package static func run<T: Sendable>(
        _ body: @escaping @Sendable (DaemonSocket) async throws -> T
    ) async throws -> T {
        let executable = try DaemonExecutable.find()
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let socket = DaemonSocket(path: "\(folder.path)/conductor.sock", uid: getuid())
        // The system's configuration is for the system's daemon.
        let command = [
            executable, "--config", "/dev/null", "--socket", socket.path, "--state-dir", "\(folder.path)/state",
            "--log-level", "warning",
        ]
        let result = try await Subprocess.run(
            configuration(command), input: .none, output: .discarded, error: .sequence
        ) { execution in
            await supervise(execution) {
                try await waitUntilItAnswers(socket)
                return try await body(socket)
            }
        }
        return try result.closureResult.get()
    }

    /// Taken away: where another daemon is, and what the service manager says to this process.
    static let othersVariables: [Environment.Key: String?] = [
        "CONDUCTOR_SOCKET": nil, "CONDUCTOR_STATE_DIR": nil, "NOTIFY_SOCKET": nil, "WATCHDOG_USEC": nil,
        "WATCHDOG_PID": nil, "LISTEN_FDS": nil, "LISTEN_PID": nil, "LISTEN_FDNAMES": nil,
    ]

    /// In a session of its own, so that Ctrl-C reaches this process only.
    private static func configuration(_ command: [String]) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = stop
        let guarded = CommandPath.withParentDeathSignal(command)
        return Configuration(
            executable: .path(FilePath(guarded.executable)), arguments: Arguments(guarded.arguments),
            environment: .inherit.updating(othersVariables), platformOptions: options)
    }

    /// Runs `body` beside the daemon; the first that ends takes the other one with it.
    private static func supervise<I, O, T: Sendable>(
        _ execution: Execution<I, O, SequenceOutput>, _ body: @escaping @Sendable () async throws -> T
    ) async -> Result<T, any Error> {
        let errors = execution.standardError
        return await withTaskGroup(of: Happening<T>.self) { group in
            group.addTask { .ended(complaints: await lastLines(of: errors)) }
            group.addTask {
                do { return .finished(.success(try await body())) } catch { return .finished(.failure(error)) }
            }
            switch await group.next() {
            case .finished(let outcome)?:
                await execution.teardown(using: stop)
                return await told(outcome, by: group.next())
            case .ended(let complaints)?:
                group.cancelAll()
                await group.waitForAll()
                return .failure(Failed(reason: "the private conductord ended by itself", complaints: complaints))
            case nil: return .failure(CancellationError())
            }
        }
    }

    /// A daemon that never answered may have said why.
    private static func told<T>(_ outcome: Result<T, any Error>, by last: Happening<T>?) -> Result<T, any Error> {
        guard case .failure(let failed as Failed) = outcome, case .ended(let complaints)? = last else { return outcome }
        return .failure(Failed(reason: failed.reason, complaints: complaints))
    }

    private static func waitUntilItAnswers(_ socket: DaemonSocket) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            do {
                let client = try await socket.connect()
                defer { client.close() }
                return try await client.ping()
            } catch ConnectionFault.notReachable {
                guard ContinuousClock.now < deadline else {
                    throw Failed(reason: "the private conductord did not answer within 10 s", complaints: [])
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Reads to the end: a daemon whose standard error is full would stand still.
    private static func lastLines(of output: SubprocessOutputSequence) async -> [String] {
        var splitter = LineSplitter()
        var last = LastLines()
        do {
            for try await chunk in output {
                for line in chunk.withUnsafeBytes({ splitter.append($0) }) { last.append(line) }
            }
        } catch {
            last.append("its standard error is not readable: \(error)")
        }
        if let line = splitter.finish() { last.append(line) }
        return last.lines
    }
}
