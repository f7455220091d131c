import ArgumentParser
import ConductorBench
import ConductorTestSupport

struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "From a daemon's start to READY, after a kill -9: with nothing stored, and with much.")

    @Option(help: "How much of a million tasks that have ended, and a hundred thousand that have not.")
    var share = 0.1

    @Option(help: "How many starts.")
    var starts = 7

    @Option(help: ArgumentHelp("The daemon to measure, in place of the one beside this program.", valueName: "path"))
    var conductord = Binaries.conductord

    @Option(help: ArgumentHelp("Where state is kept meanwhile; on a disk.", valueName: "dir"))
    var folder = "/var/tmp"

    @Option(help: ArgumentHelp("Write the rows there.", valueName: "file"))
    var json: String?

    func run() async throws {
        var start = StartTime()
        let much = StoreMaker(ended: Int(1_000_000 * share), unfinished: Int(100_000 * share))
        start.stores = [StoreMaker(), much]
        start.starts = starts
        start.conductord = conductord
        start.parentFolder = folder
        let rows = try await start { remark($0) }
        print(rows.table)
        try write(rows, to: json)
    }
}
