import ConductorJSON
import ConductorModel

/// What a client asks of the daemon. Each case is one method of the protocol.
public indirect enum Request: Sendable {
    case hello(Hello)
    case ping
    case statusGet
    case accountList
    case phaseList
    case metricsGet(MetricsReport.Format)

    case agentRegister(AgentRegistration)
    case agentUnregister(AgentID, isReleased: Bool = false)
    case agentHeartbeat(AgentID)
    case agentGet(AgentID)
    case agentList(AgentQuery)
    case agentPause(AgentID)
    case agentResume(AgentID)
    case agentDrain(AgentID)

    case taskDispatch(TaskDispatch)
    case taskGet(TaskKey)
    case taskList(TaskQuery)
    case taskLog(TaskLogQuestion)
    case taskCancel(TaskKey, reason: String?)
    case taskComplete(TaskCompletion)
    case taskReturn(AttemptReference)

    case workResolve(WorkReference)
    case workflowRun(WorkflowSubmission)
    case workflowValidate(JSONText)
    case workflowGet(WorkflowID)
    case workflowList(WorkflowQuery)
    case workflowCancel(WorkflowID, reason: String?)
    case workflowFeedback(WorkflowFeedback)
    case workflowCheckGate(WorkflowID)
    case workflowPause(WorkflowID)
    case workflowResume(WorkflowID)
    case workflowApprove(WorkflowApproval)
    case workflowRetry(WorkflowRetry)

    case eventSubscribe(EventFilter)
    case eventUnsubscribe(subscription: String)

    case policyList
    case policyRegister(Policy)
    case policyUnregister(name: String)
    case policyEvaluate(PolicyQuestion)

    case deadLetterList(Page)
    case deadLetterRedrive(DeadLetterRedrive)
    case deadLetterDiscard(DeadLetterID)
    case breakerList
    case breakerReset(AgentID)

    case busPublish(channel: String, BusMessage)
    case busSubscribe(channel: String)
    case busUnsubscribe(channel: String)
    case busRequest(BusRequest)
    case storeBackup
}

/// Is told a request's method and parameters.
protocol MethodVisitor {
    associatedtype Output

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> Output
}

