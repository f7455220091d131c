import ArgumentParser
import ConductorProcess
import ConductorServer
import ConductorStore
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
            limits.max_agents is CONDUCTOR_LIMITS_MAX_AGENTS. A list has commas between its elements. \
            Variables override the file, options override both. At SIGHUP the file is read again.
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

    @Flag(help: "Keep nothing: all state is lost when the daemon exits.")
    var ephemeral = false

    @Flag(help: "Check the configuration, and exit.")
    var checkConfig = false

    @Flag(help: "Print the JSON Schema of the configuration, and exit.")
    var configSchema = false

    @Option(
        help: ArgumentHelp("Start from this backup; what is stored now is kept beside it.", valueName: "file"))
    var restore: String?

    @Flag(help: "Check all that is stored, report all problems, and exit.")
    var verify = false

    static func main() async {
        InheritedState.repair()
        PrintedOutput.checkAtExit()
        // Its libraries do not survive that there is less.
        do {
            try DescriptorLimit.require(24)
            try ThreadLimit.require(8)
        } catch {
            complain("\(error)")
            _exit(EXIT_FAILURE)
        }
        await main(ProgramArguments.values)
    }

    func run() async throws {
        // A client that goes away in the middle of an answer must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        // What it makes is nobody else's; the socket gets a mode of its own.
        umask(0o077)
        guard !configSchema else { return print(ConfigurationSchema.text) }
        let sources = configurationSources
        let configuration: DaemonConfiguration
        do throws(ConfigurationProblems) {
            configuration = try sources.read()
        } catch {
            if checkConfig { print(error) } else { for problem in error.problems { Self.complain("\(problem)") } }
            throw ExitCode(EX_CONFIG)
        }
        guard !checkConfig else { return print("\(sources.file): valid") }
        try maintainStore(configuration)
        guard !verify else { return }
        // One descriptor per connection: as many as we may have.
        DescriptorLimit.raise()
        let log = try JournalLog(sink: Journal.sink())
        do {
            try await serve(configuration, sources, log)
        } catch {
            log.close(timeout: .seconds(1))
            throw ended(by: error)
        }
        log.close(timeout: .milliseconds(500))
    }

    private func maintainStore(_ configuration: DaemonConfiguration) throws {
        do {
            if let restore { print(try StoreMaintenance.restore(absolute(restore), configuration)) }
            guard verify else { return }
            let (report, isWhole) = try StoreMaintenance.verify(configuration)
            for line in report { print(line) }
            guard isWhole else { throw ExitCode(EX_DATAERR) }
        } catch let fault as StoreFault {
            throw ended(by: fault)
        }
    }

    /// Complains, and gives the status to exit with.
    private func ended(by error: any Error) -> ExitCode {
        let isCorrupt = (error as? StoreFault)?.kind == .corrupt, message = "\(error)"
        let help = "; conductord --verify reports all problems, --restore FILE starts from a backup"
        Self.complain(isCorrupt && !verify && !message.contains("--restore") ? message + help : message)
        return ExitCode(isCorrupt ? EX_DATAERR : error is Daemon.UnfinishedStop ? EX_IOERR : EXIT_FAILURE)
    }

    private func serve(
        _ configuration: DaemonConfiguration, _ sources: ConfigurationSources, _ log: JournalLog
    ) async throws {
        let logger = Logger(label: "lifecycle") { JournalLogHandler(label: $0, log: log, logLevel: .critical) }
        let daemon = Daemon(
            configuration: configuration, sources: sources, descriptors: DescriptorLimit.maximum, log: log)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: daemon)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private var configurationSources: ConfigurationSources {
        let environment = ProcessInfo.processInfo.environment
        let folder = environment["CONFIGURATION_DIRECTORY"] ?? "/etc/conductor"
        var defaults = DaemonConfiguration(environment: environment, uid: getuid())
        defaults.isEphemeral = ephemeral
        var sources = ConfigurationSources(defaults: defaults, file: config ?? folder + "/conductor.yaml")
        sources.isFileRequired = config != nil
        sources.environment = environment
        sources.options["socket"] = socket.map(absolute)
        sources.options["state_dir"] = stateDir.map(absolute)
        sources.options["log_level"] = logLevel
        return sources
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func complain(_ text: String) {
        var line = "conductord: \(text)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
