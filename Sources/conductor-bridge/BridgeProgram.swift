#if Bridge
import ArgumentParser
import ConductorBridgeHost
import ConductorClient
import ConductorNATS
import ConductorProcess
import ConductorProtocol
import ConductorSystemd
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@main
struct BridgeProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductor-bridge",
        abstract: "Lets agents of other machines do this machine's tasks, and the other way round.",
        discussion: """
            It is an agent and a client of the daemon of this machine, and talks to the bridges of others over NATS. \
            bridge.yaml says which types are offered to which hosts, and which are lent to whom.
            """,
        version: "conductor-bridge \(ConductorVersion.current)")

    @Option(help: ArgumentHelp("The configuration, in place of /etc/conductor/bridge.yaml.", valueName: "file"))
    var config = "/etc/conductor/bridge.yaml"

    @Option(help: ArgumentHelp("Where the claims are kept that were granted.", valueName: "dir"))
    var stateDir: String?

    @Option(help: ArgumentHelp("The daemon's socket, in place of that in the configuration.", valueName: "path"))
    var socket: String?

    @Flag(help: "Check the configuration, and exit.")
    var checkConfig = false

    static func main() async {
        InheritedState.repair()
        PrintedOutput.checkAtExit()
        await main(ProgramArguments.values)
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        let file = try read()
        guard !checkConfig else { return print("\(config): valid") }
        DescriptorLimit.raise()
        let folder = try stateFolder()
        let log = try JournalLog(sink: Journal.sink())
        do {
            try await serve(file, folder, BridgeLog(log))
        } catch {
            log.close(timeout: .seconds(1))
            Self.complain("\(error)")
            throw ExitCode.failure
        }
        log.close(timeout: .seconds(1))
    }

    private func serve(_ file: BridgeFile, _ folder: String, _ log: BridgeLog) async throws {
        // First of all: until it is trapped, the signal would end the process.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let path = socket ?? file.socket ?? SocketPath.system
        let network = try await NATSNetwork.connect(try NATSOptions(file)) { log.tell($0) }
        let host = BridgeHost(
            file.bridge, folder: folder, network: network,
            BridgeDependencies(connect: { try await .connect(socket: path) }), observe: { log.tell($0) })
        let manager = ServiceManager()
        log.started(file, socket: path)
        try? manager.ready(status: "host \(file.bridge.host)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await host.run() }
            group.addTask {
                for await _ in signals { break }
                try Task.checkCancellation()
                try? manager.stopping()
                host.stop()
                // The other one ends the group.
                try await Task.sleep(for: .seconds(3_600))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        log.stopped(unsent: network.unsentCount, unread: network.unreadCount)
    }

    private func read() throws -> BridgeFile {
        let text: String
        do throws(BridgeFile.Unreadable) {
            text = try BridgeFile.text(of: config)
        } catch {
            Self.complain("\(config): \(error)")
            throw ExitCode(EX_CONFIG)
        }
        do throws(BridgeFile.Problems) {
            return try BridgeFile(text)
        } catch {
            for problem in error.problems {
                let line = "\(config):\(problem.line == nil ? " " : "")\(problem)"
                if checkConfig { print(line) } else { Self.complain(line) }
            }
            throw ExitCode(EX_CONFIG)
        }
    }

    private func stateFolder() throws -> String {
        let given = stateDir ?? getenv("STATE_DIRECTORY").map { String(cString: $0) }
        let folder = given ?? "/var/lib/conductor-bridge"
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            Self.complain("mkdir of \(folder) failed: \(String(cString: strerror(errno)))")
            throw ExitCode.failure
        }
        return folder
    }

    private static func complain(_ text: String) {
        var line = "conductor-bridge: \(text)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

extension NATSOptions {
    fileprivate init(_ file: BridgeFile) throws(BridgeFile.Unreadable) {
        self.init(host: file.bridge.host, servers: file.network.servers)
        prefix = file.network.prefix
        credentialsFile = file.network.credentialsFile
        user = file.network.user
        if let path = file.network.passwordFile {
            let text = try BridgeFile.text(of: path)
            password = String(text.prefix { !$0.isNewline })
        }
        guard file.network.isEncrypted else { return }
        tls = TLS(
            authoritiesFile: file.network.authoritiesFile, certificateFile: file.network.certificateFile,
            keyFile: file.network.keyFile)
    }
}
#else
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a build without the trait `Bridge` has in its place.
@main
struct BridgeProgram {
    static func main() {
        let sentence = "conductor-bridge: built without NATS; \"make bridge\" builds one that has it\n"
        _ = write(STDERR_FILENO, sentence, sentence.utf8.count)
        exit(EX_UNAVAILABLE)
    }
}
#endif
