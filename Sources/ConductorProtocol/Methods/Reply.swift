import ConductorJSON
import ConductorModel

/// What the daemon answers; the refusal of a request is a `Refusal` instead.
public indirect enum Reply: Sendable {
    public typealias Repetition = ConductorProtocol.Repetition

    case repeated(Repetition, Reply)
    case empty
    case hello(HelloReply)
    case status(StatusReport)
    case accounts([AccountUsage])
    case phases
    case metrics(MetricsReport, MetricsReport.Format)

    case registered(AgentState, lease: Duration, adopted: [TaskID])
    case unregistered(Bool)
    /// Nil where the agent is unknown.
    case agent(AgentState?)
    case agents([AgentState], nextAfter: AgentID?)

    case result(TaskResult)
    case accepted(TaskID)
    case task(TaskView)
    case tasks([TaskView], nextCursor: Int64?)
    case taskLog(TaskLog)
    case cancelled(Bool)
    case recorded
    /// Whether the attempt was the current one and its task waits for an agent now.
    case returned(Bool)

    case workflowState(WorkflowState)
    case workflowStarted(WorkflowState)
    case workflow(WorkflowState)
    case workflows([WorkflowRecord], nextCursor: Int64?)
    case matches(WorkMatches, tasks: [TaskView])
    case validation([Problem])
    case gate(allowed: Bool, [PolicyResult])

    case subscribed(subscription: String, sequence: Int64, snapshot: EventSnapshot)
    case policies([Policy])
    case policy(Policy)
    case policyResults(allowed: Bool, [PolicyResult])

    case retried(WorkflowState)
    case deadLetters([DeadLetter], nextCursor: Int64?)
    case redriven(TaskID)
    case discarded(Bool)
    case breakers([Breaker])
    case breaker(Breaker)
    case delivered(Int)
    case busMessage(BusMessage)
    /// Where the copy is, and how large.
    case backup(file: String, bytes: Int64)
}

extension Reply: JSONWritable {
    /// The `result` of the JSON-RPC reply.
    public func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    /// As the reply of its method writes them.
    private func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .repeated(let repetition, let reply):
            reply.writeMembers(to: &writer)
            writer.member(Repetition.member, repetition)
        case .empty: break
        case .hello(let reply): reply.writeMembers(to: &writer)
        case .status(let report): report.writeMembers(to: &writer)
        case .accounts(let accounts): AccountList(accounts).writeMembers(to: &writer)
        case .phases: PhaseList().writeMembers(to: &writer)
        case .metrics(let report, let format): MetricsReply(report, format).writeMembers(to: &writer)
        case .registered(let agent, let lease, let adopted):
            RegistrationReply(agent: agent, lease: lease, adopted: adopted).writeMembers(to: &writer)
        case .unregistered(let done): UnregisteredReply(done).writeMembers(to: &writer)
        case .agent(let agent): AgentReply(agent).writeMembers(to: &writer)
        case .agents(let agents, let next): AgentList(agents, nextAfter: next).writeMembers(to: &writer)
        case .result(let result): DispatchReply(.ended(result)).writeMembers(to: &writer)
        case .accepted(let id): DispatchReply(.accepted(id)).writeMembers(to: &writer)
        case .task(let task): TaskDetails(task).writeMembers(to: &writer)
        case .tasks(let tasks, let cursor):
            TaskList(tasks.map { TaskListEntry($0) }, nextCursor: cursor).writeMembers(to: &writer)
        case .taskLog(let log): log.writeMembers(to: &writer)
        case .cancelled(let done): CancelledReply(done).writeMembers(to: &writer)
        case .recorded: RecordedReply().writeMembers(to: &writer)
        case .returned(let done): ReturnedReply(done).writeMembers(to: &writer)
        case .workflowState(let state): WorkflowReply(state: WorkflowView(state)).writeMembers(to: &writer)
        case .workflowStarted(let state), .retried(let state):
            WorkflowReply(started: WorkflowView(state)).writeMembers(to: &writer)
        case .workflow(let state):
            WorkflowDetails(
                state: WorkflowView(state), definition: state.record.definition, inputs: state.record.inputs
            ).writeMembers(to: &writer)
        case .workflows(let records, let cursor):
            WorkflowList(records.map { WorkflowListEntry($0) }, nextCursor: cursor).writeMembers(to: &writer)
        case .matches(let matches, let tasks): WorkMatchList(matches, tasks: tasks).writeMembers(to: &writer)
        case .validation(let problems): ValidationReply(problems).writeMembers(to: &writer)
        case .gate(let allowed, let results), .policyResults(let allowed, let results):
            PolicyVerdict(allowed: allowed, results).writeMembers(to: &writer)
        case .subscribed(let subscription, let sequence, let snapshot):
            SubscriptionReply(subscription: subscription, sequence: sequence, snapshot: snapshot)
                .writeMembers(to: &writer)
        case .policies(let policies): PolicyList(policies).writeMembers(to: &writer)
        case .policy(let policy): PolicyReply(policy).writeMembers(to: &writer)
        case .deadLetters(let letters, let cursor):
            DeadLetterList(letters, nextCursor: cursor).writeMembers(to: &writer)
        case .redriven(let id): RedrivenReply(id).writeMembers(to: &writer)
        case .discarded(let done): DiscardedReply(done).writeMembers(to: &writer)
        case .breakers(let breakers): BreakerList(breakers).writeMembers(to: &writer)
        case .breaker(let breaker): BreakerReply(breaker).writeMembers(to: &writer)
        case .delivered(let count): DeliveredReply(count).writeMembers(to: &writer)
        case .busMessage(let message): BusResponse(message).writeMembers(to: &writer)
        case .backup(let file, let bytes): BackupReply(file: file, bytes: bytes).writeMembers(to: &writer)
        }
    }
}
