import ConductorEngine
import ConductorModel
import ConductorProtocol

/// The newest tasks, workflows and dead letters among changes that the store does not show yet.
package struct PendingRecords: Sendable {
    /// Those of one batch.
    struct Generation: Sendable {
        fileprivate var tasks: [TaskKey: TaskRecord] = [:]
        fileprivate var workflows: [WorkflowID: WorkflowRecord] = [:]
        fileprivate var attempts: [AttemptToken: TaskKey] = [:]
        fileprivate var agents: Set<AgentID> = []
        fileprivate var letters: [DeadLetterID: DeadLetter] = [:]
        fileprivate var hasBreakers = false
        fileprivate var hasPolicies = false

        fileprivate mutating func add(_ changes: [Change]) {
            for change in changes {
                switch change {
                case .taskAdded(let record), .taskUpdated(let record):
                    tasks[record.key] = record
                    for attempt in record.attempts { attempts[attempt.token] = record.key }
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
        gathering.tasks[key] ?? committing.tasks[key]
    }

    package func task(_ id: TaskID, attempt token: AttemptToken) -> TaskRecord? {
        guard let key = gathering.attempts[token] ?? committing.attempts[token], key.taskID == id else { return nil }
        return task(key)
    }

    package func letter(_ id: DeadLetterID) -> DeadLetter? {
        gathering.letters[id] ?? committing.letters[id]
    }

    package func workflow(_ id: WorkflowID) -> WorkflowRecord? {
        gathering.workflows[id] ?? committing.workflows[id]
    }
}

extension PendingRecords {
    /// Whether the answer to `request` may show any of this.
    package func mayShow(in request: Request) -> Bool {
        mayShow(in: request, committing) || mayShow(in: request, gathering)
    }

    private func mayShow(in request: Request, _ generation: Generation) -> Bool {
        switch request {
        // Lists come from the store.
        case .hello, .ping, .phaseList, .workflowValidate, .eventUnsubscribe, .taskList, .workflowList,
            .deadLetterList:
            false
        case .taskGet(let key): generation.tasks[key] != nil
        case .workflowGet(let id), .workflowCheckGate(let id):
            generation.workflows[id] != nil || generation.tasks.keys.contains { $0.workflowID == id }
        // Agents are shown with their breakers.
        case .agentGet(let id): generation.agents.contains(id) || generation.hasBreakers
        case .agentList: !generation.agents.isEmpty || generation.hasBreakers
        case .policyList: generation.hasPolicies
        case .breakerList: generation.hasBreakers || !generation.agents.isEmpty
        // The bus keeps nothing.
        case .busPublish, .busSubscribe, .busUnsubscribe, .busRequest: false
        // A copy is of what is stored.
        case .storeBackup: false
        case .statusGet, .metricsGet, .eventSubscribe, .policyEvaluate, .agentRegister, .agentUnregister,
            .agentHeartbeat, .agentPause, .agentResume, .agentDrain, .taskDispatch, .taskCancel, .taskComplete,
            .taskReturn, .workflowRun,
            .workflowCancel, .workflowFeedback, .workflowPause, .workflowResume, .workflowApprove, .workflowRetry,
            .policyRegister, .policyUnregister, .deadLetterRedrive, .deadLetterDiscard, .breakerReset:
            true
        }
    }
}
