import ConductorJSON
import ConductorModel

/// The coordinator: `(state, input, now, random) -> effects`, and nothing else.
///
/// It holds what is alive: agents, tasks and workflows that have not ended. Of what has ended it knows what an
/// input's `Known` tells it.
public struct Engine: Sendable {
    public internal(set) var configuration: EngineConfiguration

    var registry = Registry()
    /// Tasks that have not ended, and all tasks of workflows that have not.
    var tasks: [TaskKey: LiveTask] = [:]
    /// Every attempt of those tasks, by its token.
    var attempts: [AttemptToken: TaskKey] = [:]
    var workflows: [WorkflowID: WorkflowRun] = [:]
    var queues: [AgentType: WaitQueue] = [:]
    var agentWaits = AgentWaits()
    /// Retries that wait until their last agent has stopped the command, and when they would be due without that.
    var heldRetries: [AttemptToken: (key: TaskKey, due: Duration)] = [:]
    var bus = Bus()
    var policies: PolicyBook
    var deadlines = DeadlineQueue<Deadline>()
    var liveTasksByUID: [UInt32: Int] = [:]
    /// Of agents that left the registry with an earlier run of the daemon and have not come back.
    var absentBreakers: [AgentID: Breaker] = [:]
    var runningTasks = 0
    var isStopping = false
    /// Events since the start, for the metrics.
    var eventCounts: [EventKind: Int] = [:]
    /// The sequence of the last event.
    public internal(set) var sequence: Int64
    /// How many tasks and workflows of each status are kept, history included.
    var counts: StatusReport.Counts

    /// Deadlines that one tick handles at most.
    private static let maximumDuePerTick = 128

    var canaries: Canaries { configuration.canaries }

    /// When `tick` is due next, on the monotonic clock; nil while nothing waits for time to pass.
    public var nextDeadline: Duration? { deadlines.earliest }

    public mutating func handle<Random: RandomNumberGenerator>(
        _ input: Input, at now: Moment, random: inout Random
    ) -> Effects {
        var turn = Turn(now: now, random: random)
        let before = counts.history
        switch input {
        case .request(let request, let caller, let known): handle(request, caller, known, &turn)
        case .report(let report, let connection):
            heard(connection, &turn)
            relay(report, from: connection, &turn)
        case .heard(let connection): heard(connection, &turn)
        case .disconnected(let connection): disconnected(connection, &turn)
        case .reconfigured(let configuration): reconfigure(configuration, &turn)
        case .tick:
            // What is left is due at once: others have their turn between.
            for _ in 0..<Self.maximumDuePerTick {
                guard let due = deadlines.popDue(by: now.monotonic) else { break }
                fallDue(due, &turn)
            }
        case .stop: stop(&turn)
        }
        if counts.history != before { turn.change(.counted(counts)) }
        if let advanced = turn.random as? Random { random = advanced }
        return turn.effects
    }

