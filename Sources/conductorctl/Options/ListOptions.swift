import ArgumentParser
import ConductorModel

/// Which page of a list.
struct ListOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many rows at most, the newest first.", valueName: "count"))
    var limit = Page.standardLimit

    @Option(help: ArgumentHelp("Only what is older: the next_cursor of an earlier page.", valueName: "cursor"))
    var before: Int64?

    var page: Page { Page(limit: limit, before: before) }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000.") }
    }
}