extension Request {
    /// The one place that tells which method a case is; all else follows from the method's description.
    func accept<Visitor: MethodVisitor>(_ visitor: Visitor) -> Visitor.Output {
        switch self {
        case .hello(let params): visitor.visit(HelloMethod.self, params)
        case .ping: visitor.visit(PingMethod.self, NoParams())
        case .statusGet: visitor.visit(StatusMethod.self, NoParams())
        case .accountList: visitor.visit(AccountListMethod.self, NoParams())
        case .phaseList: visitor.visit(PhaseListMethod.self, NoParams())
        case .metricsGet(let params): visitor.visit(MetricsMethod.self, params)
        case .agentRegister(let params): visitor.visit(AgentRegisterMethod.self, params)
        case .agentUnregister(let id, let isReleased):
            visitor.visit(AgentUnregisterMethod.self, AgentRemoval(id, isReleased: isReleased))
        case .agentHeartbeat(let params): visitor.visit(AgentHeartbeatMethod.self, params)
        case .agentGet(let params): visitor.visit(AgentGetMethod.self, params)
        case .agentList(let params): visitor.visit(AgentListMethod.self, params)
        case .agentPause(let params): visitor.visit(AgentPauseMethod.self, params)
        case .agentResume(let params): visitor.visit(AgentResumeMethod.self, params)
        case .agentDrain(let params): visitor.visit(AgentDrainMethod.self, params)
        case .taskDispatch(let params): visitor.visit(TaskDispatchMethod.self, params)
        case .taskGet(let params): visitor.visit(TaskGetMethod.self, params)
        case .taskLog(let params): visitor.visit(TaskLogMethod.self, params)
        case .taskList(let params): visitor.visit(TaskListMethod.self, params)
        case .taskCancel(let key, let reason):
            visitor.visit(TaskCancelMethod.self, TaskCancellation(key, reason: reason))
        case .taskComplete(let params): visitor.visit(TaskCompleteMethod.self, params)
        case .taskReturn(let params): visitor.visit(TaskReturnMethod.self, params)
        case .workResolve(let params): visitor.visit(WorkResolveMethod.self, params)
        case .workflowRun(let params): visitor.visit(WorkflowRunMethod.self, params)
        case .workflowValidate(let params): visitor.visit(WorkflowValidateMethod.self, params)
        case .workflowGet(let params): visitor.visit(WorkflowGetMethod.self, params)
        case .workflowList(let params): visitor.visit(WorkflowListMethod.self, params)
        case .workflowCancel(let id, let reason):
            visitor.visit(WorkflowCancelMethod.self, WorkflowCancellation(id, reason: reason))
        case .workflowFeedback(let params): visitor.visit(WorkflowFeedbackMethod.self, params)
        case .workflowCheckGate(let params): visitor.visit(WorkflowCheckGateMethod.self, params)
        case .workflowPause(let params): visitor.visit(WorkflowPauseMethod.self, params)
        case .workflowResume(let params): visitor.visit(WorkflowResumeMethod.self, params)
        case .workflowApprove(let params): visitor.visit(WorkflowApproveMethod.self, params)
        case .workflowRetry(let params): visitor.visit(WorkflowRetryMethod.self, params)
        case .eventSubscribe(let params): visitor.visit(EventSubscribeMethod.self, params)
        case .eventUnsubscribe(let subscription): visitor.visit(EventUnsubscribeMethod.self, subscription)
        case .policyList: visitor.visit(PolicyListMethod.self, NoParams())
        case .policyRegister(let params): visitor.visit(PolicyRegisterMethod.self, params)
        case .policyUnregister(let name): visitor.visit(PolicyUnregisterMethod.self, name)
        case .policyEvaluate(let params): visitor.visit(PolicyEvaluateMethod.self, params)
        case .deadLetterList(let params): visitor.visit(DeadLetterListMethod.self, params)
        case .deadLetterRedrive(let params): visitor.visit(DeadLetterRedriveMethod.self, params)
        case .deadLetterDiscard(let params): visitor.visit(DeadLetterDiscardMethod.self, params)
        case .breakerList: visitor.visit(BreakerListMethod.self, NoParams())
        case .breakerReset(let params): visitor.visit(BreakerResetMethod.self, params)
        case .busPublish(let channel, let message):
            visitor.visit(BusPublishMethod.self, BusPublication(channel: channel, message: message))
        case .busSubscribe(let channel): visitor.visit(BusSubscribeMethod.self, channel)
        case .busUnsubscribe(let channel): visitor.visit(BusUnsubscribeMethod.self, channel)
        case .busRequest(let params): visitor.visit(BusRequestMethod.self, params)
        case .storeBackup: visitor.visit(StoreBackupMethod.self, NoParams())
        }
    }

    /// Of its method, on the wire.
    public var methodName: StaticString { accept(NameReader()) }

    /// What a caller must be allowed to do.
    public var requiredRole: Role { accept(RoleReader()) }

    /// Refused once the daemon is stopping, and while its disk is full.
    public var changesState: Bool { accept(ChangeReader()) }

    /// Of the work that is asked for; nil where there is none.
    public var highestPriority: Priority? { accept(PriorityReader()) }

    /// What is to be looked up before it is handled, unless it is in memory.
    public var storeQuery: StoreQuery { accept(QueryReader()) }

    /// Whether its answer is all that comes of it, and takes reading what is stored.
    public var isQuery: Bool {
        if case .eventSubscribe = self { return false }
        return switch storeQuery {
        case .nothing, .backup: false
        case .task, .attempt, .workflow, .tasks, .workflows, .deadLetters, .deadLetter, .matches, .process, .accounts:
            !changesState
        }
    }

    /// What of the daemon's state its answer shows.
    public var scope: StateScope { accept(ScopeReader()) }
}

private struct NameReader: MethodVisitor {
    typealias Output = StaticString

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> StaticString { M.name }
}

private struct RoleReader: MethodVisitor {
    typealias Output = Role

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> Role { M.requiredRole }
}

private struct PriorityReader: MethodVisitor {
    typealias Output = Priority?

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> Priority? { M.highestPriority(params) }
}

private struct ChangeReader: MethodVisitor {
    typealias Output = Bool

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> Bool { M.changesState }
}

private struct QueryReader: MethodVisitor {
    typealias Output = StoreQuery

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> StoreQuery { M.storeQuery(params) }
}

private struct ScopeReader: MethodVisitor {
    typealias Output = StateScope

    func visit<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) -> StateScope { M.scope(params) }
}
