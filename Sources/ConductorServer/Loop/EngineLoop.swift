import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorTransport
import NIOCore

/// Runs the engine: everything that happens comes here, on one event loop, and is handled to its end before the next.
final class EngineLoop {
    private enum Phase {
        case open
        /// The store is about to be closed: what happens from here on is left to the next daemon.
        case closed
    }

    private(set) var engine: Engine
    private var phase = Phase.open
    private let loop: any EventLoop
    private let committer: any Committing
    private let connections: OpenConnections
    private let feed: EventBroadcaster
    private let store: any Store
    private let history: HistoryKeeper
    private let reader: StoreReader
    /// For whole workflows, which may be large, and for what may be one of many tasks.
    private let wholes: StoreReader
    /// For copies, which take long.
    private let copier: StoreReader
    private var facts: ProcessFacts
    private let time: any TimeSource
    private let journal: EventJournal
    private var random = RandomBlock()
    private var isTurnEndScheduled = false
    private var alarm: (deadline: Duration, task: Scheduled<Void>)?
    /// What the store shows, about a second old while there is work.
    private(set) var durable: EngineOverview
    private var isCountScheduled = false
    /// Told when the counts were taken anew.
    var onCounts: (StatusCounts) -> Void = { _ in }

    init(
        engine: Engine, loop: any EventLoop, committer: any Committing, connections: OpenConnections,
        feed: EventBroadcaster, store: any Store, history: HistoryKeeper, reader: StoreReader, facts: ProcessFacts,
        time: any TimeSource, journal: EventJournal
    ) {
        self.engine = engine
        self.loop = loop
        self.committer = committer
        self.connections = connections
        self.feed = feed
        self.store = store
        self.history = history
        self.reader = reader
        wholes = StoreReader(store: store, loop: loop)
        copier = StoreReader(store: store, loop: loop)
        self.facts = facts
        self.time = time
        self.journal = journal
        durable = engine.overview
    }

    func handle(_ input: Input) {
        guard phase == .open else { return }
        committer.add(engine.handle(input, at: time.now(), random: &random))
        endTurnLater()
    }

    /// Takes up a new configuration; connections that are open keep what they were made with, but their roles. What a role
    /// allowed no longer ends: what a connection watched, and the agents that it serves.
    func reconfigure(_ configuration: EngineConfiguration, access: AccessLists, groups: StandardGroups) {
        facts.roles.access = access
        facts.roles.groups = groups
        for (session, former) in connections.assign(facts.roles) {
            if former.covers(.observer), !session.role.covers(.observer) {
                connections.accounts.addSubscriptions(-session.subscriptions.count, of: session.channel.peer.uid)
                feed.end(session.subscriptions)
            }
            if former.covers(.agent), !session.role.covers(.agent) { handle(.roleRevoked(session.id)) }
        }
        handle(.reconfigured(configuration))
    }

    /// Agents are told. What comes until that is durable is still taken, and nothing after it; `body` runs when all
    /// that was taken is durable and let out, and the store is not used from then on.
    func stop(_ body: @escaping () -> Void) {
        handle(.stop)
        committer.afterPending { [self] in
            phase = .closed
            committer.afterPending { [history, reader, wholes] in
                history.stop { reader.finish { wholes.finish(body) } }
            }
        }
        committer.handOver()
    }

    // MARK: Turns

    /// Once all that came in this turn of the loop is handled.
    private func endTurnLater() {
        guard !isTurnEndScheduled else { return }
        isTurnEndScheduled = true
        loop.assumeIsolated().execute { [self] in
            isTurnEndScheduled = false
            committer.handOver()
            setAlarm()
            countLater()
        }
    }

    /// Reads the engine where it is: a copy would take hold of each of its tables.
    private func withEngine<Result>(_ body: (inout Engine) -> Result) -> Result { body(&engine) }

    private func countLater() {
        guard !isCountScheduled else { return }
        isCountScheduled = true
        loop.assumeIsolated().scheduleTask(in: .seconds(1)) { [self] in
            let overview = engine.overview
            committer.afterPending { [self] in
                isCountScheduled = false
                durable = overview
                onCounts(overview.counts)
            }
        }
    }

