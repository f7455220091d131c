import ConductorModel
import ConductorProtocol

/// Names a connection for as long as the daemon runs.
public struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) {
        self.value = value
    }

    public var description: String { "\(value)" }
}

/// Who asked, and where the answer goes.
public struct Caller: Hashable, Sendable {
    public var connection: ConnectionID
    /// Nil for a notification, which nobody is answered.
    public var request: RequestID?
    public var peer: Peer

    public init(connection: ConnectionID, request: RequestID?, peer: Peer) {
        self.connection = connection
        self.request = request
        self.peer = peer
    }
}

/// The clocks, read together. Deadlines run on the monotonic one; what people see comes from the wall. Deadlines that
/// are stored go by the persistent one.
public struct Moment: Hashable, Sendable {
    /// Since some fixed point of this run.
    public var monotonic: Duration
    public var wall: Timestamp
    /// The wall clock as if nobody ever set it; goes on over restarts.
    public var persistent: Timestamp

    public init(monotonic: Duration, wall: Timestamp, persistent: Timestamp) {
        self.monotonic = monotonic
        self.wall = wall
        self.persistent = persistent
    }

    /// Of a time when nobody has set the wall clock.
    public init(monotonic: Duration, wall: Timestamp) {
        self.init(monotonic: monotonic, wall: wall, persistent: wall)
    }
}

/// What happens to the engine.
public enum Input: Sendable {
    case request(Request, Caller, StoredContext)
    case report(AttemptReport, ConnectionID)
    /// A frame came that says nothing to the engine itself; any frame renews its agents' leases.
    case leaseRenewed(ConnectionID)
    case disconnected(ConnectionID)
    /// Whoever is on the connection may no longer serve; it stays open.
    case roleRevoked(ConnectionID)
    case reconfigured(EngineConfiguration)
    /// Dead letters that are too old, or too many.
    case deadLettersOutlived([DeadLetter])
    /// Time has passed.
    /// - isStoreHeld: Nothing can be stored at present.
    case tick(isStoreHeld: Bool)
    /// What was held is stored, and answers leave: who waited for them has time to go on.
    case storeHealed
    /// The daemon is about to stop.
    case stop
}

/// What the store knows of the ids that a request names and the engine does not hold in memory.
public enum StoredContext: Sendable {
    case nothing
    case task(TaskRecord)
    /// The workflow with all its tasks, in the order of its definition.
    case workflow(WorkflowRecord, [TaskRecord])
    case tasks([TaskRecord], nextCursor: Int64?)
    case workflows([WorkflowRecord], nextCursor: Int64?)
    case deadLetters([DeadLetter], nextCursor: Int64?)
    case matches(WorkMatches)
    /// The letter with its task, or with the workflow of its task.
    case deadLetter(DeadLetter, TaskRecord)
    case deadLetterOfWorkflow(DeadLetter, WorkflowRecord, [TaskRecord])
    case process(StatusReport.Process)
    /// What the connections of each user take.
    case accounts([UInt32: AccountUsage])
    /// A copy was made.
    case backup(file: String, bytes: Int64)
}
