import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Which page of a list.
struct ListOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("How many rows at most, the newest first.", valueName: "count"))
    var limit = Page.standardLimit

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only what is older: the next_cursor of an earlier page.", valueName: "cursor"))
    var before: Int64?

    var page: Page { Page(limit: limit, before: before) }

    /// Tells people, who see no `next_cursor`, that a list goes on.
    func tellOfMore(after cursor: Int64?, _ count: Int, _ format: FormatOptions) {
        guard !format.json, let cursor else { return }
        EventStream.tell("the newest \(count) are shown; older ones: the same command with --before \(cursor)")
    }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000.") }
    }
}
