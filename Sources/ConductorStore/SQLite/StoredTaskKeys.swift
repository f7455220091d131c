import ConductorModel
import GRDB
import Synchronization

/// Which tasks may be in the tables: of a new one this knows that it is not there, without a look into them.
///
/// It learns what was stored before by reading an index, beside everything else, and says that anything may be stored
/// until it has. What retention removes it forgets when it is full, and reads the index anew.
final class StoredTaskKeys: Sendable {
    /// So many are read at once: other uses of the machine get their turn in between.
    private static let pageSize = 4_096
    /// Room for new ones, beside as many as there are already.
    private static let minimumRoom = 1 << 18

    private struct State: Sendable {
        /// Nil until the first reading is done.
        var known: BloomFilter?
        /// What has been read so far, and what has come since that began.
        var next: BloomFilter?
        var isReading = true
    }

    private let database: DatabaseQueue
    private let projection: Projection
    private let state = Mutex(State())
    private let isClosed = Atomic(false)

    init(_ file: String, _ projection: Projection) throws {
        database = try DatabaseQueue(path: file, configuration: .conductor(.reading, "keys"))
        self.projection = projection
        read()
    }

    /// Whether the tables may hold the task. False for none that was added, here or before.
    func mayHold(_ key: TaskKey) -> Bool {
        let hash = key.filterHash
        return state.withLock { $0.known?.mayContain(hash) ?? true }
    }

    /// The task is about to be added.
    func add(_ key: TaskKey) {
        let hash = key.filterHash
        let isFull = state.withLock { state in
            state.known?.insert(hash)
            state.next?.insert(hash)
            guard !state.isReading, state.known?.isFull == true else { return false }
            state.isReading = true
            return true
        }
        if isFull { read() }
    }

    /// Returns once what was stored is known.
    func finishReading() {
        database.unsafeRead { _ in }
    }

    func close() throws {
        isClosed.store(true, ordering: .relaxed)
        try database.close()
    }

    /// If the tables cannot be read, any task may be stored: the look-ups that follow report the fault.
    private func read() {
        database.asyncUnsafeRead { [self] opened in
            let isRead = try? readAll(opened.get())
            state.withLock { state in
                if isRead == true { state.known = state.next }
                state.next = nil
                state.isReading = false
            }
        }
    }

    /// - Returns: false where the store is closed meanwhile.
    private func readAll(_ db: Database) throws -> Bool {
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM tasks") ?? 0
        // From here on what is added is noted; what was added before is in the tables when they have caught up.
        state.withLock { $0.next = BloomFilter(capacity: count + max(count, Self.minimumRoom)) }
        try projection.catchUp()
        var last = ("", "")
        while !isClosed.load(ordering: .relaxed) {
            let rows = try Row.fetchAll(db.cachedStatement(sql: Self.page), arguments: [last.0, last.1])
            let hashes = rows.map { TaskKey.filterHash(workflow: $0[0], task: $0[1]) }
            state.withLock { state in
                for hash in hashes { state.next?.insert(hash) }
            }
            guard rows.count == Self.pageSize, let end = rows.last else { return true }
            last = (end[0], end[1])
        }
        return false
    }

    static let page = """
        SELECT workflow_id, task_id FROM tasks WHERE (workflow_id, task_id) > (?, ?)
        ORDER BY workflow_id, task_id LIMIT \(pageSize)
        """
}

extension TaskKey {
    /// Seeded anew for each process: nobody can make up ids that look like others.
    fileprivate var filterHash: UInt64 {
        Self.filterHash(workflow: workflowID?.description ?? "", task: taskID.description)
    }

    fileprivate static func filterHash(workflow: String, task: String) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(workflow)
        hasher.combine(task)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
