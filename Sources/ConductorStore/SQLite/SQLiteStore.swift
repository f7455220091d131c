import ConductorEngine
import ConductorModel
import Dispatch
import GRDB
import Synchronization

/// The durable store: a log of commits, and one SQLite database in WAL mode whose tables follow it, in the daemon's state
/// folder.
///
/// A commit is durable when the log has it. Look-ups see what the tables do not show yet, lists wait for the tables. Each
/// use has a connection of its own, so that look-ups wait neither for a flush nor for a long page.
public final class SQLiteStore: Store {
    public let path: String
    let lookups: DatabaseQueue
    /// For the committing thread.
    private let checks: DatabaseQueue
    let pages: DatabaseQueue
    let scans: DatabaseQueue
    let wholes: DatabaseQueue
    let writer: DatabaseQueue
    let checkpointer: Checkpointer
    let projection: Projection
    /// Spares look-ups, and checks, of tasks that are new.
    let taskKeys: StoredTaskKeys
    let folder: StateFolder
    private let bounds: CommitBounds
    private let log: Mutex<CommitLog>
    private let mark: HighWaterMark
    /// The last event that was committed; for the committing thread.
    private let lastEvent: Mutex<Int64>
    /// The database and its own log, which SQLite goes on writing to when their names are gone.
    private let files: [String: FileIdentity]
    /// What was lost though the rest is whole, for people; nil where nothing was.
    public let loss: String?
    /// A commit's outcome is unknown: further ones might be taken as if nothing had happened.
    private let isBroken = Atomic(false)

    /// Opens what is in `folder`, making it where it is missing, and brings the tables up to the log.
    ///
    /// A fault is `.locked` where another daemon has the folder, `.newerVersion` where a newer one wrote the database.
    public convenience init(folder path: String) throws(StoreFault) {
        try self.init(folder: path, delay: Projection.usualDelay)
    }

