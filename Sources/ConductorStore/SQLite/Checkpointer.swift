import GRDB
import Synchronization

/// Moves what the log holds into the database, beside the writer, so that no commit waits for it.
///
/// A passive checkpoint takes what was there when it began. Under steady writing it never catches up, and the log
/// could not begin anew: past `maximumFrames` the writer waits for one, which then has little left to do.
final class Checkpointer: Sendable {
    private let interval: Int
    private let maximumFrames: Int
    private let connection: DatabaseQueue
    private let mark: HighWaterMark
    private let rows: Atomic<Int>
    private let frames = Atomic(0)
    private let isScheduled = Atomic(false)

    /// `interval` is in rows, each of which touches a few pages, and what is large in them by the page;
    /// `maximumFrames` in pages of the log, 4 KiB each. What an earlier process left in the log counts by the page.
    init(_ connection: DatabaseQueue, _ mark: HighWaterMark, interval: Int = 4_000, maximumFrames: Int = 16_384) {
        rows = Atomic(Int(fileSize(connection.path + "-wal") / 4096))
        self.mark = mark
        self.connection = connection
        self.interval = interval
        self.maximumFrames = maximumFrames
    }

    /// Called by the writer after each commit. A checkpoint that fails is tried again with the next one: until then
    /// the log keeps what it would have moved.
    func wrote(rows count: Int) {
        guard rows.wrappingAdd(count, ordering: .relaxed).newValue >= interval else { return }
        if frames.load(ordering: .relaxed) > maximumFrames {
            rows.store(0, ordering: .relaxed)
            connection.writeWithoutTransaction { run($0) }
            frames.store(0, ordering: .relaxed)
        } else if !isScheduled.exchange(true, ordering: .relaxed) {
            rows.store(0, ordering: .relaxed)
            connection.asyncWriteWithoutTransaction { [self] in
                run($0)
                isScheduled.store(false, ordering: .relaxed)
            }
        }
    }

    /// Moves all that is left.
    func close() throws {
        try connection.writeWithoutTransaction { db in
            let end = try EventChain.end(db)
            _ = try db.checkpoint(.truncate)
            try marked(end)
        }
        try connection.close()
    }

    private func run(_ db: Database) {
        guard let end = try? EventChain.end(db), let done = try? db.checkpoint(.passive) else { return }
        frames.store(done.walFrameCount, ordering: .relaxed)
        // With a reader in the way, less than all that was there has been moved. Without the mark, only a later loss
        // would be told later.
        if done.checkpointedFrameCount == done.walFrameCount { try? marked(end) }
    }

    private func marked(_ end: EventChain.Link) throws(StoreFault) {
        try mark.write(end, to: .checkpointed)
        try mark.flush()
    }
}
