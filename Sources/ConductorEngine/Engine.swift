import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The coordinator: `(state, input, now, random) -> effects`, and nothing else.
///
/// It holds what is alive: agents, tasks and workflows that have not ended. Of what has ended it knows what an
/// input's `StoredContext` tells it.
public struct Engine: Sendable {
    public internal(set) var configuration: EngineConfiguration

    var fleet = Fleet()
    var agentBindings = AgentBindings()
    var live = LiveTasks()
    var demands = LabelledDemands()
    var scheduler = Scheduler()
    var workflows = LiveWorkflows()
    var agentWaits = AgentWaits()
    var bus = Bus()
    var policies: PolicyBook
    var deadlines = Deadlines()
    var errors = ErrorRecords()
    var events: EventNumbers
    var times = TaskTimes()
    var isStopping = false
    /// Until when what waits for the store is still put off, once that is well again.
    private var sparedUntil = Duration.zero
    /// The sequence of the last event.
    public var sequence: Int64 { events.last }

    /// Deadlines that one tick handles at most.
    private static let maximumDuePerTick = 128

    var canaries: Canaries { configuration.canaries }

    /// When `tick` is due next, on the monotonic clock; nil while nothing waits for time to pass.
    public var nextDeadline: Duration? { deadlines.earliest }

    public mutating func handle<Random: RandomNumberGenerator>(
        _ input: Input, at now: Moment, random: inout Random
    ) -> Effects {
        var transaction = EngineTransaction(now: now, random: random)
        let before = historyCounts
        switch input {
        case .request(let request, let caller, let known): handle(request, caller, known, &transaction)
        case .report(let report, let connection):
            renewLease(of: connection, &transaction)
            relay(report, from: connection, &transaction)
        case .leaseRenewed(let connection): renewLease(of: connection, &transaction)
        case .disconnected(let connection): disconnected(connection, &transaction)
        case .roleRevoked(let connection): roleRevoked(connection, &transaction)
        case .reconfigured(let configuration): reconfigure(configuration, &transaction)
        case .deadLettersOutlived(let letters): discard(letters, &transaction)
        case .tick(let isStoreHeld):
            // What is left is due at once: others have their turn between.
            for _ in 0..<Self.maximumDuePerTick {
                guard let due = deadlines.popDue(by: now.monotonic) else { break }
                if isStoreHeld || now.monotonic < sparedUntil, due.waitsForStore,
                    !canaries.plants(.loseAgentsWhileHeld)
                {
                    deadlines.set(due, due: now.monotonic + configuration.lease)
                } else {
                    fallDue(due, &transaction)
                }
            }
        case .storeHealed: sparedUntil = now.monotonic + configuration.lease
        case .stop: stop(&transaction)
        }
        let counts = historyCounts
        if counts != before { transaction.change(.counted(counts)) }
        if transaction.hasDrawn, let advanced = transaction.random as? Random { random = advanced }
        return transaction.effects
    }

