import ConductorAgent
import ConductorClient
import Glibc
import Subprocess
import SystemPackage

/// A daemon of one's own, for the time of one run.
package enum PrivateDaemon {
    /// The daemon ended before its time.
    package struct Ended: Error, Hashable, CustomStringConvertible {
        /// Its standard error's last lines.
        let complaints: [String]

        package var description: String {
            (["the private conductord ended by itself"] + complaints.map { "  \($0)" }).joined(separator: "\n")
        }
    }

    private static let startTimeout: Duration = .seconds(10)
    private static let stop: [TeardownStep] = [.gracefulShutDown(allowedDurationToNextStep: .seconds(6))]

    /// Starts it, calls `body` with its socket, and stops it. Whatever happens, neither process nor folder stays behind:
    /// should this process be killed, the kernel ends the daemon too.
    package static func run<T: Sendable>(_ body: @escaping @Sendable (String) async throws -> T) async throws -> T {
        let executable = try DaemonExecutable.find()
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let socket = "\(folder.path)/conductor.sock"
        let arguments = ["--socket", socket, "--state-dir", "\(folder.path)/state"]
        return try await Subprocess.run(
            configuration([executable] + arguments), input: .none, output: .discarded, error: .sequence
        ) { execution in
            let outcome = await outcome(socket, execution.standardError, body)
            return outcome
        }.closureResult.get()
    }

    /// In a session of its own, so that Ctrl-C reaches this process only.
    private static func configuration(_ command: [String]) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = stop
        let guarded = CommandPath.withParentDeathSignal(command)
        return Configuration(
            executable: .path(FilePath(guarded.executable)), arguments: Arguments(guarded.arguments),
            platformOptions: options)
    }
}
