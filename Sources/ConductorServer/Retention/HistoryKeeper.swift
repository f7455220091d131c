import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorStore
import NIOCore

/// Removes what retention does not keep, a few rows at a time, so that no commit waits long. Lives on the event loop.
final class HistoryKeeper {
    /// Between the end of one pass and the next.
    static let pause = TimeAmount.minutes(1)

    private enum Phase {
        case working
        /// The store is being changed.
        case writing
        case stopping(() -> Void)
        case stopped
    }

    private var phase = Phase.working
    var retention: Retention
    /// What the step under way removes.
    private(set) var pendingDeletions = PendingDeletions()
    private var removed = RemovedHistory()
    private let reader: StoreReader
    private let writer: any CommitWriter
    private let loop: any EventLoop
    private let time: any TimeSource
    private let committer: any Committing
    private let journal: EventJournal
    /// Told which dead letters are kept no longer.
    var onOutlived: ([DeadLetter]) -> Void = { _ in }

    init(
        _ retention: Retention, reader: StoreReader, writer: any CommitWriter, loop: any EventLoop,
        time: any TimeSource, committer: any Committing, journal: EventJournal
    ) {
        self.retention = retention
        self.reader = reader
        self.writer = writer
        self.loop = loop
        self.time = time
        self.committer = committer
        self.journal = journal
    }

    /// Begins the first pass at the next turn of the loop.
    func start() {
        loop.assumeIsolated().execute { [self] in begin() }
    }

    /// `body` runs when what is being written is, and no read is under way; nothing more is read or written from then on.
    func stop(_ body: @escaping () -> Void) {
        switch phase {
        case .writing: phase = .stopping(body)
        case .working, .stopping, .stopped:
            phase = .stopped
            reader.finish(body)
        }
    }

    private func begin() {
        guard case .working = phase else { return }
        let now = time.now().persistent
        phase = .writing
        writer.mark(now) { [self] outcome in
            written(outcome) { discardDeadLetters(at: now) }
        }
    }

    /// What they spared goes with the next pass.
    private func discardDeadLetters(at now: Timestamp) {
        reader.read(for: StoreReader.daemon) { [retention] store throws(StoreFault) in
            try store.outlivedDeadLetters(retention, at: now)
        } completion: { [self] outcome in
            switch outcome {
            case .success(let letters):
                let settled = letters.filter { committer.records.letter($0.id) == nil }
                if case .working = phase, !settled.isEmpty { onOutlived(settled) }
                find(at: now)
            case .failure(let fault): pause(fault)
            }
        }
    }

    private func find(at now: Timestamp) {
        reader.read(for: StoreReader.daemon) { [retention] store throws(StoreFault) in
            try store.retentionPass(retention, at: now)
        } completion: { [self] outcome in
            switch outcome {
            case .success(let pass?): step(pass)
            case .success(nil): pause()
            case .failure(let fault): pause(fault)
            }
        }
    }

    private func step(_ pass: RetentionPass) {
        reader.read(for: StoreReader.daemon) { store throws(StoreFault) in
            try store.expired(pass)
        } completion: { [self] outcome in
            switch outcome {
            case .success(let (expired, next)): remove(committer.records.settled(expired), pass, next)
            case .failure(let fault): pause(fault)
            }
        }
    }

    private func remove(_ expired: Expired, _ pass: RetentionPass, _ next: RetentionPass?) {
        guard case .working = phase else { return }
        guard !expired.isEmpty else {
            // What would go is on its way to the store: later.
            if let next, !next.isFurther(than: pass) { return pause() }
            return go(on: next, pass)
        }
        pendingDeletions = PendingDeletions(expired)
        phase = .writing
        writer.remove(expired) { [self] outcome in
            pendingDeletions = PendingDeletions()
            written(outcome) {
                removed.add(expired)
                go(on: next, pass)
            }
        }
    }

    /// Goes on with `next`, unless it failed, or a stop waited for it.
    private func written(_ outcome: Result<Void, StoreFault>, _ next: () -> Void) {
        switch outcome {
        case .success: resume(next)
        case .failure(let fault):
            switch fault.kind {
            case .full, .busy: resume { pause(fault) }
            case .io, .corrupt, .newerVersion, .locked, .notPrivate, .conflict, .tooLarge: committer.fail(fault)
            }
        }
    }

    private func resume(_ next: () -> Void) {
        switch phase {
        case .stopping(let body):
            phase = .stopped
            reader.finish(body)
        case .writing, .working:
            phase = .working
            next()
        case .stopped: break
        }
    }

    private func go(on next: RetentionPass?, _ pass: RetentionPass) {
        if let next { return step(next) }
        if !removed.isEmpty { journal.record(.removed(removed, through: pass.lastEvent)) }
        removed = RemovedHistory()
        pause()
    }

    private func pause(_ fault: StoreFault? = nil) {
        guard case .working = phase else { return }
        if let fault { journal.record(fault, "History could not be removed.") }
        loop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in begin() }
    }
}

/// How much a pass has removed.
struct RemovedHistory {
    private(set) var tasks = 0
    private(set) var workflows = 0
    private(set) var deadLetters = 0
    private(set) var lastEvent: Int64 = 0

    var isEmpty: Bool { tasks == 0 && workflows == 0 && deadLetters == 0 && lastEvent == 0 }

    mutating func add(_ expired: Expired) {
        tasks += expired.tasks.count
        workflows += expired.workflows.count
        deadLetters += expired.deadLetters.count
        lastEvent = max(lastEvent, expired.lastEvent)
    }
}
