import ArgumentParser
import ConductorClient

@main
struct ConductorWeb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductor-web",
        abstract: "Shows runs, agents, queue and dead letters in a browser, live and read-only.",
        discussion: """
            It listens on a Unix socket that only its user can use, or with --listen on loopback, where it prints an \
            address that lets one browser in, once.
            """)

    @Option(
        help: ArgumentHelp("The daemon's socket; else $CONDUCTOR_SOCKET, else the usual places.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Listen on this Unix socket.", valueName: "path"))
    var at: String?

    @Option(help: ArgumentHelp("Listen on loopback: 127.0.0.1:PORT.", valueName: "address"))
    var listen: String?

    func validate() throws {
        guard (at == nil) != (listen == nil) else { throw ValidationError("Give one of --at and --listen.") }
        if let listen, Self.port(listen) == nil {
            throw ValidationError("--listen must be 127.0.0.1:PORT, with a port from 1 to 65535: \(listen)")
        }
        if let at, at.utf8.count > 107 { throw ValidationError("A socket's path has at most 107 bytes.") }
    }

    /// Nothing but loopback is accepted.
    private static func port(_ address: String) -> UInt16? {
        let prefix = "127.0.0.1:"
        guard address.hasPrefix(prefix), let port = UInt16(address.dropFirst(prefix.utf8.count)), port > 0 else {
            return nil
        }
        return port
    }

    func run() async throws {
        let daemon = SocketPath.search(explicit: socket)
        if let at {
            try await WebServer.run(.unix(path: at), daemon: daemon)
        } else if let port = listen.flatMap(Self.port) {
            try await WebServer.run(.loopback(port: port), daemon: daemon)
        }
    }
}
