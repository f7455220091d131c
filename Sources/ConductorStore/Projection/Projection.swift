import ConductorEngine
import ConductorModel
import Dispatch
import GRDB
import Synchronization

/// Has the tables follow the log: what commits have changed is written to them later, in larger transactions, and each
/// thing's last state only.
///
/// What they do not show yet is looked up here first. It is bounded: a commit waits where they do not keep up.
final class Projection: Sendable {
    /// Rows, and their bytes, after which the tables are written at once. Of a task that ends meanwhile only its end is
    /// written, and pages that many rows share are written once.
    static let batchRows = 4_000
    static let batchBytes = 16 << 20
    /// How many times as much may wait at most.
    static let maximumBatches = 4
    /// After this time they are written in any case.
    static let usualDelay = DispatchTimeInterval.milliseconds(500)

    fileprivate struct State: Sendable {
        var gathering: UnappliedChanges
        /// What is being written, or could not be for a reason that passes.
        var applying: UnappliedChanges?
        /// The last commit that the tables have, and the last that they have flushed.
        var applied: Int64
        var flushed: Int64
        var fault: StoreFault?
        var isScheduled = false
        var isTimed = false
    }

    private let writer: DatabaseQueue
    private let checkpointer: Checkpointer
    private let log: Int64
    private let delay: DispatchTimeInterval
    private let state: Mutex<State>

    /// - Parameter applied: what the tables show.
    init(
        _ writer: DatabaseQueue, _ checkpointer: Checkpointer, after applied: AppliedCommit, delay: DispatchTimeInterval
    ) {
        self.delay = delay
        self.writer = writer
        self.checkpointer = checkpointer
        log = applied.log
        state = Mutex(
            State(gathering: UnappliedChanges(after: applied.link), applied: applied.link.number, flushed: 0))
    }

    /// The last commit that the tables show.
    var applied: Int64 { state.withLock { $0.applied } }

    /// The last commit that the tables have for good: the log need not keep it.
    var flushed: Int64 { state.withLock { $0.flushed } }

    /// Why the tables take nothing at present; nil while they do.
    var fault: StoreFault? { state.withLock { $0.fault } }

    /// What `find` finds among the changes that the tables do not show, the newer ones first.
    func first<Value: Sendable>(_ find: (UnappliedChanges) -> Value?) -> Value? {
        state.withLock { state in find(state.gathering) ?? state.applying.flatMap(find) }
    }

    /// Whether any of the changes that the tables do not show is as `isSuch` says.
    func hasUnapplied(_ isSuch: (UnappliedChanges) -> Bool) -> Bool {
        state.withLock { state in isSuch(state.gathering) || state.applying.map(isSuch) == true }
    }

    /// Those of the older ones first.
    func each(_ body: (UnappliedChanges) -> Void) {
        state.withLock { state in
            state.applying.map(body)
            body(state.gathering)
        }
    }

    /// Takes up a commit that is durable.
    func add(_ commit: CoalescedChanges, _ link: CommitLink) {
        let (isDue, isTimed) = state.withLock { state in
            state.gathering.add(commit, link)
            let isDue = !state.isScheduled && state.gathering.isLarge(atLeast: 1)
            let isTimed = !isDue && !state.isScheduled && !state.isTimed
            if isDue { state.isScheduled = true }
            if isTimed { state.isTimed = true }
            return (isDue, isTimed)
        }
        if isDue { schedule() }
        if isTimed {
            DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + delay) { [weak self] in
                self?.state.withLock { $0.isTimed = false }
                self?.schedule()
            }
        }
    }

    /// Has the tables written soon, and flushed if asked for.
    func schedule(flushing: Bool = false) {
        writer.asyncWriteWithoutTransaction { [weak self] db in
            try? self?.apply(db, flushing: flushing)
        }
    }

    /// Waits where so much is gathered that memory would not be bounded.
    func mustKeepUp() throws(StoreFault) {
        if state.withLock({ $0.gathering.isLarge(atLeast: Self.maximumBatches) }) { try catchUp() }
    }

    /// Returns when the tables show all that was added before.
    func catchUp(flushing: Bool = false) throws(StoreFault) {
        let isDone = state.withLock { $0.fault == nil && $0.applying == nil && $0.gathering.rows == 0 }
        if isDone, !flushing { return }
        try faulting("applying commits to \(writer.path)") {
            try writer.writeWithoutTransaction { db in try self.apply(db, flushing: flushing) }
        }
    }

    /// Changes the tables beside the commits, after all of these; flushed.
    func write<Value>(_ place: String, _ body: (Database) throws -> Value) throws(StoreFault) -> Value {
        try faulting(place) {
            try writer.writeWithoutTransaction { db in
                try self.apply(db, flushing: false)
                return try db.transaction(flushing: true) { try body(db) }
            }
        }
    }

    // MARK: On the writer's thread

    private func apply(_ db: Database, flushing: Bool) throws {
        state.withLock { $0.isScheduled = false }
        // What became of the failed transaction is unknown; the next start looks.
        if let fault, !fault.passes { throw fault }
        do throws(StoreFault) {
            // What could not be written before, and what has gathered since; what comes meanwhile is for the next time.
            for _ in 0..<2 {
                guard let changes = state.withLock({ $0.startApplying() }) else { break }
                try faulting("applying commits to \(writer.path)") { try write(changes, flushing: flushing, db) }
                checkpointer.wrote(rows: changes.rows + changes.bytes / 4096)
            }
            guard flushing else { return }
            try faulting("flushing \(writer.path)") { try flush(db) }
        } catch {
            state.withLock { $0.fault = error }
            throw error
        }
    }

    private func write(_ unapplied: UnappliedChanges, flushing: Bool, _ db: Database) throws {
        try db.transaction(flushing: flushing) {
            var writer = try BatchWriter(db, unapplied.changes)
            try writer.write(unapplied.changes)
            try AppliedCommit(log: log, link: unapplied.link).save(db)
        }
        state.withLock { state in
            state.applying = nil
            state.applied = unapplied.link.number
            state.fault = nil
            if flushing { state.flushed = unapplied.link.number }
        }
    }

    /// A transaction that is flushed flushes all before it.
    private func flush(_ db: Database) throws {
        let applied = try AppliedCommit(db)
        guard state.withLock({ $0.flushed }) < applied.link.number else { return }
        try db.transaction(flushing: true) { try applied.save(db) }
        state.withLock { $0.flushed = applied.link.number }
    }
}

extension Projection.State {
    /// What to write next; nil where the tables show everything.
    fileprivate mutating func startApplying() -> UnappliedChanges? {
        if let applying { return applying }
        guard gathering.rows > 0 else { return nil }
        let changes = gathering
        gathering = UnappliedChanges(after: changes.link)
        applying = changes
        return changes
    }
}

extension UnappliedChanges {
    /// Whether these are as many as `batches` batches.
    fileprivate func isLarge(atLeast batches: Int) -> Bool {
        rows >= batches * Projection.batchRows || bytes >= batches * Projection.batchBytes
    }
}

extension Database {
    /// All or nothing, and flushed where that is asked for; else it is with the next transaction that is.
    ///
    /// GRDB relaxes `synchronous` as it opens a database in WAL mode, so it is said for each.
    func transaction<Value>(flushing: Bool, _ body: () throws -> Value) throws -> Value {
        try execute(sql: flushing ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        var value: Value?
        try inTransaction(.immediate) {
            value = try body()
            return .commit
        }
        guard let value else { throw StoreFault(.io, at: "a transaction", "did nothing") }
        return value
    }
}
