/// An entry and when it was written, on its way to a sink.
public struct LogRecord: Hashable, Sendable {
    public var entry: JournalEntry
    public var time: WallTime

    public init(entry: JournalEntry, time: WallTime) {
        self.entry = entry
        self.time = time
    }
}

/// Where log entries end up.
///
/// ``JournalLog`` calls it on the log's own thread, one record at a time. It may block: only that thread waits.
/// It has no error: when the log cannot be written there is nobody left to tell.
public protocol LogSink: Sendable {
    func write(_ record: LogRecord)
}