    private mutating func handle(_ request: Request, _ caller: Caller, _ known: Known, _ turn: inout Turn) {
        // A registration is judged by the lease as it stood before it came.
        if case .agentRegister = request {} else { heard(caller.connection, &turn) }
        if isStopping, request.changesState {
            return turn.refuse(Refusal(.shuttingDown, "the daemon is stopping"), to: caller)
        }
        switch request {
        case .hello: turn.reply(.hello(hello(caller.peer)), to: caller)
        case .ping: turn.reply(.empty, to: caller)
        case .statusGet: turn.reply(status(known), to: caller)
        case .phaseList: turn.reply(.phases, to: caller)
        case .metricsGet(let format): turn.reply(metrics(format, known), to: caller)
        case .agentRegister(let registration): register(registration, caller, &turn)
        case .agentUnregister(let id): turn.reply(unregister(id, caller, &turn), to: caller)
        case .agentHeartbeat(let id): turn.reply(heartbeat(id, caller), to: caller)
        case .agentGet(let id): turn.reply(.agent(registry[id].map(registry.current)?.shown), to: caller)
        case .agentList(let query): turn.reply(.agents(agents(query)), to: caller)
        case .agentPause(let id): turn.reply(pause(id, &turn), to: caller)
        case .agentResume(let id): turn.reply(resume(id, &turn), to: caller)
        case .agentDrain(let id): turn.reply(drain(id, caller, &turn), to: caller)
        case .taskDispatch(let dispatch): self.dispatch(dispatch, caller, known, &turn)
        case .taskGet(let key): turn.reply(task(key, known).map { .task(view($0, turn.now)) }, to: caller)
        case .taskList: turn.reply(list(known, turn.now), to: caller)
        case .taskCancel(let key, let reason): turn.reply(cancel(key, reason, known, &turn), to: caller)
        case .taskComplete(let completion): turn.reply(complete(completion, caller, known, &turn), to: caller)
        case .taskReturn(let attempt): turn.reply(takeBack(attempt, caller, &turn), to: caller)
        case .workflowRun(let submission): run(submission, caller, known, &turn)
        case .workflowValidate(let definition): turn.reply(.validation(problems(of: definition)), to: caller)
        case .workflowGet(let id): turn.reply(workflow(id, known).map(Reply.workflow), to: caller)
        case .workflowList: turn.reply(list(known, turn.now), to: caller)
        case .workflowCancel(let id, let reason): turn.reply(cancel(id, reason, known, &turn), to: caller)
        case .workflowFeedback(let feedback): self.feedback(feedback, caller, known, &turn)
        case .workflowCheckGate(let id): turn.reply(checkGate(id, known), to: caller)
        case .workflowPause(let id): turn.reply(pauseWorkflow(id, known, &turn), to: caller)
        case .workflowResume(let id): turn.reply(resumeWorkflow(id, known, &turn), to: caller)
        case .workflowApprove(let approval): turn.reply(approve(approval, known, &turn), to: caller)
        case .workflowRetry(let request): retry(request, caller, known, &turn)
        case .eventSubscribe(let filter): subscribe(filter, caller, known, &turn)
        case .eventUnsubscribe(let subscription): turn.output(.unsubscribe(caller, subscription: subscription))
        case .policyList: turn.reply(.policies(policies.policies), to: caller)
        case .policyRegister(let policy): turn.reply(register(policy, &turn), to: caller)
        case .policyUnregister(let name): turn.reply(unregisterPolicy(name, &turn), to: caller)
        case .policyEvaluate(let question): turn.reply(evaluate(question, known), to: caller)
        case .deadLetterList: turn.reply(list(known, turn.now), to: caller)
        case .deadLetterRedrive(let request): redrive(request, caller, known, &turn)
        case .deadLetterDiscard(let id): turn.reply(discard(id, known, &turn), to: caller)
        case .breakerList: turn.reply(.breakers(breakers), to: caller)
        case .breakerReset(let id): turn.reply(resetBreaker(id, &turn), to: caller)
        case .busPublish(let channel, let message): turn.reply(publish(message, on: channel, &turn), to: caller)
        case .busSubscribe(let channel): turn.reply(subscribe(to: channel, caller), to: caller)
        case .busUnsubscribe(let channel):
            bus.unsubscribe(caller.connection, from: channel)
            turn.reply(.empty, to: caller)
        case .busRequest(let request): self.request(request, caller, &turn)
        case .storeBackup: turn.reply(backup(known), to: caller)
        }
    }

