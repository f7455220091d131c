import ConductorDelivery
import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorRandom

/// The shipped engine with its shipped way to the store and from there to the outside, on a clock and a disk that the
/// simulator moves. Changes are durable only once their flush has finished.
struct SimulatedDaemon {
    enum Disk {
        case well, full
        /// It answers no flush.
        case hanging
    }

    private(set) var engine: Engine
    /// What is durable.
    private(set) var store = Stored()
    private(set) var isStopping = false
    /// The last flush found the disk full.
    private(set) var isFull = false
    /// Until when may be put off what fell due while it was.
    var putOffUntil: Moment { isHeld ? putOffFromNow : lastPutOff }
    /// Nothing is stored at present, and the daemon knows.
    var isHeld: Bool { isFull || isHanging }
    /// A flush has been unanswered for so long that the daemon takes the disk for hanging.
    private var isHanging: Bool {
        guard isFlushing, let hangsSince else { return false }
        return now.monotonic - max(hangsSince, flushBegan) >= engine.configuration.lease / 3
    }
    /// The disk has begun to hang, and no flush has ended since.
    private var hangsSince: Duration?
    private var flushBegan = Duration.zero
    /// Nobody may be taken for silent, and nothing runs out of time.
    var isSparing: Bool { isHeld || now.monotonic < sparedUntil }
    private var sparedUntil = Duration.zero
    /// The longest lease that this life of the daemon had.
    private var longestLease: Duration
    private var lastPutOff: Moment
    var disk = Disk.well {
        didSet { if disk == .hanging { hangsSince = now.monotonic } }
    }
    var now: Moment
    private var random: SplitMix
    private var pipeline: CommitPipeline
    private var pending = PendingRecords()
    /// What may leave and has not yet.
    private var departures = Departures()

    init(configuration: EngineConfiguration, seed: UInt64) {
        now = Moment(monotonic: .seconds(1000), wall: Timestamp(microseconds: 1_790_000_000_000_000))
        random = SplitMix(seed: seed)
        lastPutOff = now
        longestLease = configuration.lease
        pipeline = CommitPipeline(canaries: configuration.canaries)
        engine = Engine(configuration: configuration, restoring: DurableState(), at: now)
    }

    mutating func handle(_ input: Input) -> Effects {
        if case .stop = input { isStopping = true }
        if case .reconfigured(let configuration) = input { longestLease = max(longestLease, configuration.lease) }
        let effects = engine.handle(input, at: now, random: &random)
        pending.add(effects.changes)
        departures.append(pipeline.add(effects))
        return effects
    }

    /// As the daemon's loop does it: who may not, or asks for a change while nothing can be stored, is refused at the door.
    mutating func ask(_ request: Request, _ caller: Caller) -> Effects {
        if !caller.peer.role.covers(request.requiredRole) {
            departures.append([.reply(caller, .failure(Refusal(.permissionDenied, "not with this role")))])
            return handle(.leaseRenewed(caller.connection))
        }
        if isHeld, request.changesState {
            departures.append([.reply(caller, .failure(Refusal(.storageFull, "the disk is full")))])
            return handle(.leaseRenewed(caller.connection))
        }
        let input = Input.request(request, caller, known(for: request))
        guard isHeld, !pending.mayShow(in: request) else { return handle(input) }
        // What shows nothing of the held changes need not wait for them.
        let effects = engine.handle(input, at: now, random: &random)
        departures.append(effects.outputs)
        return effects
    }

    private func known(for request: Request) -> StoredContext {
        let lookups = PointLookups(DurableRecords(store: store))
        switch engine.lookup(for: request) {
        case .nothing: return .nothing
        case .task(let key): return lookups.task(key, pending: pending)
        case .attempt(let id, let token): return lookups.task(id, attempt: token, pending: pending)
        case .workflow(let id): return lookups.workflow(id, pending: pending)
        case .deadLetter(let id): return lookups.deadLetter(id, pending: pending)
        case .tasks, .workflows, .deadLetters, .matches, .process, .accounts, .backup:
            return store.answer(engine.lookup(for: request))
        }
    }

    /// What leaves in this turn of the loop, in order; the rest has its turn later.
    mutating func takeReleased(atMost count: Int) -> [Output] {
        var outputs: [Output] = []
        while outputs.count < count, case .output(let output) = departures.next() { outputs.append(output) }
        return outputs
    }
}

// MARK: - The disk

extension SimulatedDaemon {
    var isFlushing: Bool {
        if case .committing = pipeline.writer { true } else { false }
    }

    /// The end of a turn: what has gathered goes to the disk, if that is free.
    /// - Returns: whether a flush has begun.
    mutating func handOver() -> Bool {
        guard pipeline.startCommit() != nil else { return false }
        pending.startCommit()
        flushBegan = now.monotonic
        return true
    }

    /// The disk has done what it can: the batch is durable and its outputs leave, or there was no room for it.
    /// - Returns: whether the batch is durable.
    mutating func finishFlush() -> Bool {
        guard case .committing(let batch) = pipeline.writer else { return false }
        switch disk {
        case .well: break
        case .full:
            pipeline.hold()
            isFull = true
            return false
        case .hanging: return false
        }
        if isHeld {
            lastPutOff = putOffFromNow
            sparedUntil = now.monotonic + engine.configuration.lease
        }
        for change in batch.changes { store.apply(change) }
        _ = pipeline.committed()
        pending.committed()
        isFull = false
        hangsSince = nil
        departures.append(batch.outputs)
        return true
    }

    private var putOffFromNow: Moment {
        // Put off at the last moment before the disk was well, and once more in the lease after that.
        let time = longestLease * 2
        return Moment(monotonic: now.monotonic + time, wall: now.wall + time, persistent: now.persistent + time)
    }

    /// Asks the disk again for a batch that found no room.
    mutating func retryFlush() {
        _ = pipeline.retry()
    }

    /// The process is gone, and with it all that is not durable.
    /// - Parameter flushing: whether a flush under way reaches the disk, though nobody hears of it.
    mutating func crash(flushing: Bool) {
        if flushing, case .committing(let batch) = pipeline.writer, disk == .well {
            for change in batch.changes { store.apply(change) }
        }
        pipeline = CommitPipeline(canaries: engine.configuration.canaries)
        pending = PendingRecords()
        departures = Departures()
    }

    /// The next start, from what is durable.
    mutating func start(after pause: Duration) {
        now = Moment(monotonic: .seconds(10), wall: now.wall + pause, persistent: now.persistent + pause)
        isStopping = false
        isFull = false
        disk = .well
        hangsSince = nil
        sparedUntil = .zero
        longestLease = engine.configuration.lease
        lastPutOff = now
        engine = Engine(configuration: engine.configuration, restoring: store.state, at: now)
    }
}
