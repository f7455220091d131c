import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// What every command knows.
struct CommonOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The daemon's socket; else $CONDUCTOR_SOCKET, else the usual places.", valueName: "path"))
    var socket: String?

    @OptionGroup var format: FormatOptions

    var socketPath: String { SocketPath.search(explicit: socket) }

    /// For what the daemon answers at once: one that is stuck is told from one that works.
    func connect(replyTimeout: Duration? = CommonOptions.replyTimeout) async throws -> ConductorClient {
        try await .connect(socket: socketPath, replyTimeout: replyTimeout)
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