    /// What must be looked up before `request` is handled.
    public func lookup(for request: Request) -> Lookup {
        switch request {
        case .taskDispatch(let dispatch):
            guard let id = dispatch.task.taskID else { return .nothing }
            return lookup(TaskKey(taskID: id))
        case .taskGet(let key), .taskCancel(let key, _): return lookup(key)
        case .taskComplete(let completion):
            return attempts[completion.token] == nil ? .attempt(completion.taskID, completion.token) : .nothing
        case .workflowRun(let submission): return submission.definition.workflowID.map(lookup) ?? .nothing
        case .workflowGet(let id), .workflowCancel(let id, _), .workflowCheckGate(let id), .workflowPause(let id),
            .workflowResume(let id):
            return lookup(id)
        case .workflowFeedback(let feedback): return lookup(feedback.workflowID)
        case .workflowApprove(let approval): return lookup(approval.workflowID)
        case .workflowRetry(let request): return lookup(request.workflowID)
        case .deadLetterList(let page): return .deadLetters(page)
        case .deadLetterRedrive(let request): return .deadLetter(request.id)
        case .deadLetterDiscard(let id): return .deadLetter(id)
        case .policyEvaluate(let question): return question.workflowID.map(lookup) ?? .nothing
        case .eventSubscribe(let filter):
            if let id = filter.taskID { return lookup(TaskKey(workflowID: filter.workflowID, taskID: id)) }
            return filter.workflowID.map(lookup) ?? .nothing
        case .taskList(let query): return .tasks(query)
        case .workflowList(let query): return .workflows(query)
        case .statusGet, .metricsGet: return .process
        case .storeBackup: return .backup
        case .hello, .ping, .phaseList, .agentRegister, .agentUnregister, .agentHeartbeat, .agentGet, .agentList,
            .agentPause, .agentResume, .agentDrain, .taskReturn, .workflowValidate, .eventUnsubscribe, .policyList,
            .policyRegister,
            .policyUnregister, .breakerList, .breakerReset, .busPublish, .busSubscribe, .busUnsubscribe, .busRequest:
            return .nothing
        }
    }

    private func lookup(_ key: TaskKey) -> Lookup { tasks[key] == nil ? .task(key) : .nothing }

    private func lookup(_ id: WorkflowID) -> Lookup { workflows[id] == nil ? .workflow(id) : .nothing }

    private mutating func fallDue(_ deadline: Deadline, _ turn: inout Turn) {
        switch deadline {
        case .presence(let id): presenceDue(id, &turn)
        case .attempt(let key): attemptTimedOut(key, &turn)
        case .queue(let key): queueTimedOut(key, &turn)
        case .retry(let key): retryDue(key, &turn)
        case .slot(let id, let token): release(id, token, &turn)
        case .breaker(let id): tryAgain(id, &turn)
        case .stranded(let type): strandedDue(type, &turn)
        case .agentWait(let id, let type): agentWaitDue(id, type, &turn)
        case .busRequest(let number): busRequestTimedOut(number, &turn)
        }
    }
}

extension Request {
    /// Refused once the daemon is stopping, and while its disk is full.
    public var changesState: Bool {
        switch self {
        case .agentRegister, .agentUnregister, .agentPause, .agentResume, .agentDrain, .taskDispatch, .taskCancel,
            .workflowRun,
            .workflowCancel, .workflowFeedback, .workflowPause, .workflowResume, .workflowApprove, .workflowRetry,
            .policyRegister, .policyUnregister, .deadLetterRedrive, .deadLetterDiscard, .breakerReset:
            true
        // A result in hand is taken as long as it can be, and so is work that was not begun.
        case .taskComplete, .taskReturn: false
        case .hello, .ping, .statusGet, .phaseList, .agentHeartbeat, .agentGet, .agentList, .taskGet, .taskList,
            .workflowValidate, .workflowGet, .workflowList, .workflowCheckGate, .eventSubscribe, .eventUnsubscribe,
            .policyList, .policyEvaluate, .metricsGet, .deadLetterList, .breakerList, .busPublish, .busSubscribe,
            .busUnsubscribe, .busRequest, .storeBackup:
            false
        }
    }
}

extension StatusReport.Counts {
    /// What is stored of the counts: that of which not all is held in memory.
    struct History: Equatable {
        let tasks: [TaskStatus: Int]
        let workflows: [WorkflowStatus: Int]
        let deadLetters: Int
    }

    var history: History { History(tasks: tasks, workflows: workflows, deadLetters: deadLetters) }
}
