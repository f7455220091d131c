import ConductorEngine
import ConductorModel
import ConductorProtocol

/// The newest tasks, workflows and dead letters among changes that the store does not show yet.
///
/// Few ask for them, so changes are only sorted by what they are about when somebody does.
package struct PendingRecords {
    private var committing = Generation()
    private var gathering = Generation()

    package init() {}

    package mutating func add(_ changes: [Change]) {
        gathering.add(changes)
    }

    /// The gathered changes are on their way.
    package mutating func startCommit() {
        committing = gathering
        gathering = Generation()
    }

    /// The store shows those that were on their way.
    package mutating func committed() {
        committing = Generation()
    }

    package func task(_ key: TaskKey) -> TaskRecord? {
        gathering.index.tasks[key] ?? committing.index.tasks[key]
    }

    package func task(_ id: TaskID, attempt token: AttemptToken) -> TaskRecord? {
        guard let key = gathering.index.attempts[token] ?? committing.index.attempts[token], key.taskID == id else {
            return nil
        }
        return task(key)
    }

    package func letter(_ id: DeadLetterID) -> DeadLetter? {
        gathering.index.letters[id] ?? committing.index.letters[id]
    }

    package func workflow(_ id: WorkflowID) -> WorkflowRecord? {
        gathering.index.workflows[id] ?? committing.index.workflows[id]
    }
}

extension PendingRecords {
    /// The changes of one batch. Each is entered into the index once, and none before the index is asked for.
    private final class Generation {
        private var entered = Index()
        private var notEntered: [[Change]] = []

        func add(_ changes: [Change]) {
            if !changes.isEmpty { notEntered.append(changes) }
        }

        var index: Index {
            for changes in notEntered { entered.add(changes) }
            notEntered.removeAll()
            return entered
        }
    }

    /// The last of each among changes.
    fileprivate struct Index {
        private(set) var tasks: [TaskKey: TaskRecord] = [:]
        private(set) var workflows: [WorkflowID: WorkflowRecord] = [:]
        private(set) var attempts: [AttemptToken: TaskKey] = [:]
        private(set) var agents: Set<AgentID> = []
        private(set) var letters: [DeadLetterID: DeadLetter] = [:]
        private(set) var hasBreakers = false
        private(set) var hasPolicies = false

        mutating func add(_ changes: [Change]) {
            for change in changes {
                switch change {
                case .taskAdded(let record), .taskUpdated(let record):
                    tasks[record.key] = record
                    for attempt in record.attempts { attempts[attempt.token] = record.key }
                    if let attempt = record.attempts.last { agents.insert(attempt.agentID) }
                case .workflowAdded(let record), .workflowUpdated(let record): workflows[record.workflowID] = record
                case .agentSaved(let state): agents.insert(state.agentID)
                case .agentRemoved(let id): agents.insert(id)
                case .policySaved, .policyRemoved: hasPolicies = true
                case .breakerSaved: hasBreakers = true
                case .deadLetterSaved(let letter): letters[letter.id] = letter
                case .event, .counted: break
                }
            }
        }
    }
}

extension PendingRecords {
    /// Whether the answer to `request` may show any of this.
    package func mayShow(in request: Request) -> Bool {
        mayShow(in: request, committing.index) || mayShow(in: request, gathering.index)
    }

    private func mayShow(in request: Request, _ index: Index) -> Bool {
        switch request.scope {
        case .nothing: false
        case .task(let key): index.tasks[key] != nil
        case .workflow(let id):
            index.workflows[id] != nil || index.tasks.keys.contains { $0.workflowID == id }
        case .agent(let id): index.agents.contains(id) || index.hasBreakers
        case .agents, .breakers: !index.agents.isEmpty || index.hasBreakers
        case .policies: index.hasPolicies
        case .everything: true
        }
    }
}
