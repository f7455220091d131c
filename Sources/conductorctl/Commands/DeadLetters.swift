import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct DeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "List, requeue or discard dead letters (tasks out of retries).",
        subcommands: [ListDeadLetters.self, RedriveDeadLetter.self, DiscardDeadLetter.self],
        defaultSubcommand: ListDeadLetters.self)
}

struct ListDeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List dead letters, the newest first.",
        usage: "conductorctl dead-letters [list] [<options>]")

    @OptionGroup var list: ListOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let answer = try await common.connect().answer(to: DeadLetterListMethod.self, list.page)
        let letters = answer.reply.letters
        try list.show(
            answer.json.text, table: .deadLetters(letters), ids: letters.map(\.id.description), common.format)
        list.tellOfMore(after: answer.reply.nextCursor, letters.count, common.format)
    }
}

struct RedriveDeadLetter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Requeue a dead letter's task.",
        usage: "conductorctl dead-letters redrive <id> [<options>]")

    @Argument(help: "The dead letter's id.", completion: .known(.deadLetters))
    var id: DeadLetterID

    @Option(parsing: .unconditional, help: ArgumentHelp("The same key is the same act, done once.", valueName: "key"))
    var requestKey: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        var params = DeadLetterRedrive(id: id)
        params.requestKey = requestKey
        let task = try await common.connect().redrive(params)
        try common.format.show(["task_id": task.description], lines: ["task \(task) is requeued"])
    }
}

struct DiscardDeadLetter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Discard a dead letter.",
        usage: "conductorctl dead-letters discard <id> [<options>]")

    @Argument(help: "The dead letter's id.", completion: .known(.deadLetters))
    var id: DeadLetterID

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let done = try await common.connect().discard(id)
        try common.format.show(["discarded": done], lines: done ? ["dead letter \(id) is discarded"] : [])
        guard done else { throw ToldByResult(Refusal.notFound(kind: "dead letter", id: id)) }
    }
}