    /// - Parameter delay: after which the tables follow the log at the latest.
    init(
        folder path: String, delay: DispatchTimeInterval, bounds: CommitBounds = .ofDisk
    ) throws(StoreFault) {
        self.bounds = bounds
        let folder = try StateFolder(path: path)
        try IncomingDatabase(folder: path).install()
        let file = try folder.privateFile(Schema.file)
        let mark = try HighWaterMark(path: folder.privateFile(HighWaterMark.file))
        let opened = try faulting(file) { try OpenedDatabase(file, mark, folder: path, delay: delay) }
        self.path = file
        self.folder = folder
        self.mark = mark
        loss = opened.loss
        writer = opened.writer
        checkpointer = opened.checkpointer
        projection = opened.projection
        taskKeys = try faulting(file) { try StoredTaskKeys(file, opened.projection) }
        log = Mutex(try CommitLog(opened.contents, in: path, of: opened.identity))
        lastEvent = Mutex(opened.lastEvent)
        (lookups, checks, pages, scans, wholes) = try faulting(file) {
            (
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "lookups")),
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "checks")),
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "pages")),
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "scans")),
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "wholes"))
            )
        }
        let identities = [file, file + "-wal"].map { ($0, FileIdentity($0)) }
        files = Dictionary(uniqueKeysWithValues: identities).compactMapValues { $0 }
    }

    public func commit(_ changes: [Change]) throws(StoreFault) {
        let commit = try CoalescedChanges(changes, within: bounds)
        guard !changes.isEmpty else { return }
        try breaking { () throws(StoreFault) in
            // Where the tables take nothing at present, the log would only fill up.
            if projection.fault != nil { try projection.catchUp() }
            try mustFit(commit)
            for row in commit.tasks.values where row.isNew { taskKeys.add(row.record.key) }
            try projection.mustKeepUp()
            let link = try append(ChangeWriter(commit).record)
            if let event = commit.events.last { lastEvent.withLock { $0 = event.sequence } }
            try mark.write(EventChain.Link(sequence: link.number, checksum: link.checksum), to: .logged)
            projection.add(commit, link)
        }
    }

    private func append(_ record: consuming [UInt8]) throws(StoreFault) -> CommitLink {
        var record = record
        return try log.withLockThrowing { (log) throws(StoreFault) in
            let length = record.count - LogRecordHeader.length
            if log.mustWait(payload: length, flushed: projection.flushed) { try projection.catchUp(flushing: true) }
            do throws(StoreFault) {
                try log.append(&record, flushed: projection.flushed)
            } catch {
                // There is no room for a longer file: the other one may do.
                guard error.kind == .full, log.lastInOther > projection.flushed else { throw error }
                try projection.catchUp(flushing: true)
                try log.append(&record, flushed: projection.flushed)
            }
            if log.isHalfFull, log.lastInOther > projection.flushed { projection.schedule(flushing: true) }
            return log.end
        }
    }

    /// Refuses what does not fit what is stored, before any of it is.
    private func mustFit(_ commit: CoalescedChanges) throws(StoreFault) {
        try commit.events.first?.mustFollow(lastEvent.withLock { $0 })
        var tasks: [CoalescedChanges.Row<TaskRecord>] = [], workflows: [CoalescedChanges.Row<WorkflowRecord>] = []
        for row in commit.tasks.values {
            guard projection.hasUnapplied({ $0.has(row.record.key) }) else {
                if !row.isNew || taskKeys.mayHold(row.record.key) { tasks.append(row) }
                continue
            }
            if row.isNew { throw .exists("task \(row.record.key)") }
        }
        for row in commit.workflows.values {
            guard projection.hasUnapplied({ $0.has(row.record.workflowID) }) else { workflows.append(row); continue }
            if row.isNew { throw .exists("workflow \(row.record.workflowID)") }
        }
        guard !tasks.isEmpty || !workflows.isEmpty else { return }
        try faulting("looking up what is committed") {
            try checks.unsafeRead { db in
                for row in tasks { try db.mustFit(row) }
                for row in workflows { try db.mustFit(row) }
            }
        }
    }

    /// One transaction beside the commits, after all of them, and flushed.
    func write<Value>(_ place: String, _ body: (Database) throws -> Value) throws(StoreFault) -> Value {
        try breaking { () throws(StoreFault) in
            let value = try projection.write(place, body)
            try mustBeInPlace()
            return value
        }
    }

    /// Notes that the outcome is unknown where it is.
    private func breaking<Value>(_ body: () throws(StoreFault) -> Value) throws(StoreFault) -> Value {
        guard !isBroken.load(ordering: .relaxed) else {
            throw StoreFault(.io, at: path, "an earlier commit failed with an unknown outcome")
        }
        do throws(StoreFault) {
            return try body()
        } catch {
            switch error.kind {
            case .full, .busy, .conflict, .tooLarge: break
            case .io, .corrupt, .newerVersion, .locked, .notPrivate: isBroken.store(true, ordering: .relaxed)
            }
            throw error
        }
    }

    public func mustBeInPlace() throws(StoreFault) {
        for (path, identity) in files where FileIdentity(path) != identity {
            throw StoreFault(.io, at: path, "was deleted or replaced under the running daemon")
        }
        if let fault = projection.fault, !fault.passes { throw fault }
        try log.withLockThrowing { (log) throws(StoreFault) in try log.mustBeInPlace() }
    }

    public func size() -> Int64 {
        ([path, path + "-wal"] + CommitLog.paths(in: folder.path)).reduce(0) { $0 + fileSize($1) }
    }

    public func close() throws(StoreFault) {
        defer { folder.release() }
        // What cannot be applied now is by the next start.
        try? projection.catchUp()
        try faulting("closing \(path)") {
            try lookups.close()
            try checks.close()
            try pages.close()
            try scans.close()
            try wholes.close()
            try taskKeys.close()
            try writer.close()
            try checkpointer.close()
        }
        isBroken.store(true, ordering: .relaxed)
    }

    /// Asks SQLite for a setting of the writer's connection, or gives it one (`name = value`).
    func pragma(_ name: String) throws(StoreFault) -> String? {
        try faulting(path) {
            try writer.unsafeRead { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
    }
}

extension Database {
    fileprivate func mustFit(_ task: CoalescedChanges.Row<TaskRecord>) throws {
        let key = task.record.key
        guard try has(key) == task.isNew else { return }
        throw task.isNew ? StoreFault.exists("task \(key)") : .unknown("task \(key)")
    }

    fileprivate func mustFit(_ workflow: CoalescedChanges.Row<WorkflowRecord>) throws {
        let id = workflow.record.workflowID
        guard try has(id) == workflow.isNew else { return }
        throw workflow.isNew ? StoreFault.exists("workflow \(id)") : .unknown("workflow \(id)")
    }
}

extension Mutex where Value: ~Copyable {
    /// `withLock` with a typed error.
    func withLockThrowing<Output: Sendable>(
        _ body: (inout Value) throws(StoreFault) -> Output
    ) throws(StoreFault) -> Output where Value: Sendable {
        let outcome = withLock { value -> Result<Output, StoreFault> in
            do throws(StoreFault) {
                return .success(try body(&value))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}

extension StoreFault {
    static func newerVersion(_ file: String) -> StoreFault {
        StoreFault(
            .newerVersion, at: file,
            "a newer version of Conductor wrote this database; install that version, or start with another folder")
    }
}

extension Configuration {
    enum Purpose {
        case reading, writing
    }

    static func conductor(_ purpose: Purpose, _ label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = "conductor.store.\(label)"
        configuration.readonly = purpose == .reading
        configuration.journalMode = purpose == .reading ? .default : .wal
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        // What a schema that was tampered with may call is little.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        return configuration
    }
}
