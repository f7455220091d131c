import ConductorJSON

/// A workflow with all that must survive a restart; its tasks have records of their own.
public struct WorkflowRecord: Sendable {
    public enum Stage: Hashable, Sendable {
        /// Runs the phase at this index of the definition's phases, and goes on to the one at `last`.
        case running(phase: Int, last: Int)
        /// Held at the gate after that phase until an operator decides.
        case held(phase: Int, last: Int)
        case ended(WorkflowStatus, at: Timestamp)
    }

    /// Which tasks run again when their phase is entered anew.
    public enum Selection: Hashable, Sendable {
        case everything
        /// What has not completed, and what has found errors.
        case unsuccessful
        /// These, and what never had its turn.
        case only([TaskID])

        public func takes(_ record: TaskRecord) -> Bool {
            switch self {
            case .everything: true
            case .unsuccessful:
                record.status != .completed
                    || record.outcome?.result.feedback?.severity.startsFeedbackLoop ?? false
            case .only(let ids): ids.contains(record.key.taskID) || record.status == .skipped
            }
        }
    }

    public let workflowID: WorkflowID
    /// Its tasks bear their ids, those that the daemon gave them too.
    public var definition: WorkflowDefinition
    public let inputs: JSONText
    public let ownerUID: UInt32
    public let startedAt: Timestamp
    /// Counts the workflows of a daemon, and is never given again; 0 where an older version did not count.
    public var number = 0
    public var stage: Stage = .running(phase: 0, last: 0)
    public var isPaused = false
    /// The last phase entered; nil before the first.
    public var currentPhase: Phase?
    /// The newest `keptPhaseRuns`.
    public var phaseHistory: [PhaseRun] = []
    public var errorLog: [ErrorLogEntry] = []
    public var feedbackCount = 0
    /// What the last feedback loop was started with.
    public var feedback: [Feedback] = []
    /// Counts the times that phases were run anew: feedback loops and retries by hand.
    public var iteration = 0
    public var selection = Selection.everything
    /// How long its tasks wait where no agent of their type is registered.
    public let agentWait: Duration
    /// When its first task began to wait for agents that meet a demand, on the clock that nobody sets.
    public var agentsAwaitedSince: [AgentDemand: Timestamp] = [:]
    /// Failed tasks that an operator accepted at a gate: they count as done for what needs them, and for gates.
    public var acceptedFailures: Set<TaskID> = []
    public var completedTaskCount = 0
    public var failedTaskCount = 0
    /// What its outputs came to when it ended.
    public var outputs = WorkflowOutputs.none
    /// Acts that were asked for with a `request_key`, newest last.
    public var requestKeys: [String] = []

    public init(
        workflowID: WorkflowID, definition: WorkflowDefinition, inputs: JSONText, ownerUID: UInt32, startedAt: Timestamp
    ) {
        self.workflowID = workflowID
        self.definition = definition
        self.inputs = inputs
        self.ownerUID = ownerUID
        self.startedAt = startedAt
        agentWait = definition.agentWait ?? .seconds(10)
    }

    public static let keptPhaseRuns = 1_000

    public var status: WorkflowStatus {
        switch stage {
        case .running, .held: .inProgress
        case .ended(let status, _): status
        }
    }

    public var isHeldAtGate: Bool {
        switch stage {
        case .held: true
        case .running, .ended: false
        }
    }

    public var completedAt: Timestamp? {
        switch stage {
        case .running, .held: nil
        case .ended(_, let time): time
        }
    }

    /// Tasks that no phase of the workflow takes.
    public var unscheduled: [TaskID] {
        definition.tasks.filter { !definition.takes($0) }.compactMap(\.taskID)
    }
}

extension WorkflowDefinition {
    /// Whether one of the workflow's phases runs `task`.
    public func takes(_ task: TaskDefinition) -> Bool {
        task.assignedTo.map { phases.contains($0.phase) } ?? false
    }
}
