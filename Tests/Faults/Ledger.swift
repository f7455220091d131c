import ConductorJSON
import ConductorModel

/// What the daemon acknowledged, in the order in which the acknowledgements came: what no fault may undo.
public actor Ledger {
    /// Something that the daemon said is so.
    public enum Fact: Sendable {
        case submitted(TaskDefinition)
        /// To the agent that delivered it, or to the client that waited for it.
        case result(TaskKey, Outcome)
        case started(WorkflowDefinition)
        case redriven(DeadLetterID, TaskKey)
        case discarded(DeadLetterID)
    }

    public struct Outcome: Hashable, Sendable {
        public var attempt: Int
        public var status: String
        public var output: String
    }

    public struct Entry: Sendable {
        public let fact: Fact
        /// How much had been written to the disk when the acknowledgement came, where somebody counts that.
        public let mark: Int64
    }

    public private(set) var entries: [Entry] = []
    public private(set) var count = 0
    private let keepsEntries: Bool
    private let mark: @Sendable () -> Int64
    private var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// - Parameter keepsEntries: false where the facts are to be counted only.
    public init(keepsEntries: Bool = true, mark: @escaping @Sendable () -> Int64 = { 0 }) {
        self.keepsEntries = keepsEntries
        self.mark = mark
    }

    public func note(_ fact: Fact) {
        count += 1
        if keepsEntries { entries.append(Entry(fact: fact, mark: mark())) }
        let met = waiting.filter { $0.count <= count }
        waiting.removeAll { $0.count <= count }
        for waiter in met { waiter.continuation.resume() }
    }

    /// Waits until so many facts are noted, or until `release()`.
    public func waitUntil(count goal: Int) async {
        guard count < goal else { return }
        await withCheckedContinuation { waiting.append((goal, $0)) }
    }

    /// Nothing more will be noted.
    public func release() {
        for waiter in waiting { waiter.continuation.resume() }
        waiting = []
    }
}

/// What must be found in the daemon after the facts of a ledger.
public struct Expectation: Sendable {
    public private(set) var tasks: [TaskKey: TaskDefinition] = [:]
    public private(set) var outcomes: [TaskKey: Ledger.Outcome] = [:]
    public private(set) var workflows: [WorkflowID: WorkflowDefinition] = [:]
    public private(set) var gone: [DeadLetterID] = []

    public init(_ entries: some Sequence<Ledger.Entry>) {
        for entry in entries {
            switch entry.fact {
            case .submitted(let definition):
                if let id = definition.taskID { tasks[TaskKey(taskID: id)] = definition }
            case .result(let key, let outcome):
                if outcome.attempt >= outcomes[key]?.attempt ?? 0 { outcomes[key] = outcome }
            case .started(let definition):
                if let id = definition.workflowID { workflows[id] = definition }
            case .redriven(let id, _), .discarded(let id): gone.append(id)
            }
        }
    }
}
