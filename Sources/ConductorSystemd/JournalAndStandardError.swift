/// The sink of a process that was started by hand beside a journal: who started it sees what it says, too.
struct JournalAndStandardError: LogSink {
    var journal = Journal(fallback: nil)
    /// Does not wait: the journal has what its reader is too slow for.
    let standardError: StandardErrorLog

    func write(_ records: [LogRecord]) {
        journal.write(records)
        standardError.write(records)
    }
}
