import ConductorSystemd
import Dispatch
import Synchronization

/// Keeps what it is given; a stalled one blocks in its first write until it is resumed.
final class RecordingSink: LogSink {
    /// Tells when the sink was given free.
    final class Ended: Sendable {
        fileprivate let semaphore = DispatchSemaphore(value: 0)

        /// False when it was not within a minute.
        func wait() -> Bool { semaphore.wait(timeout: .now() + 60) == .success }
    }

    private let kept = Mutex<[LogRecord]>([])
    private let stalled: Bool
    private let entered = DispatchSemaphore(value: 0)
    private let resumed = DispatchSemaphore(value: 0)
    private let ended: Ended?

    init(stalled: Bool = false, ended: Ended? = nil) {
        self.stalled = stalled
        self.ended = ended
    }

    deinit { ended?.semaphore.signal() }

    var records: [LogRecord] { kept.withLock { $0 } }
    var messages: [String] { records.map(\.entry.message) }

    func waitUntilStalled() { entered.wait() }
    func resume() { resumed.signal() }

    func write(_ records: [LogRecord]) {
        if stalled, self.records.isEmpty {
            entered.signal()
            resumed.wait()
        }
        kept.withLock { $0 += records }
    }
}