    /// A deadline that moved away leaves the alarm where it is: it goes off early, and is set anew.
    private func setAlarm() {
        guard let deadline = withEngine({ $0.nextDeadline }) else { return }
        if let alarm {
            guard deadline < alarm.deadline else { return }
            alarm.task.cancel()
        }
        let delay = TimeAmount(max(.zero, deadline - time.now().monotonic))
        let task = loop.assumeIsolated().scheduleTask(in: delay) { [self] in
            alarm = nil
            guard let due = withEngine({ $0.nextDeadline }), due <= time.now().monotonic else { return setAlarm() }
            handle(.tick(isStoreHeld: committer.fault != nil))
        }
        alarm = (deadline, task)
    }
}

// MARK: - Connections

extension EngineLoop: ServerSessionFactory {
    var limits: Limits { engine.configuration.limits }

    func open(_ channel: ServerChannel, peer: PeerCredentials) throws(Refusal) -> any ServerSession {
        guard phase == .open else { throw Refusal(.shuttingDown, "the daemon is stopping") }
        let role = facts.roles.role(of: peer)
        let refusal = connections.accounts.connectionRefusal(
            of: peer.uid, role, isPrivileged: facts.roles.isPrivileged(peer), limits)
        if let refusal { throw refusal }
        let session = EngineSession(
            id: connections.nextID(), role: role, isPrivileged: facts.roles.isPrivileged(peer), channel: channel,
            engine: self, feed: feed)
        connections.add(session)
        return session
    }

    func account(_ bytes: Int, of peer: PeerCredentials) -> Refusal? {
        connections.accounts.addQueuedBytes(bytes, of: peer.uid, isPrivileged: facts.roles.isPrivileged(peer), limits)
    }

    func closed(_ session: EngineSession) {
        connections.remove(session)
        handle(.disconnected(session.id))
    }
}

// MARK: - Requests

