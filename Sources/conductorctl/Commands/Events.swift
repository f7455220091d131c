import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print events: those that have happened, or those to come.",
        usage: "conductorctl events [--after <sequence>] [--follow] [<options>]")

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Begin after this sequence number; 0 for all.", valueName: "sequence"))
    var after: Int64?

    @Flag(help: "Go on with the events to come; without --after with them alone.")
    var follow = false

    @Option(help: "Only those of this workflow.")
    var workflow: WorkflowArgument?

    @Option(help: "Only those of this task.")
    var task: TaskID?

    @Option(help: "Only those of this agent.", completion: .known(.agents))
    var agent: AgentID?

    @Option(
        name: .customLong("kind"), help: ArgumentHelp("Only those of this kind; may be repeated.", valueName: "kind"),
        completion: .list(Events.kinds))
    var kinds: [String] = []

    @OptionGroup var common: CommonOptions

    private static var kinds: [String] { EventKind.allCases.map(\.rawValue) + EventFilter.liveKinds }

    func validate() throws {
        guard after ?? 0 >= 0 else { throw ValidationError("--after is 0 or more.") }
        let known = Events.kinds
        for kind in kinds where !known.contains(kind) {
            throw ValidationError("There is no kind of event \(kind). Kinds: \(known.joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let id: WorkflowID? =
            if let workflow { try await common.connect().possibleID(workflow) } else { nil }
        let filter = EventFilter(
            workflowID: id, taskID: task, agentID: agent, kinds: kinds.isEmpty ? nil : kinds,
            afterSequence: after)
        if follow {
            try await EventStream(common).follow(filter)
        } else {
            try await EventStream(common).replay(filter)
        }
    }
}
