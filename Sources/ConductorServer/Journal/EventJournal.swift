import ConductorEngine
import ConductorModel
import ConductorStore
import ConductorSystemd
import Synchronization

/// Writes what happens to the process's log, down to a priority.
public struct EventJournal: Sendable {
    private final class Threshold: Sendable {
        let priority: Atomic<UInt8>

        init(_ priority: JournalPriority) {
            self.priority = Atomic(priority.rawValue)
        }
    }

    private let log: JournalLog
    /// Shared by all copies: the daemon's loop and its other threads write to one log.
    private let threshold: Threshold

    public init(log: JournalLog, threshold: JournalPriority = .info) {
        self.log = log
        self.threshold = Threshold(threshold)
    }

    /// The least urgent entries that are written from now on.
    func setThreshold(_ priority: JournalPriority) {
        threshold.priority.store(priority.rawValue, ordering: .relaxed)
    }

    func record(_ event: EventRecord) {
        guard isWritten(event.kind.priority) else { return }
        log.send(JournaledEvent(event: event))
    }

    /// A line that an agent wrote.
    func record(_ event: LiveEvent, stream: String, line: String) {
        log.send(JournaledLine(event: event, stream: stream, line: line))
    }

    func record(_ escalation: Escalation) {
        record(JournalEntry(escalation))
    }

    func record(_ fault: StoreFault, _ sentence: String) {
        record(
            JournalEntry(
                "\(sentence) \(fault)", priority: .critical, messageID: .storeFault,
                fields: [JournalField("CONDUCTOR_ERROR_CODE", fault.kind.rawValue)]))
    }

    public func record(_ entry: JournalEntry) {
        if isWritten(entry.priority) { log.send(entry) }
    }

    /// Blocks until what was recorded is written, or the time is over.
    func flush(timeout: Duration) {
        log.flush(timeout: timeout)
    }

    func isWritten(_ priority: JournalPriority) -> Bool {
        priority.rawValue <= threshold.priority.load(ordering: .relaxed)
    }
}
