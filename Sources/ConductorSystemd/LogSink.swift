import ConductorModel

/// What becomes an entry of the journal, but not before it is written: on the log's own thread.
public protocol LogEntrySource: Sendable {
    /// About what it takes in memory while it waits, in bytes.
    var cost: Int { get }
    /// Where much waits to be written, it gives way to others.
    var isExpendable: Bool { get }

    func entry() -> JournalEntry
}

extension LogEntrySource {
    public var isExpendable: Bool { false }
}

extension JournalEntry: LogEntrySource {
    public func entry() -> JournalEntry { self }
}

/// An entry and when it was sent, on its way to a sink.
public struct LogRecord: Sendable {
    public let time: Timestamp
    let cost: Int
    private let source: any LogEntrySource

    public init(_ source: any LogEntrySource, time: Timestamp) {
        self.time = time
        self.source = source
        cost = source.cost
    }

    var isExpendable: Bool { source.isExpendable }

    /// Made anew each time.
    public var entry: JournalEntry { source.entry() }
}

/// Where log entries end up.
///
/// ``JournalLog`` calls it on the log's own thread, a batch at a time. It may block: only that thread waits.
/// It has no error: when the log cannot be written there is nobody left to tell.
public protocol LogSink: Sendable {
    /// - Parameter records: in the order in which they were sent.
    func write(_ records: [LogRecord])
}
