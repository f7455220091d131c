import ArgumentParser
import ConductorServer
import ConductorSystemd
import Logging
import ServiceLifecycle
import UnixSignals

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@main
struct Conductord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductord",
        abstract: "Coordinates the agents and workflows of this machine.",
        discussion: """
            Every key of conductor.yaml can be set as a variable too: lease_seconds is CONDUCTOR_LEASE_SECONDS, \
            limits.max_agents is CONDUCTOR_LIMITS_MAX_AGENTS. Variables are stronger than the file, options stronger \
            than both.
            """,
        version: "conductord \(Daemon.version)")

    @Option(help: ArgumentHelp("Where clients connect.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Where the state is kept.", valueName: "dir"))
    var stateDir: String?

    @Option(help: ArgumentHelp("The configuration, in place of /etc/conductor/conductor.yaml.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?

    @Flag(help: "Keep nothing: all is forgotten when the daemon ends.")
    var ephemeral = false

    @Flag(help: "Say whether the configuration is right, and end.")
    var checkConfig = false

    func run() async throws {
        // A client that goes away in the middle of an answer must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        let settings: DaemonConfiguration
        do throws(ConfigurationProblem) {
            settings = try daemonConfiguration()
        } catch {
            if checkConfig { print(error) } else { complain("\(error)") }
            throw ExitCode(EX_CONFIG)
        }
        guard !checkConfig else { return print("ok") }
        raiseFileLimit()
        let log = try JournalLog(sink: Journal.sink())
        do {
            try await serve(settings, log)
        } catch {
            log.close(timeout: .seconds(1))
            complain("\(error)")
            throw ExitCode(error is Daemon.UnfinishedStop ? EX_IOERR : EXIT_FAILURE)
        }
        log.close(timeout: .milliseconds(500))
    }

    private func serve(_ settings: DaemonConfiguration, _ log: JournalLog) async throws {
        let logger = Logger(label: "lifecycle") { JournalLogHandler(label: $0, log: log, logLevel: .critical) }
        let daemon = Daemon(configuration: settings, log: log)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: daemon)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private func daemonConfiguration() throws(ConfigurationProblem) -> DaemonConfiguration {
        let environment = ProcessInfo.processInfo.environment
        var settings = DaemonConfiguration(environment: environment, isRoot: getuid() == 0)
        let folder = environment["CONFIGURATION_DIRECTORY"] ?? "/etc/conductor"
        try settings.apply(
            file: config ?? folder + "/conductor.yaml", isRequired: config != nil, environment: environment)
        if let socket { try settings.apply(option: "socket", absolute(socket)) }
        if let stateDir { try settings.apply(option: "state_dir", absolute(stateDir)) }
        if let logLevel { try settings.apply(option: "log_level", logLevel) }
        settings.isEphemeral = ephemeral
        return settings
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private func complain(_ text: String) {
        var line = "conductord: \(text)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// One descriptor per connection: as many as we may have.
    private func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
