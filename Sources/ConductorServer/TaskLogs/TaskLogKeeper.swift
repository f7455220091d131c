import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import Dispatch
import NIOCore

/// Numbers the lines that attempts log, and has them stored by a thread of its own, so that nothing waits for them. Lives
/// on the event loop.
final class TaskLogKeeper {
    /// So many bytes of one attempt are stored together; fewer after `delay`.
    static let pieceBytes = 64 << 10
    static let delay = TimeAmount.milliseconds(200)
    /// Where the thread does not keep up, lines are left out rather than memory filled: their numbers are missing.
    static let maximumPendingBytes = 16 << 20

    /// An attempt that logs.
    private struct Log {
        let uid: UInt32
        var lastNumber = 0
        var lastTime: Timestamp
        /// A list of `LogLine` without its end; nil where no line waits to be stored.
        var lines: JSONWriter?

        /// - Returns: the number of the line, and how many bytes wait.
        mutating func add(
            stream: String, line: String, at time: Timestamp, isKept: Bool, growth: inout Int
        ) -> (number: Int, waiting: Int) {
            lastNumber += 1
            lastTime = time
            guard isKept else { return (lastNumber, lines?.count ?? 0) }
            if lines == nil {
                lines = JSONWriter(reserving: 1024)
                lines?.beginArray()
            }
            let before = lines?.count ?? 0
            lines?.element(LogLine(number: lastNumber, timestamp: time, stream: stream, text: line))
            let waiting = lines?.count ?? 0
            growth += waiting - before
            return (lastNumber, waiting)
        }
    }

    private let store: TaskLogStore
    private let loop: any EventLoop
    private let journal: EventJournal
    private let thread = DispatchQueue(label: "conductor.logs", qos: .utility)
    var retention: Retention
    /// Of attempts that run.
    private var logs: [AttemptToken: Log] = [:]
    private var attempts: [TaskKey: AttemptToken] = [:]
    /// Attempts with lines that wait to be stored.
    private var unsaved: Set<AttemptToken> = []
    private var pendingBytes = 0
    /// What the thread was asked for and has not done.
    private var pendingJobs = 0
    private var whenIdle: () -> Void = {}
    private var isScheduled = false
    private var isFailing = false

    /// - Parameter running: The attempts that a former daemon left with their agents.
    init(
        _ store: TaskLogStore, _ retention: Retention, running: [TaskRecord], loop: any EventLoop, journal: EventJournal
    ) {
        self.store = store
        self.retention = retention
        self.loop = loop
        self.journal = journal
        if let damage = store.damage { journal.record(.lost(damage)) }
        let numbers = (try? store.lastNumbers(of: running.compactMap { $0.attempts.last?.token })) ?? [:]
        for record in running {
            guard let token = record.attempts.last?.token, let number = numbers[token] else { continue }
            attempts[record.key] = token
            logs[token] = Log(uid: record.ownerUID, lastNumber: number, lastTime: record.createdAt)
        }
    }

    /// Takes a line up, which an attempt of a task of user `uid` logged.
    /// - Returns: its number.
    func add(
        _ attempt: AttemptToken, of task: TaskKey, uid: UInt32, stream: String, line: String, at time: Timestamp
    ) -> Int {
        attempts[task] = attempt
        let isKept = pendingBytes < Self.maximumPendingBytes
        let (number, waiting) = logs[attempt, default: Log(uid: uid, lastTime: time)].add(
            stream: stream, line: line, at: time, isKept: isKept, growth: &pendingBytes)
        if isKept { unsaved.insert(attempt) }
        if waiting >= Self.pieceBytes { save([attempt]) } else { saveLater() }
        return number
    }

    /// The running attempt of a task logs no more.
    func end(_ task: TaskKey) {
        guard !attempts.isEmpty, let attempt = attempts.removeValue(forKey: task) else { return }
        save([attempt])
        logs[attempt] = nil
    }

    /// `completion` is called on the loop with the lines that are there now.
    func read(
        _ attempt: AttemptToken, _ range: LogRange, completion: @escaping (Result<LogPage, StoreFault>) -> Void
    ) {
        save([attempt])
        run({ store, _ throws(StoreFault) in try store.lines(of: attempt, range) }, completion: completion)
    }

    /// Removes what is too old, now and every hour.
    func start(_ time: any TimeSource) {
        let now = time.now().wall
        run { store, retention throws(StoreFault) in
            try store.removeOld(retention, at: now)
        } completion: { _ in
        }
        loop.assumeIsolated().scheduleTask(in: .hours(1)) { [self] in start(time) }
    }

    /// Stores what waits; `body` runs when all is written.
    func stop(_ body: @escaping () -> Void) {
        save(Array(unsaved))
        whenIdle = { [store] in
            try? store.close()
            body()
        }
        if pendingJobs == 0 { whenIdle() }
    }

    // MARK: Storing

    private func saveLater() {
        guard !isScheduled else { return }
        isScheduled = true
        loop.assumeIsolated().scheduleTask(in: Self.delay) { [self] in
            isScheduled = false
            save(Array(unsaved))
        }
    }

    private func save(_ attempts: [AttemptToken]) {
        var pieces: [LogPiece] = [], bytes = 0
        for attempt in attempts {
            guard unsaved.remove(attempt) != nil, var lines = logs[attempt]?.lines, let log = logs[attempt] else {
                continue
            }
            bytes += lines.count - 1
            lines.endArray()
            pieces.append(
                LogPiece(
                    attempt: attempt, uid: log.uid, lastNumber: log.lastNumber, lastTime: log.lastTime,
                    lines: lines.text))
            logs[attempt]?.lines = nil
        }
        guard !pieces.isEmpty else { return }
        run { [pieces] store, retention throws(StoreFault) in
            try store.add(pieces, retention)
        } completion: { [self, bytes] outcome in
            pendingBytes -= bytes
            switch outcome {
            case .success: note(nil)
            case .failure(let fault): note(fault)
            }
        }
    }

    /// Has the thread do something, and calls `completion` on the loop.
    private func run<Value: Sendable>(
        _ job: @escaping @Sendable (TaskLogStore, Retention) throws(StoreFault) -> Value,
        completion: @escaping (Result<Value, StoreFault>) -> Void
    ) {
        pendingJobs += 1
        let done = NIOLoopBound(
            { [self] (outcome: Result<Value, StoreFault>) in
                completion(outcome)
                pendingJobs -= 1
                if pendingJobs == 0 { whenIdle() }
            }, eventLoop: loop)
        thread.async { [store, loop, retention] in
            let outcome: Result<Value, StoreFault>
            do throws(StoreFault) {
                outcome = .success(try job(store, retention))
            } catch {
                outcome = .failure(error)
            }
            loop.execute { done.value(outcome) }
        }
    }

    /// A full disk is told once, until lines are stored again.
    private func note(_ fault: StoreFault?) {
        if let fault, !isFailing { journal.record(fault, "Lines of a task's log could not be stored.") }
        isFailing = fault != nil
    }
}
