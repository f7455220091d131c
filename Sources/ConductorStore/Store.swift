import ConductorEngine
import ConductorModel

/// Where Conductor keeps what must survive it. Safe to use from any thread.
///
/// `commit` is for one writer; look-ups and pages may be asked for while it runs, and show what was committed before.
public protocol Store: Sendable {
    /// Where it is kept, for people.
    var path: String { get }

    /// Everything that is not history; a row that cannot be read is a `.corrupt` fault.
    func load() throws(StoreFault) -> DurableState

    /// Makes `changes` durable, all or none, in their order, and returns when they are.
    ///
    /// After a fault of kind `.full`, `.busy`, `.conflict` or `.tooLarge` nothing of them is stored. After any other the outcome is
    /// unknown until the store is opened anew, and every later commit fails alike.
    func commit(_ changes: [Change]) throws(StoreFault)

    func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord?

    /// The task of this id, alone or in any workflow, that has an attempt with this token. Among the workflows' tasks
    /// only the newest `StoreLimits.namesakes` of that id are looked at: not for the event loop.
    func task(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord?

    /// The workflow with its tasks in the order of its definition.
    func workflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])?

    /// The same for a caller on another thread than the event loop's: however large it is, it holds up no `workflow`.
    func wholeWorkflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])?

    /// Newest first. A page may hold fewer than asked for where its records are large; `nextCursor` tells.
    func tasks(_ query: TaskQuery) throws(StoreFault) -> StorePage<TaskRecord>

    /// Newest first, as `tasks`.
    func workflows(_ query: WorkflowQuery) throws(StoreFault) -> StorePage<WorkflowRecord>

    /// What `reference` may mean for user `uid`: the first of an id, a name and the beginning of an id that finds anything.
    func matches(_ reference: WorkReference, of uid: UInt32) throws(StoreFault) -> WorkMatches

    /// Of whatever state.
    func deadLetter(_ id: DeadLetterID) throws(StoreFault) -> DeadLetter?

    /// Those that are kept, newest first, as `tasks`.
    func deadLetters(_ page: Page) throws(StoreFault) -> StorePage<DeadLetter>

    /// The events that follow sequence `after` and fit `filter`, oldest first, at most `limit`. A page may end before,
    /// where there is much that does not fit; `through` tells how far it goes.
    func events(after sequence: Int64, matching filter: EventFilter, limit: Int) throws(StoreFault) -> EventPage

    /// Notes how far the events have come by `time` of the persistent clock: what is stored ages by these notes. For the
    /// writer, as `commit`, and with the same faults.
    func mark(_ time: Timestamp) throws(StoreFault)

    /// Kept dead letters that are too old by `time` of the persistent clock, or too many and of whoever has the most,
    /// oldest first, at most `Retention.stepRows`.
    func outlivedDeadLetters(_ retention: Retention, at time: Timestamp) throws(StoreFault) -> [DeadLetter]

    /// A walk through what may go by `time` of the persistent clock; nil where all is kept.
    func retentionPass(_ retention: Retention, at time: Timestamp) throws(StoreFault) -> RetentionPass?

    /// What a step of the pass may remove, and the rest of the pass; nil at its end.
    func expired(_ pass: RetentionPass) throws(StoreFault) -> (Expired, next: RetentionPass?)

    /// Removes what has ended of it; for the writer, as `commit`, and with the same faults.
    func remove(_ expired: Expired) throws(StoreFault)

    /// What the tasks, workflows and dead letters of each user take, by uid; 0 where there is no disk.
    func storedBytes() throws(StoreFault) -> [UInt32: Int]

    /// Makes a consistent copy beside the store, under a name derived from `name`, while the store is in use.
    func backup(named name: String) throws(StoreFault) -> StoreBackup

    /// Fails where what is stored is no longer where it was opened: the next start would not find it.
    func mustBeInPlace() throws(StoreFault)

    /// Bytes on disk; 0 where there is no disk.
    func size() -> Int64

    /// Ends all use of the store and gives its place free.
    func close() throws(StoreFault)
}

/// A copy of a store.
public struct StoreBackup: Hashable, Sendable {
    public var file: String
    public var bytes: Int64

    public init(file: String, bytes: Int64) {
        self.file = file
        self.bytes = bytes
    }
}

/// A part of a list.
public struct StorePage<Record: Sendable>: Sendable {
    public var records: [Record]
    /// Where the next page begins (`Page.before`); nil at the end.
    public var nextCursor: Int64?

    public init(records: [Record], nextCursor: Int64?) {
        self.records = records
        self.nextCursor = nextCursor
    }
}

/// The bounds that stores keep.
public enum StoreLimits {
    /// Tasks of one id, newest first, that are searched for an attempt's token.
    public static let namesakes = 1_000
    /// Newest tasks that are looked at, when a store is loaded, for what each agent has finished.
    public static let scannedForAgents = 10_000
    /// Newest events whose sequence is verified when a store is loaded.
    public static let verifiedEvents = 1_000
    /// A page ends early once its texts pass this many bytes.
    public static let pageBytes = 16 << 20
}
