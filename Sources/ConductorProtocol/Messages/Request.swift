import ConductorJSON
import ConductorModel

/// What a client asks of the daemon. Each case is one method of the protocol.
public indirect enum Request: Sendable {
    case hello(Hello)
    case ping
    case statusGet
    case phaseList
    case metricsGet(MetricsReport.Format)

    case agentRegister(AgentRegistration)
    case agentUnregister(AgentID)
    case agentHeartbeat(AgentID)
    case agentGet(AgentID)
    case agentList(AgentQuery)
    case agentPause(AgentID)
    case agentResume(AgentID)
    case agentDrain(AgentID)

    case taskDispatch(TaskDispatch)
    case taskGet(TaskKey)
    case taskList(TaskQuery)
    case taskCancel(TaskKey, reason: String?)
    case taskComplete(TaskCompletion)
    case taskReturn(AttemptReference)

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

/// The methods by their names on the wire.
public enum Method: String, CaseIterable, Sendable {
    case hello
    case ping
    case statusGet = "status.get"
    case phaseList = "phase.list"
    case metricsGet = "metrics.get"
    case agentRegister = "agent.register"
    case agentUnregister = "agent.unregister"
    case agentHeartbeat = "agent.heartbeat"
    case agentGet = "agent.get"
    case agentList = "agent.list"
    case agentPause = "agent.pause"
    case agentResume = "agent.resume"
    case agentDrain = "agent.drain"
    case taskDispatch = "task.dispatch"
    case taskGet = "task.get"
    case taskList = "task.list"
    case taskCancel = "task.cancel"
    case taskComplete = "task.complete"
    case taskReturn = "task.return"
    case workflowRun = "workflow.run"
    case workflowValidate = "workflow.validate"
    case workflowGet = "workflow.get"
    case workflowList = "workflow.list"
    case workflowCancel = "workflow.cancel"
    case workflowFeedback = "workflow.feedback"
    case workflowCheckGate = "workflow.check_gate"
    case workflowPause = "workflow.pause"
    case workflowResume = "workflow.resume"
    case workflowApprove = "workflow.approve"
    case workflowRetry = "workflow.retry"
    case eventSubscribe = "event.subscribe"
    case eventUnsubscribe = "event.unsubscribe"
    case policyList = "policy.list"
    case policyRegister = "policy.register"
    case policyUnregister = "policy.unregister"
    case policyEvaluate = "policy.evaluate"
    case deadLetterList = "dead_letter.list"
    case deadLetterRedrive = "dead_letter.redrive"
    case deadLetterDiscard = "dead_letter.discard"
    case breakerList = "breaker.list"
    case breakerReset = "breaker.reset"
    case busPublish = "bus.publish"
    case busSubscribe = "bus.subscribe"
    case busUnsubscribe = "bus.unsubscribe"
    case busRequest = "bus.request"
    case storeBackup = "store.backup"

    /// What a caller must be allowed to do.
    public var requiredRole: Role {
        switch self {
        case .hello, .ping: .any
        case .statusGet, .phaseList, .metricsGet, .agentGet, .agentList, .taskGet, .taskList, .workflowValidate,
            .workflowGet, .workflowList, .workflowCheckGate, .eventSubscribe, .eventUnsubscribe, .policyList,
            .policyEvaluate, .deadLetterList, .breakerList:
            .observer
        case .agentRegister, .agentUnregister, .agentHeartbeat, .agentDrain, .taskComplete, .taskReturn: .agent
        case .agentPause, .agentResume, .taskDispatch, .taskCancel, .workflowRun, .workflowCancel,
            .workflowFeedback, .workflowPause, .workflowResume, .workflowApprove, .workflowRetry, .deadLetterRedrive,
            .deadLetterDiscard, .breakerReset, .busPublish, .busSubscribe, .busUnsubscribe, .busRequest:
            .operator
        case .policyRegister, .policyUnregister, .storeBackup: .admin
        }
    }
}

extension Request {
    public var method: Method {
        switch self {
        case .hello: .hello
        case .ping: .ping
        case .statusGet: .statusGet
        case .phaseList: .phaseList
        case .metricsGet: .metricsGet
        case .agentRegister: .agentRegister
        case .agentUnregister: .agentUnregister
        case .agentHeartbeat: .agentHeartbeat
        case .agentGet: .agentGet
        case .agentList: .agentList
        case .agentPause: .agentPause
        case .agentResume: .agentResume
        case .agentDrain: .agentDrain
        case .taskDispatch: .taskDispatch
        case .taskGet: .taskGet
        case .taskList: .taskList
        case .taskCancel: .taskCancel
        case .taskComplete: .taskComplete
        case .taskReturn: .taskReturn
        case .workflowRun: .workflowRun
        case .workflowValidate: .workflowValidate
        case .workflowGet: .workflowGet
        case .workflowList: .workflowList
        case .workflowCancel: .workflowCancel
        case .workflowFeedback: .workflowFeedback
        case .workflowCheckGate: .workflowCheckGate
        case .workflowPause: .workflowPause
        case .workflowResume: .workflowResume
        case .workflowApprove: .workflowApprove
        case .workflowRetry: .workflowRetry
        case .eventSubscribe: .eventSubscribe
        case .eventUnsubscribe: .eventUnsubscribe
        case .policyList: .policyList
        case .policyRegister: .policyRegister
        case .policyUnregister: .policyUnregister
        case .policyEvaluate: .policyEvaluate
        case .deadLetterList: .deadLetterList
        case .deadLetterRedrive: .deadLetterRedrive
        case .deadLetterDiscard: .deadLetterDiscard
        case .breakerList: .breakerList
        case .breakerReset: .breakerReset
        case .busPublish: .busPublish
        case .busSubscribe: .busSubscribe
        case .busUnsubscribe: .busUnsubscribe
        case .busRequest: .busRequest
        case .storeBackup: .storeBackup
        }
    }
}

/// What a connection may do.
public enum Role: String, Vocabulary {
    case any, observer, agent, `operator`, admin

    /// Admins may do everything, operators also what observers and agents may, agents what observers may.
    public func covers(_ required: Role) -> Bool { rank >= required.rank }

    private var rank: Int {
        switch self {
        case .any: 0
        case .observer: 1
        case .agent: 2
        case .operator: 3
        case .admin: 4
        }
    }
}

/// Who is at the other end of a connection, as the kernel says.
public struct Peer: Hashable, Sendable {
    public var uid: UInt32
    public var gid: UInt32
    public var pid: Int32
    public var role: Role

    public init(uid: UInt32, gid: UInt32, pid: Int32, role: Role) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.role = role
    }
}
