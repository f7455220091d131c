import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorTransport
import NIOCore

/// Runs the engine: everything that happens comes here, on one event loop, and is handled to its end before the next.
final class EngineLoop {
    enum Phase {
        case open
        /// The store is about to be closed: what happens from here on is left to the next daemon.
        case closed
    }

    var engine: Engine
    var phase = Phase.open
    private let loop: any EventLoop
    let committer: any Committing
    private let gate: OutputGate
    let connections: OpenConnections
    let feed: EventBroadcaster
    let store: any Store
    let history: HistoryKeeper
    let reader: StoreReader
    /// For whole workflows, which may be large, and for what may be one of many tasks.
    let wholes: StoreReader
    /// For copies, which take long.
    let copier: StoreReader
    var facts: ProcessFacts
    let times: DeliveryTimes
    let time: any TimeSource
    let journal: EventJournal
    let pause: LoopPause
    private(set) lazy var turns = RequestTurns(gauge: facts.gauge, way: self) { [pause] _, body in pause(body) }
    var random = RandomBlock()
    private var isTurnEndScheduled = false
    /// One that is due at once has no task.
    private var alarm: (deadline: Duration, task: Scheduled<Void>?)?
    /// What the store shows, about a second old while there is work.
    private(set) var durable: EngineOverview
    private var isCountScheduled = false
    /// Told when the counts were taken anew.
    var onCounts: (StatusCounts) -> Void = { _ in }

    init(
        engine: Engine, loop: any EventLoop, committer: any Committing, connections: OpenConnections,
        feed: EventBroadcaster, store: any Store, history: HistoryKeeper, reader: StoreReader, facts: ProcessFacts,
        times: DeliveryTimes, time: any TimeSource, journal: EventJournal, gate: OutputGate, pause: LoopPause
    ) {
        self.engine = engine
        self.loop = loop
        self.committer = committer
        self.connections = connections
        self.feed = feed
        self.store = store
        self.history = history
        self.reader = reader
        wholes = StoreReader(store: store, loop: loop, pause: pause)
        copier = StoreReader(store: store, loop: loop, pause: pause)
        self.facts = facts
        self.times = times
        self.time = time
        self.journal = journal
        self.gate = gate
        self.pause = pause
        durable = engine.overview
        committer.expectAnswers(within: engine.configuration.lease)
        committer.onHeld = { [weak self] in self?.turns.goOn() }
        committer.onHealed = { [weak self] in self?.handle(.storeHealed) }
        history.onOutlived = { [weak self] in self?.handle(.deadLettersOutlived($0)) }
    }

    func handle(_ input: Input) {
        guard phase == .open else { return }
        add(engine.handle(input, at: time.now(), random: &random))
    }

    /// Takes what an agent says of its attempt. While the store takes nothing, that waits for nothing either: it would
    /// fill the memory.
    func handle(_ report: AttemptReport, from connection: ConnectionID) {
        guard phase == .open else { return }
        let effects = engine.handle(.report(report, connection), at: time.now(), random: &random)
        if committer.fault != nil, effects.changes.isEmpty {
            committer.release(effects.outputs)
        } else {
            add(effects)
        }
    }

    private func add(_ effects: Effects) {
        committer.add(effects)
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
        committer.expectAnswers(within: configuration.lease)
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
    func endTurnLater() {
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
    func withEngine<Result>(_ body: (inout Engine) -> Result) -> Result { body(&engine) }

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
            alarm.task?.cancel()
        }
        let delay = deadline - time.now().monotonic
        if delay > .zero {
            alarm = (deadline, loop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [self] in goOff() })
        } else {
            // Much that is due together is handled in bounded turns: others come in between.
            alarm = (deadline, nil)
            pause { [self] in goOff() }
        }
    }

    private func goOff() {
        alarm = nil
        guard let due = withEngine({ $0.nextDeadline }), due <= time.now().monotonic else { return setAlarm() }
        handle(.tick(isStoreHeld: committer.fault != nil))
    }
}

// MARK: - The way of what requests bring about

extension EngineLoop: RequestWay {
    var isClear: Bool { gate.isOpen }

    /// While the store takes nothing, only what waits for nothing goes on.
    var isHeld: Bool { committer.fault != nil }

    func afterAll(_ body: @escaping () -> Void) { committer.afterPending(body) }
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
