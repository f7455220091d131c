import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import Glibc

/// What every command knows.
struct CommonOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The daemon's socket; else $CONDUCTOR_SOCKET, else the usual places.", valueName: "path"))
    var socket: String?

    // Not in each command's usage, which it would fill.
    @Option(
        help: ArgumentHelp(
            "Whose the daemon must be; else $CONDUCTOR_DAEMON_UID, else anybody's.", valueName: "uid",
            visibility: .hidden))
    var daemonUid: UInt32?

    @OptionGroup var format: FormatOptions

    var daemon: DaemonSocket {
        DaemonSocket(path: SocketPath.search(explicit: socket), uid: daemonUid ?? Self.demandedUID.flatMap(UInt32.init))
    }

    private static var demandedUID: String? {
        getenv("CONDUCTOR_DAEMON_UID").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func validate() throws {
        guard let demanded = Self.demandedUID, UInt32(demanded) == nil else { return }
        throw ValidationError("$CONDUCTOR_DAEMON_UID must be the number of a user: \(demanded)")
    }

    /// For what the daemon answers at once: one that is stuck is told from one that works.
    func connect(replyTimeout: Duration? = CommonOptions.replyTimeout) async throws -> ConductorClient {
        try await daemon.connect(replyTimeout: replyTimeout)
    }

    /// Longer than a busy machine needs for a commit.
    static let replyTimeout = Duration.seconds(30)
}

/// How a command's results are written.
struct FormatOptions: ParsableArguments {
    @Flag(help: "Write JSON: one document, or one line for each event.")
    var json = false

    /// Writes `value` as JSON, or else the lines for people.
    func show(_ value: some JSONWritable, lines: @autoclosure () -> [String]) throws {
        try Output.standard.write(text(value, lines()))
    }

    func show(_ value: some JSONWritable, table: @autoclosure () -> Table) throws {
        try show(value, lines: table().lines(on: Terminal.layout))
    }

    /// As `show`; while nobody reads, other tasks go on and this one can be cancelled.
    func send(_ value: some JSONWritable, lines: @autoclosure () -> [String]) async throws {
        try await Output.standard.send(text(value, lines()))
    }

    private func text(_ value: some JSONWritable, _ lines: @autoclosure () -> [String]) -> String {
        let shown = json ? [TerminalText.line(json: value.jsonText.string)] : lines()
        return shown.map { $0 + "\n" }.joined()
    }
}

/// One member: the whole answer of a small command.
extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for (key, value) in sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
        }
    }
}
