import ConductorModel
import ConductorProtocol

/// An attempt that the owner's daemon has given to its bridge, on its way through the network.
struct OwnedAttempt: Sendable {
    enum Stage: Sendable {
        /// No worker has it yet.
        case offered(Content)
        /// It goes back to the daemon, not begun. `askedAt`: when the daemon was last asked.
        case returning(askedAt: Duration)
        /// A worker is to have it, once that is recorded.
        case recording(ClaimRecord, Content)
        /// A worker has it, and was last heard of it at `heardAt`.
        case claimed(ClaimRecord, Source, heardAt: Duration)
        /// The worker has answered; it is told when the daemon has that.
        case answered(ClaimRecord, TaskCompletion, toldAt: Duration)
        /// It ended without an answer of a worker.
        case ended(TaskCompletion, toldAt: Duration)
    }

    /// The order of the daemon, and when its time is over.
    struct Content: Sendable {
        let assignment: TaskAssignment
        let end: Duration
    }

    /// Where the order is: one from before a restart is not known any more.
    enum Source: Sendable {
        case known(Content)
        case unknown
    }

    let reference: AttemptReference
    let workflowID: WorkflowID?
    /// The agent that the daemon has given it to.
    let seat: Seat
    var stage: Stage

    /// The claim that stands for the attempt: recorded, and not ended.
    var standing: ClaimRecord? {
        switch stage {
        case .claimed(let record, _, _), .answered(let record, _, _): record
        case .offered, .returning, .recording, .ended: nil
        }
    }

    /// It needs no room any more.
    var isOver: Bool {
        switch stage {
        case .offered, .recording, .claimed: false
        case .returning, .answered, .ended: true
        }
    }

    var isOffered: Bool {
        if case .offered = stage { true } else { false }
    }
}

/// What the owner knows of a worker's machine.
struct WorkerHost: Sendable {
    var session: Int
    var lastReport: Int
    var heardAt: Duration
    var room: TypeCounts
    /// The highest request that was granted in the session: those up to it are old.
    var lastGranted: Int
}