    private mutating func handle(
        _ request: Request, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        // A registration is judged by the lease as it stood before it came.
        if case .agentRegister = request {} else { renewLease(of: caller.connection, &transaction) }
        if isStopping, request.changesState {
            return transaction.refuse(Refusal(.shuttingDown, "the daemon is stopping"), to: caller)
        }
        if caller.peer.role == .submitter,
            let refusal = refusal(toSubmitter: caller.peer.uid, request, known)
        {
            return transaction.refuse(refusal, to: caller)
        }
        switch request {
        case .hello: transaction.reply(.hello(hello(caller.peer)), to: caller)
        case .ping: transaction.reply(.empty, to: caller)
        case .statusGet: transaction.reply(status(known), to: caller)
        case .accountList: transaction.reply(accounts(known), to: caller)
        case .phaseList: transaction.reply(.phases, to: caller)
        case .metricsGet(let format): transaction.reply(metrics(format, known), to: caller)
        case .agentRegister(let registration): register(registration, caller, &transaction)
        case .agentUnregister(let id, let isReleased):
            transaction.reply(unregister(id, isReleased: isReleased, caller, &transaction), to: caller)
        case .agentHeartbeat(let id): transaction.reply(heartbeat(id, caller), to: caller)
        case .agentGet(let id): transaction.reply(.agent(fleet.shown(id)), to: caller)
        case .agentList(let query): transaction.reply(agents(query), to: caller)
        case .agentPause(let id): transaction.reply(pause(id, &transaction), to: caller)
        case .agentResume(let id): transaction.reply(resume(id, &transaction), to: caller)
        case .agentDrain(let id): transaction.reply(drain(id, caller, &transaction), to: caller)
        case .taskDispatch(let dispatch): self.dispatch(dispatch, caller, known, &transaction)
        case .taskGet(let key): transaction.reply(task(key, known).map { .task(view($0, transaction.now)) }, to: caller)
        case .taskLog(let question): log(question, caller, known, &transaction)
        case .taskList: transaction.reply(list(known, transaction.now), to: caller)
        case .taskCancel(let key, let reason): transaction.reply(cancel(key, reason, known, &transaction), to: caller)
        case .taskComplete(let completion):
            transaction.reply(complete(completion, caller, known, &transaction), to: caller)
        case .taskReturn(let attempt): transaction.reply(acceptReturn(attempt, caller, &transaction), to: caller)
        case .workflowRun(let submission): run(submission, caller, known, &transaction)
        case .workflowValidate(let definition): transaction.reply(.validation(problems(of: definition)), to: caller)
        case .workflowGet(let id): transaction.reply(workflow(id, known).map(Reply.workflow), to: caller)
        case .workResolve: transaction.reply(list(known, transaction.now), to: caller)
        case .workflowList: transaction.reply(list(known, transaction.now), to: caller)
        case .workflowCancel(let id, let reason): transaction.reply(cancel(id, reason, known, &transaction), to: caller)
        case .workflowFeedback(let feedback): self.feedback(feedback, caller, known, &transaction)
        case .workflowCheckGate(let id): transaction.reply(checkGate(id, known), to: caller)
        case .workflowPause(let id): transaction.reply(pauseWorkflow(id, known, &transaction), to: caller)
        case .workflowResume(let id): transaction.reply(resumeWorkflow(id, known, &transaction), to: caller)
        case .workflowApprove(let approval): transaction.reply(approve(approval, known, &transaction), to: caller)
        case .workflowRetry(let request): retry(request, caller, known, &transaction)
        case .eventSubscribe(let filter): subscribe(filter, caller, known, &transaction)
        case .eventUnsubscribe(let subscription): transaction.output(.unsubscribe(caller, subscription: subscription))
        case .policyList: transaction.reply(.policies(policies.policies), to: caller)
        case .policyRegister(let policy): transaction.reply(register(policy, &transaction), to: caller)
        case .policyUnregister(let name): transaction.reply(unregisterPolicy(name, &transaction), to: caller)
        case .policyEvaluate(let question): transaction.reply(evaluate(question, known), to: caller)
        case .deadLetterList: transaction.reply(list(known, transaction.now), to: caller)
        case .deadLetterRedrive(let request): redrive(request, caller, known, &transaction)
        case .deadLetterDiscard(let id): transaction.reply(discard(id, known, &transaction), to: caller)
        case .breakerList: transaction.reply(.breakers(breakers), to: caller)
        case .breakerReset(let id): transaction.reply(resetBreaker(id, &transaction), to: caller)
        case .busPublish(let channel, let message):
            transaction.reply(publish(message, on: channel, caller, &transaction), to: caller)
        case .busSubscribe(let channel): transaction.reply(subscribe(to: channel, caller), to: caller)
        case .busUnsubscribe(let channel):
            bus.unsubscribe(caller.connection, from: channel)
            transaction.reply(.empty, to: caller)
        case .busRequest(let request): self.request(request, caller, &transaction)
        case .storeBackup: transaction.reply(backup(known), to: caller)
        }
    }

    /// What must be looked up before `request` is handled: what it names and is not in memory.
    public func lookup(for request: Request) -> StoreQuery {
        let query = request.storeQuery
        switch query {
        case .task(let key): return live.handle(of: key) == nil ? query : .nothing
        case .attempt(_, let token): return live.handle(of: token) == nil ? query : .nothing
        case .workflow(let id): return workflows[id] == nil ? query : .nothing
        case .nothing, .tasks, .workflows, .deadLetters, .deadLetter, .matches, .process, .accounts, .backup:
            return query
        }
    }

    private mutating func taskDue(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        switch live[task]?.stage {
        case .running: attemptTimedOut(task, &transaction)
        case .queued: queueTimedOut(task, &transaction)
        case .retrying: retryDue(task, &transaction)
        case .planned, .ended, nil: impossible("a task falls due that waits for nothing")
        }
    }

    private mutating func fallDue(_ deadline: Deadline, _ transaction: inout EngineTransaction) {
        switch deadline {
        case .presence(let id): presenceDue(id, &transaction)
        case .task(let task): taskDue(task, &transaction)
        case .slot(let id, let token): release(id, token, &transaction)
        case .breaker(let id): tryAgain(id, &transaction)
        case .stranded(let demand): strandedDue(demand, &transaction)
        case .agentWait(let id, let demand): agentWaitDue(id, demand, &transaction)
        case .advance(let id): advance(id, &transaction)
        case .busRequest(let number): busRequestTimedOut(number, &transaction)
        }
    }
}

extension Engine {
    /// What is stored of the counts: that of which not all is held in memory.
    var historyCounts: StatusCounts {
        var counts = StatusCounts()
        counts.tasks = live.counts
        counts.workflows = workflows.counts
        counts.deadLetters = errors.deadLetters
        counts.runs = workflows.lastNumber
        return counts
    }
}
