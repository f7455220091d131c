import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Which page of a list, and how it is written.
struct ListOptions: ParsableArguments {
    enum Form: String, ExpressibleByArgument, CaseIterable {
        /// Whole ids and times.
        case wide
        /// Ids alone.
        case name
        case json
    }

    @Option(parsing: .unconditional, help: ArgumentHelp("How many rows at most, the newest first.", valueName: "count"))
    var limit = Page.standardLimit

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only what is older: the next_cursor of an earlier page.", valueName: "cursor"))
    var before: Int64?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("wide: whole ids and times; name: ids alone; json.", valueName: "form"))
    var form: Form?

    var page: Page { Page(limit: limit, before: before) }
    /// Where there is no terminal nothing is cut.
    var isWide: Bool { form == .wide || Terminal.layout.width == nil }

    /// Tells people, who see no `next_cursor`, that a list goes on.
    func tellOfMore(after cursor: Int64?, _ count: Int, _ format: FormatOptions) {
        guard !isJSON(format), let cursor else { return }
        EventStream.tell("the newest \(count) are shown; older ones: the same command with --before \(cursor)")
    }

    func isJSON(_ format: FormatOptions) -> Bool { format.json || form == .json }

    /// - Parameter ids: Of the rows, whole.
    func show(
        _ value: some JSONWritable, table: @autoclosure () -> Table, ids: @autoclosure () -> [String],
        _ format: FormatOptions
    ) throws {
        var format = format
        format.json = isJSON(format)
        if form == .name, !format.json { return try format.show(value, lines: ids()) }
        try format.show(value, table: table())
    }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000.") }
    }

    /// As many records as are asked for that fit, of as many pages as it takes; without a condition, one page.
    /// - Parameter read: Reads a page.
    func collect<Record>(
        where fits: ((Record) -> Bool)?, until isPast: (Record) -> Bool = { _ in false },
        _ read: (Page) async throws -> (records: [Record], nextCursor: Int64?)
    ) async throws -> (records: [Record], nextCursor: Int64?) {
        var found: [Record] = []
        var cursor = before
        while true {
            // A page that holds no more than is wanted: where the next one begins, only the daemon knows.
            let page = try await read(Page(limit: limit - found.count, before: cursor))
            cursor = page.nextCursor
            guard let fits else { return (page.records, cursor) }
            found += page.records.filter { fits($0) && !isPast($0) }
            if cursor == nil || page.records.contains(where: isPast) { return (found, nil) }
            if found.count >= limit { return (found, cursor) }
        }
    }
}
