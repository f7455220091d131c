import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorSystemd
import ConductorTransport

/// Takes released outputs to whom they are for. Lives on the event loop.
final class OutputRouter {
    private let connections: OpenConnections
    private let feed: EventBroadcaster
    private let journal: EventJournal
    private let logs: TaskLogKeeper
    private let time: any TimeSource
    private let times: DeliveryTimes
    private var allowance: LogAllowance
    private var subscriptionCount = 0

    init(
        connections: OpenConnections, feed: EventBroadcaster, logs: TaskLogKeeper, journal: EventJournal,
        time: any TimeSource, times: DeliveryTimes
    ) {
        self.connections = connections
        self.feed = feed
        self.logs = logs
        self.journal = journal
        self.time = time
        self.times = times
        allowance = LogAllowance(at: time.now().monotonic)
    }

    /// What is for a connection that has gone is dropped.
    /// - Returns: bytes that are sent with it.
    func release(_ output: Output) -> Int {
        switch output {
        case .reply(let caller, let answer): return reply(to: caller, answer)
        case .notify(let connection, let notification):
            if case .execute(let assignment) = notification {
                times.noteDispatch(of: assignment, at: time.now().wall)
            }
            return connections[connection]?.channel.send(notification) ?? 0
        case .event(let event):
            if event.kind.endsAttempt { endLog(event) }
            journal.record(event)
            feed.release(event)
        case .live(let event, let token, let uid): release(event, token, uid)
        case .log(let caller, let read): answer(caller, read)
        case .subscribe(let caller, let filter, let sequence, let snapshot):
            return subscribe(caller, filter, sequence: sequence, snapshot)
        case .unsubscribe(let caller, let id): unsubscribe(caller, id)
        case .escalate(let escalation): journal.record(escalation)
        case .policyRegistered(let policy): journal.record(.registered(policy))
        case .policyUnregistered(let kind): journal.record(.unregistered(kind))
        }
        return 0
    }

    /// A line that an agent wrote is kept; its progress is for those who watch.
    private func release(_ event: LiveEvent, _ token: AttemptToken, _ uid: UInt32) {
        guard case .log(let stream, let line) = event.content else { return feed.release(event) }
        var event = event
        event.lineNumber = logs.add(
            token, of: event.key, uid: uid, stream: stream, line: line, at: event.timestamp)
        record(event, stream: stream, line: line)
        feed.release(event)
    }

    private func record(_ event: LiveEvent, stream: String, line: String) {
        guard journal.isWritten(.info) else { return }
        switch allowance.take(event.key, at: time.now().monotonic) {
        case .write(let missing):
            if missing > 0 {
                journal.record(.leftOut(missing, of: event.key, by: event.agentID, at: event.timestamp))
            }
            journal.record(event, stream: stream, line: line)
        case .leaveOut: break
        }
    }

    private func endLog(_ event: EventRecord) {
        guard let task = event.taskID else { return }
        let key = TaskKey(workflowID: event.workflowID, taskID: task)
        logs.end(key)
        let missing = allowance.end(key)
        guard missing > 0 else { return }
        journal.record(.leftOut(missing, of: key, by: event.agentID, at: event.timestamp))
    }

    private func answer(_ caller: Caller, _ read: TaskLogRead) {
        guard let attempt = read.attempt else {
            let none = TaskLog(key: read.key, attempt: 0, lines: [], last: 0, isComplete: !read.isRunning)
            reply(to: caller, .success(.taskLog(none)))
            return
        }
        logs.read(attempt.token, read.range) { [self] page in
            switch page {
            case .success(let page):
                let log = TaskLog(
                    key: read.key, attempt: attempt.number, lines: page.lines, last: page.last,
                    isComplete: !read.isRunning)
                reply(to: caller, .success(.taskLog(log)))
            case .failure(let fault):
                journal.record(fault, "The log of a task could not be read.")
                reply(to: caller, .failure(Refusal(.internalError, "the log could not be read")))
            }
        }
    }

    @discardableResult
    private func reply(to caller: Caller, _ answer: Result<Reply, Refusal>) -> Int {
        guard let id = caller.request else { return 0 }
        return connections[caller.connection]?.channel.answer(id, answer) ?? 0
    }

    private func subscribe(
        _ caller: Caller, _ filter: EventFilter, sequence: Int64, _ snapshot: EventSnapshot
    ) -> Int {
        guard let session = connections[caller.connection] else { return 0 }
        let subscriptions = session.subscriptions
        let limit = session.channel.limits.maxSubscriptionsPerConnection
        guard subscriptions.count < limit else {
            return reply(to: caller, .failure(.quotaExceeded("max_subscriptions_per_connection", limit: limit)))
        }
        if let refusal = subscriptionRefusal(of: session) { return reply(to: caller, .failure(refusal)) }
        subscriptionCount += 1
        let subscription = EventSubscription(id: "s\(subscriptionCount)", filter: filter, snapshot: sequence)
        let sent = reply(
            to: caller, .success(.subscribed(subscription: subscription.id, sequence: sequence, snapshot: snapshot)))
        feed.add(subscription, to: subscriptions)
        connections.accounts.addSubscriptions(1, of: session.channel.peer.uid)
        feed.catchUp(subscriptions)
        return sent
    }

    private func subscriptionRefusal(of session: EngineSession) -> Refusal? {
        connections.accounts.subscriptions.refusal(
            adding: 1, of: session.channel.peer.uid, session.channel.limits.subscriptionQuota,
            isPrivileged: session.isPrivileged)
    }

    private func unsubscribe(_ caller: Caller, _ id: String) {
        guard let session = connections[caller.connection], session.subscriptions.remove(id) else {
            reply(to: caller, .failure(.notFound(kind: "subscription", id: id)))
            return
        }
        let subscriptions = session.subscriptions
        connections.accounts.addSubscriptions(-1, of: session.channel.peer.uid)
        if subscriptions.count == 0 { feed.remove(subscriptions) }
        reply(to: caller, .success(.empty))
    }
}

extension EventKind {
    /// After it, no line of the attempt comes any more.
    fileprivate var endsAttempt: Bool {
        switch self {
        case .taskCompleted, .taskFailed, .taskRejected, .taskCancelled, .taskRetrying, .taskQueued: true
        case .agentRegistered, .agentUnregistered, .agentLost, .agentReturned, .agentPaused, .agentResumed,
            .taskStarted, .taskSkipped, .taskAdopted, .workflowStarted, .workflowPaused, .workflowResumed,
            .workflowCompleted, .workflowFailed, .workflowCancelled, .phaseStarted, .phaseCompleted, .phaseSkipped,
            .gatePassed, .gateBlocked, .gateApproved, .gateDenied, .feedbackStarted, .policyViolated, .breakerOpened,
            .breakerHalfOpened, .breakerClosed, .deadLetterAdded, .deadLetterRedriven, .deadLetterDiscarded:
            false
        }
    }
}
