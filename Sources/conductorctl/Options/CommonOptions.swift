import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// What every command knows.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The daemon's socket; else $CONDUCTOR_SOCKET, else the usual places.", valueName: "path"))
    var socket: String?

    @OptionGroup var format: FormatOptions

    var socketPath: String { SocketPath.search(explicit: socket) }

    func connect() async throws -> ConductorClient { try await .connect(socket: socketPath) }
}

/// How a command's results are written.
struct FormatOptions: ParsableArguments {
    @Flag(help: "Write JSON: one document, or one line for each event.")
    var json = false

    /// Writes `value` as JSON, or else the lines for people.
    func show(_ value: some JSONWritable, lines: @autoclosure () -> [String]) throws {
        try write(json ? [value.jsonText.string] : lines())
    }

    func show(_ value: some JSONWritable, table: @autoclosure () -> Table) throws {
        try show(value, lines: table().lines(on: Terminal.layout))
    }

    private func write(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try Output.standard.write(lines.map { $0 + "\n" }.joined())
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
