import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// A reply as the daemon gives it, and how the caller of its method reads it.
struct ReplySample: Sendable, CustomTestStringConvertible {
    let method: String
    let reply: Reply
    /// Members that may hold anything: what lies inside is kept as it is.
    let opaque: Set<String>
    /// Reads as a client does, and writes what was read.
    let rewritten: @Sendable (JSONValue) throws -> String

    init<M: RemoteMethod>(_ method: M.Type, _ reply: Reply, opaque: Set<String> = []) {
        self.method = "\(M.name)"
        self.reply = reply
        self.opaque = opaque.union(MethodSample.opaque).union(["feedback"])
        rewritten = { try M.Reply(json: $0).jsonText.string }
    }

    var testDescription: String { "\(method) \(result.prefix(60))" }

    /// The `result` as the daemon writes it.
    var result: String { reply.jsonText.string }
}

/// Every method at least once.
let replySamples: [ReplySample] = [
    ReplySample(
        HelloMethod.self,
        .hello(
            HelloReply(
                server: "conductord", version: "1", limits: Sample.limits,
                peer: Peer(uid: 1, gid: 2, pid: 3, role: .operator)))),
    ReplySample(PingMethod.self, .empty),
    ReplySample(StatusMethod.self, .status(StatusReport(process: Sample.process, counts: Sample.counts))),
    ReplySample(PhaseListMethod.self, .phases),
    ReplySample(MetricsMethod.self, .metrics(Sample.metrics, .prometheus)),
    ReplySample(MetricsMethod.self, .metrics(Sample.metrics, .json)),
    ReplySample(
        AgentRegisterMethod.self, .registered(Sample.agent, lease: .milliseconds(2500), adopted: [Sample.task])),
    ReplySample(AgentUnregisterMethod.self, .unregistered(false)),
    ReplySample(AgentHeartbeatMethod.self, .empty),
    ReplySample(AgentGetMethod.self, .agent(nil)),
    ReplySample(AgentGetMethod.self, .agent(Sample.agent)),
    ReplySample(AgentListMethod.self, .agents([Sample.agent, Sample.newAgent], nextAfter: nil)),
    ReplySample(AgentListMethod.self, .agents([Sample.agent], nextAfter: Sample.agent.agentID)),
    ReplySample(AccountListMethod.self, .accounts([AccountUsage(uid: 7)])),
    ReplySample(AgentPauseMethod.self, .agent(Sample.agent)),
    ReplySample(AgentResumeMethod.self, .agent(Sample.newAgent)),
    ReplySample(AgentDrainMethod.self, .agent(Sample.agent)),
    ReplySample(TaskDispatchMethod.self, .result(Sample.result)),
    ReplySample(TaskDispatchMethod.self, .repeated(.recorded, .result(Sample.shortResult))),
    ReplySample(TaskDispatchMethod.self, .accepted(Sample.task)),
    ReplySample(TaskDispatchMethod.self, .repeated(.attached, .accepted(Sample.task))),
    ReplySample(TaskGetMethod.self, .task(Sample.ended)),
    ReplySample(TaskGetMethod.self, .task(Sample.waiting)),
    ReplySample(TaskListMethod.self, .tasks([Sample.ended, Sample.waiting], nextCursor: 7)),
    ReplySample(TaskListMethod.self, .tasks([], nextCursor: nil)),
    ReplySample(
        WorkResolveMethod.self,
        .matches(WorkMatches(.prefix, tasks: [Sample.ended.record]), tasks: [Sample.ended])),
    ReplySample(TaskLogMethod.self, .taskLog(Sample.log(last: 2))),
    ReplySample(TaskLogMethod.self, .taskLog(Sample.log(last: 9))),
    ReplySample(TaskCancelMethod.self, .cancelled(true)),
    ReplySample(TaskCompleteMethod.self, .recorded),
    ReplySample(TaskReturnMethod.self, .returned(true)),
    ReplySample(WorkflowRunMethod.self, .workflowState(Sample.workflow)),
    ReplySample(WorkflowRunMethod.self, .repeated(.attached, .workflowState(Sample.newWorkflow))),
    ReplySample(WorkflowRunMethod.self, .workflowStarted(Sample.newWorkflow)),
    ReplySample(WorkflowRunMethod.self, .repeated(.recorded, .workflowStarted(Sample.workflow))),
    ReplySample(WorkflowValidateMethod.self, .validation([])),
    ReplySample(WorkflowValidateMethod.self, .validation([Problem(path: "tasks[0].needs[1]", message: "m")])),
    ReplySample(WorkflowGetMethod.self, .workflow(Sample.workflow)),
    ReplySample(WorkflowGetMethod.self, .workflow(Sample.largeWorkflow)),
    ReplySample(
        WorkflowListMethod.self, .workflows([Sample.workflow.record, Sample.newWorkflow.record], nextCursor: 8)),
    ReplySample(WorkflowListMethod.self, .workflows([], nextCursor: nil)),
    ReplySample(WorkflowCancelMethod.self, .workflowState(Sample.workflow)),
    ReplySample(WorkflowFeedbackMethod.self, .workflowState(Sample.workflow)),
    ReplySample(WorkflowCheckGateMethod.self, .gate(allowed: false, [Sample.denial])),
    ReplySample(WorkflowPauseMethod.self, .workflowState(Sample.newWorkflow)),
    ReplySample(WorkflowResumeMethod.self, .workflowState(Sample.newWorkflow)),
    ReplySample(WorkflowApproveMethod.self, .workflowState(Sample.newWorkflow)),
    ReplySample(WorkflowRetryMethod.self, .repeated(.recorded, .retried(Sample.workflow))),
    ReplySample(
        EventSubscribeMethod.self, .subscribed(subscription: "s", sequence: 5, snapshot: Sample.snapshot())),
    ReplySample(
        EventSubscribeMethod.self, .subscribed(subscription: "s", sequence: 0, snapshot: Sample.snapshot(ofAll: true))),
    ReplySample(EventUnsubscribeMethod.self, .empty),
    ReplySample(PolicyListMethod.self, .policies(Sample.policies)),
    ReplySample(PolicyRegisterMethod.self, .policy(Sample.policies[1])),
    ReplySample(PolicyUnregisterMethod.self, .unregistered(true)),
    ReplySample(
        PolicyEvaluateMethod.self,
        .policyResults(allowed: true, [PolicyResult(allowed: true, policyName: "AgentAvailabilityPolicy")])),
    ReplySample(DeadLetterListMethod.self, .deadLetters([Sample.letter], nextCursor: 9), opaque: ["task"]),
    ReplySample(DeadLetterRedriveMethod.self, .redriven(Sample.task)),
    ReplySample(DeadLetterRedriveMethod.self, .repeated(.recorded, .redriven(Sample.task))),
    ReplySample(DeadLetterDiscardMethod.self, .discarded(true)),
    ReplySample(BreakerListMethod.self, .breakers(Sample.breakers)),
    ReplySample(BreakerResetMethod.self, .breaker(Sample.breakers[0])),
    ReplySample(BusPublishMethod.self, .delivered(3)),
    ReplySample(BusSubscribeMethod.self, .empty),
    ReplySample(BusUnsubscribeMethod.self, .empty),
    ReplySample(BusRequestMethod.self, .busMessage(Sample.message)),
    ReplySample(StoreBackupMethod.self, .backup(file: "/b.db", bytes: 4096)),
]