extension EngineLoop {
    /// Authorizes a request, finds what the engine must know for it, and hands it over.
    func ask(_ request: Request, as caller: Caller) {
        guard phase == .open else { return }
        do throws(Refusal) {
            try caller.peer.authorize(request)
            if let refusal = boundRefusal(of: request, caller) { throw refusal }
            if let fault = committer.fault, request.changesState {
                throw Refusal(.storageFull, "the store takes nothing at present: \(fault.message)")
            }
        } catch {
            return refuse(caller, error)
        }
        // Who asks for no answer is not read for.
        guard caller.request != nil || !request.isQuery else { return handle(.leaseRenewed(caller.connection)) }
        switch withEngine({ $0.lookup(for: request) }) {
        case .nothing: handle(request, caller, .nothing)
        case .task(let key):
            lookUp(for: request, caller) { pending throws(StoreFault) in
                try lookups.task(key, pending: pending)
            }
        case .attempt(let id, let token):
            lookUp(id, token, for: request, caller)
        case .workflow(let id) where !request.changesState && !committer.records.mayShow(in: request):
            readWhole(id, for: request, caller)
        case .workflow(let id):
            lookUp(for: request, caller) { pending throws(StoreFault) in
                try lookups.workflow(id, pending: pending)
            }
        case .tasks(let query):
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.tasks(query)
            } known: {
                .tasks($0.records, nextCursor: $0.nextCursor)
            }
        case .workflows(let query):
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.workflows(query)
            } known: {
                .workflows($0.records, nextCursor: $0.nextCursor)
            }
        case .deadLetters(let page):
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.deadLetters(page)
            } known: {
                .deadLetters($0.records, nextCursor: $0.nextCursor)
            }
        case .deadLetter(let id):
            lookUp(for: request, caller) { pending throws(StoreFault) in
                try lookups.deadLetter(id, pending: pending)
            }
        case .process: describe(for: request, caller)
        case .accounts: handle(request, caller, .accounts(connections.accounts.usage))
        case .backup: copy(for: request, caller)
        }
    }

    /// What the configuration has against a request that the caller's role allows.
    private func boundRefusal(of request: Request, _ caller: Caller) -> Refusal? {
        let bounds = facts.roles.access.bounds
        guard !bounds.isEmpty, let peer = connections[caller.connection]?.channel.peer else { return nil }
        if case .agentRegister(let registration) = request {
            return bounds.refusal(registering: registration.agentID, registration.agentType, by: peer)
        }
        return request.highestPriority.flatMap { bounds.refusal(of: $0, by: peer) }
    }

    private var lookups: PointLookups<StoreRecords> {
        PointLookups(store: store, pendingDeletions: history.pendingDeletions)
    }

    private func handle(_ request: Request, _ caller: Caller, _ known: StoredContext) {
        guard phase == .open else { return }
        guard committer.fault != nil, !committer.records.mayShow(in: request) else {
            return handle(.request(request, caller, known))
        }
        // The store takes nothing at present; what shows nothing of that need not wait for it.
        let effects = engine.handle(.request(request, caller, known), at: time.now(), random: &random)
        if effects.changes.isEmpty { committer.release(effects.outputs) } else { committer.add(effects) }
        endTurnLater()
    }

    private func lookUp(
        for request: Request, _ caller: Caller, _ find: (PendingRecords) throws(StoreFault) -> StoredContext
    ) {
        do throws(StoreFault) {
            handle(request, caller, try find(committer.records))
        } catch {
            refuse(caller, unreadable(error))
        }
    }

    /// A token that the engine does not know: of a task that has ended, or of none.
    private func lookUp(_ id: TaskID, _ token: AttemptToken, for request: Request, _ caller: Caller) {
        if let task = committer.records.task(id, attempt: token) { return handle(request, caller, .task(task)) }
        read(with: wholes, for: request, caller) { store throws(StoreFault) in
            try store.task(id, attempt: token)
        } known: { [self] stored in
            let isLeaving = stored.map { history.pendingDeletions.holds($0.key) } ?? false
            return lookups.task(id, attempt: token, stored: isLeaving ? nil : stored, pending: committer.records)
        }
    }

    /// Nothing of the workflow is on its way to the store: it is read on another thread. What changes meanwhile and has
    /// not ended is in the engine's memory, which comes first.
    private func readWhole(_ id: WorkflowID, for request: Request, _ caller: Caller) {
        read(with: wholes, for: request, caller) { store throws(StoreFault) in
            try store.wholeWorkflow(id)
        } known: { [self] stored in
            let isLeaving = history.pendingDeletions.workflows.contains(id)
            return lookups.workflow(id, stored: isLeaving ? nil : stored, pending: committer.records)
        }
    }

    private func read<Found: Sendable>(
        with reader: StoreReader, for request: Request, _ caller: Caller,
        _ query: @escaping @Sendable (any Store) throws(StoreFault) -> Found, known: @escaping (Found) -> StoredContext
    ) {
        reader.read(query) { [self] outcome in
            guard phase == .open else { return }
            switch outcome {
            case .success(let found): handle(request, caller, known(found))
            case .failure(let fault): refuse(caller, unreadable(fault))
            }
        }
    }

    private func describe(for request: Request, _ caller: Caller) {
        let process = facts.report(at: time.now(), store: store, connections: connections.count)
        guard committer.fault != nil else { return handle(request, caller, .process(process)) }
        let reply: Reply =
            if case .metricsGet(let format) = request {
                .metrics(durable.metrics(process), format)
            } else {
                .status(StatusReport(process: process, counts: durable.counts))
            }
        committer.release([.reply(caller, .success(reply))])
        handle(.leaseRenewed(caller.connection))
    }

    private func copy(for request: Request, _ caller: Caller) {
        let name = "conductor-" + time.now().wall.compact
        copier.read { store throws(StoreFault) in
            try store.backup(named: name)
        } completion: { [self] outcome in
            guard phase == .open else { return }
            switch outcome {
            case .success(let backup): handle(request, caller, .backup(file: backup.file, bytes: backup.bytes))
            case .failure(let fault): refuse(caller, notCopied(fault))
            }
        }
    }

    private func notCopied(_ fault: StoreFault) -> Refusal {
        switch fault.kind {
        case .full: return Refusal(.storageFull, "there is no room for a copy: \(fault)")
        case .conflict: return Refusal(.conflict, fault.message)
        case .io, .busy, .corrupt, .newerVersion, .locked:
            journal.record(fault, "The store could not be copied.")
            return Refusal(.internalError, "the store could not be copied: \(fault)")
        }
    }

    /// A refusal shows no state, so it waits for nothing; the frame was a sign of life all the same.
    private func refuse(_ caller: Caller, _ refusal: Refusal) {
        committer.release([.reply(caller, .failure(refusal))])
        handle(.leaseRenewed(caller.connection))
    }

    private func unreadable(_ fault: StoreFault) -> Refusal {
        journal.record(fault, "The store could not be read.")
        return Refusal(.internalError, "the store could not be read")
    }
}
