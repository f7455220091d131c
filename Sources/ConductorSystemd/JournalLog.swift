// libsystemd's headers bring `timespec` along, so the compiler counts it as theirs.
import CSystemd
import ConductorModel
import Dispatch
import Glibc
import Synchronization

/// The log of the process: a bounded queue, and one thread of its own that writes to the sink.
///
/// What is sent becomes an entry on that thread, a few milliseconds later, so that what comes in a burst is written
/// together. Sending never blocks: when the sink does not keep up, entries are dropped, counted, and the loss is logged at its
/// place. The thread lives until ``close(timeout:)``.
public final class JournalLog: Sendable {
    private struct State {
        var buffer: LogBuffer
        var waiters: [Waiter] = []
    }

    /// Someone who waits until the first `target` entries are with the sink.
    private final class Waiter: Sendable {
        let target: Int
        let reached = DispatchSemaphore(value: 0)

        init(target: Int) {
            self.target = target
        }
    }

    /// How long what was sent waits for more, unless somebody waits for it.
    private static let pause = DispatchTimeInterval.milliseconds(5)

    private let sink: any LogSink
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Starts the log's thread.
    /// - Parameters:
    ///   - sink: what the thread writes to; it may block.
    ///   - limits: what may wait.
    ///   - now: the clock that dates entries when they are sent.
    /// - Throws: when the thread cannot be made.
    public init(
        sink: any LogSink,
        limits: LogLimits = LogLimits(),
        now: @escaping @Sendable () -> Timestamp = JournalLog.wallClock
    ) throws(SystemdFault) {
        self.sink = sink
        self.now = now
        self.state = Mutex(State(buffer: LogBuffer(limits: limits)))
        try startThread()
    }

    /// Entries lost since the start, because too many waited or the log was closed.
    public var droppedCount: Int { state.withLock { $0.buffer.dropped } }

    /// What the system's clock says.
    public static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Queues what is to become an entry, or drops it when the queue is full. Never blocks.
    public func send(_ source: any LogEntrySource) {
        let record = LogRecord(source, time: now())
        if state.withLock({ $0.buffer.offer(record) }) { wakeUp.signal() }
    }

    /// Blocks the calling thread until all that was sent before is with the sink, or the time is over.
    /// - Returns: whether it is; false when `timeout` passed first.
    @discardableResult
    public func flush(timeout: Duration) -> Bool {
        let (waiter, mustWake) = state.withLock { state -> (Waiter?, Bool) in
            let target = state.buffer.accepted
            if state.buffer.isSettled(upTo: target) { return (nil, false) }
            let waiter = Waiter(target: target)
            state.waiters.append(waiter)
            return (waiter, state.buffer.hurry())
        }
        guard let waiter else { return true }
        if mustWake { wakeUp.signal() }
        if waiter.reached.wait(timeout: .now() + timeout.dispatchInterval) == .success { return true }
        state.withLock { $0.waiters.removeAll { $0 === waiter } }
        return false
    }

    /// Takes no more entries, writes what waits, ends the thread. Blocks the caller like ``flush(timeout:)``.
    /// - Returns: whether everything is with the sink; false when `timeout` passed first.
    @discardableResult
    public func close(timeout: Duration) -> Bool {
        if state.withLock({ $0.buffer.close() }) { wakeUp.signal() }
        return flush(timeout: timeout)
    }

    // MARK: The thread

    private func startThread() throws(SystemdFault) {
        var thread = pthread_t()
        let log = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, JournalLog.threadMain, log.toOpaque())
        guard code == 0 else {
            log.release()
            throw SystemdFault(call: .createThread, code: code)
        }
        pthread_detach(thread)
    }

    private static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        guard let context else { return nil }
        // A reader of standard error that went away must not end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        Unmanaged<JournalLog>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }

    private func run() {
        while true {
            switch nextStep() {
            case .write(let records): sink.write(records)
            case .reportLoss(let count): sink.write([LogRecord(JournalEntry.loss(of: count), time: now())])
            case .pause: _ = wakeUp.wait(timeout: .now() + Self.pause)
            case .sleep: wakeUp.wait()
            case .end: return
            }
        }
    }

    private func nextStep() -> LogBuffer.Step {
        state.withLock { state in
            let step = state.buffer.next()
            state.waiters.removeAll { waiter in
                guard state.buffer.isSettled(upTo: waiter.target) else { return false }
                waiter.reached.signal()
                return true
            }
            return step
        }
    }
}

extension JournalEntry {
    /// MESSAGE_ID of the entry that stands where others were lost.
    public static let lossMessageID = MessageID(0x8f0d_3a5c_6b1e_4c27_9d52_e07f_41b8_a693)

    static func loss(of count: Int) -> JournalEntry {
        JournalEntry(
            "\(count) log entries were dropped", priority: .warning, messageID: lossMessageID,
            fields: [JournalField("CONDUCTOR_DROPPED_ENTRIES", String(count))])
    }
}

extension Duration {
    /// Clamped to what Dispatch can wait: some centuries.
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .nanoseconds(0) : .never }
        let (sum, sumOverflow) = nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000)
        return sumOverflow ? .never : .nanoseconds(Int(sum))
    }
}
