import ArgumentParser
import ConductorBench
import ConductorTestSupport

struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What conductorctl ping takes as a whole process, beside redis-cli ping, and how large it is.")

    @Option(help: "How many times each.")
    var rounds = 40

    @Option(help: ArgumentHelp("In place of the one beside this program.", valueName: "path"))
    var conductord = Binaries.conductord

    @Option(help: ArgumentHelp("In place of the one beside this program.", valueName: "path"))
    var conductorctl = Binaries.conductorctl

    @Option(help: ArgumentHelp("Write the rows there.", valueName: "file"))
    var json: String?

    func run() async throws {
        var ping = PingTime()
        ping.rounds = rounds
        ping.conductord = conductord
        ping.conductorctl = conductorctl
        let rows = try await ping()
        print(rows.table)
        try write(rows, to: json)
    }
}
