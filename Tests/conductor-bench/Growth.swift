import ArgumentParser
import ConductorBench
import ConductorTestSupport

struct Growth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "What a task costs the daemon where there is little of something, and where there is much.")

    @Option(help: ArgumentHelp("Only these.", valueName: "axis"))
    var axis: [Scale.Axis] = Scale.Axis.allCases

    @Option(help: "How much of the large sizes; 1 is all: 10,000 agents, a million tasks, ten million events.")
    var share = 0.1

    @Flag(help: "Without a disk.")
    var ephemeral = false

    @Option(help: ArgumentHelp("The daemon to measure, in place of the one beside this program.", valueName: "path"))
    var conductord = Binaries.conductord

    @Option(help: ArgumentHelp("Where state is kept meanwhile; on a disk.", valueName: "dir"))
    var folder = "/var/tmp"

    @Option(help: ArgumentHelp("Write the rows there.", valueName: "file"))
    var json: String?

    func run() async throws {
        var scale = Scale()
        scale.axes = axis
        scale.share = share
        scale.subject = ephemeral ? .ephemeral : .durable
        scale.conductord = conductord
        scale.parentFolder = folder
        let rows = try await scale { remark($0) }
        print(rows.table)
        try write(rows, to: json)
    }
}

extension Scale.Axis: ExpressibleByArgument {}
