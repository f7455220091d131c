import ArgumentParser
import ConductorClient
import ConductorProcess
import ConductorProtocol
import ConductorTransport
import ConductorWebPages
import ConductorWebServer
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@main
struct ConductorWeb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductor-web",
        abstract: "Shows runs, agents, queue and dead letters in a browser, live and read-only.",
        discussion: """
            It listens on a Unix socket that only its user can use, or with --listen on loopback, where it prints an \
            address that lets one browser in, once.
            """,
        version: "conductor-web \(ConductorVersion.current)")

    @Option(
        help: ArgumentHelp("The daemon's socket; else $CONDUCTOR_SOCKET, else the usual places.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Listen on this Unix socket.", valueName: "path"))
    var at: String?

    @Flag(help: "Let the group of the Unix socket use it too.")
    var group = false

    @Option(
        help: ArgumentHelp("Listen on loopback: 127.0.0.1:PORT, with 0 for any free port.", valueName: "address"))
    var listen: String?

    static func main() async {
        InheritedState.repair()
        PrintedOutput.checkAtExit()
        await main(ProgramArguments.values)
    }

    func validate() throws {
        guard (at == nil) != (listen == nil) else { throw ValidationError("Give one of --at and --listen.") }
        if let listen, Self.port(listen) == nil {
            throw ValidationError("--listen must be 127.0.0.1:PORT, with a port from 0 to 65535: \(listen)")
        }
        if group, at == nil { throw ValidationError("--group goes with --at.") }
    }

    /// Nothing but loopback is accepted.
    private static func port(_ address: String) -> UInt16? {
        let prefix = "127.0.0.1:"
        return address.hasPrefix(prefix) ? UInt16(address.dropFirst(prefix.utf8.count)) : nil
    }

    func run() async throws {
        // A browser that goes away in the middle of an answer must not end it.
        signal(SIGPIPE, SIG_IGN)
        // One is enough for what is bounded, and each takes descriptors.
        NIOSingletons.groupLoopCountSuggestion = 1
        let reader = DaemonReader(socket: SocketPath.search(explicit: socket))
        if let at {
            let socket = try ListenerSocket(bindingTo: at, mode: group ? 0o660 : 0o600)
            defer { socket.removeFile() }
            try await WebProgram(descriptor: socket.descriptor, door: .open, reader: reader)
                .run(announcing: "listening at \(at)")
        } else if let port = listen.flatMap(Self.port) {
            let socket = try LoopbackSocket(port: port)
            let host = "127.0.0.1:\(socket.port)", code = Self.secret()
            let door = WebDoor.locked(host: host, code: code, session: Self.secret())
            try await WebProgram(descriptor: socket.descriptor, door: door, reader: reader)
                .run(announcing: "open once: http://\(host)/enter?code=\(code)")
        }
    }

    /// 128 bits.
    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
