import GRDB
import Synchronization

/// Moves what the log holds into the database, beside the writer, so that no commit waits for it.
///
/// A passive checkpoint takes what was there when it began. Under steady writing it never catches up, and the log
/// could not begin anew: past `maximumFrames` the writer waits for one, which then has little left to do.
final class Checkpointer: Sendable {
    /// Rows written between two checkpoints; each touches a few pages.
    static let interval = 4_000
    /// Pages of the log, 4 KiB each.
    static let maximumFrames = 16_384

    private let connection: DatabaseQueue
    private let rows = Atomic(0)
    private let frames = Atomic(0)
    private let isScheduled = Atomic(false)

    init(_ connection: DatabaseQueue) {
        self.connection = connection
    }

    /// Called by the writer after each commit. A checkpoint that fails is tried again with the next one: until then
    /// the log keeps what it would have moved.
    func wrote(rows count: Int) {
        guard rows.wrappingAdd(count, ordering: .relaxed).newValue >= Self.interval else { return }
        if frames.load(ordering: .relaxed) > Self.maximumFrames {
            rows.store(0, ordering: .relaxed)
            connection.writeWithoutTransaction { run($0) }
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
        try connection.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try connection.close()
    }

    private func run(_ db: Database) {
        guard let done = try? db.checkpoint(.passive) else { return }
        frames.store(done.walFrameCount, ordering: .relaxed)
    }
}
