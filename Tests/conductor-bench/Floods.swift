import ArgumentParser
import ConductorBench
import ConductorTestSupport
import Foundation

struct Floods: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flood",
        abstract:
            "What one user's flood costs another one, whose tasks come one at a time. As root: it needs two users.")

    @Option(help: ArgumentHelp("Only these.", valueName: "kind"))
    var attack: [Flood.Attack] = Flood.Attack.allCases

    @Option(help: "Connections of the user that floods.")
    var connections = 64

    @Option(help: "Requests in flight on each.")
    var inFlight = 64

    @Option(help: "How many tasks are measured, without the flood and with it.")
    var tasks = 1000

    @Flag(help: "Without a disk.")
    var ephemeral = false

    @Option(help: ArgumentHelp("The daemon to measure, in place of the one beside this program.", valueName: "path"))
    var conductord = Binaries.conductord

    @Option(help: ArgumentHelp("Where state is kept meanwhile; on a disk.", valueName: "dir"))
    var folder = "/var/tmp"

    @Option(help: ArgumentHelp("Write the rows there.", valueName: "file"))
    var json: String?

    func validate() throws {
        guard geteuid() == 0 else { throw ValidationError("only root can be two users") }
        guard connections > 0, inFlight > 0, tasks >= 10 else {
            throw ValidationError("--connections and --in-flight must be above 0, --tasks at least 10")
        }
    }

    func run() async throws {
        var flood = Flood()
        flood.attacks = attack
        flood.connections = connections
        flood.inFlight = inFlight
        flood.tasks = tasks
        flood.subject = ephemeral ? .ephemeral : .durable
        flood.conductord = conductord
        flood.parentFolder = folder
        let rows = try await flood { remark($0) }
        print(rows.table)
        try write(rows, to: json)
    }
}

extension Flood.Attack: ExpressibleByArgument {}
