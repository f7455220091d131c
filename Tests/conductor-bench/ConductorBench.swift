import ArgumentParser
import Foundation

@main
struct ConductorBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductor-bench",
        abstract: "Measures a real conductord beside the least that a broker can be.",
        subcommands: [Measure.self, Growth.self, Start.self, Ping.self, Floods.self, Instructions.self, Play.self],
        defaultSubcommand: Measure.self)
}

/// Progress and remarks, beside what is printed.
func remark(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}

/// Writes `rows` as JSON, where a file is named.
func write(_ rows: some Encodable, to file: String?) throws {
    guard let file else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(rows).write(to: URL(fileURLWithPath: file))
}
