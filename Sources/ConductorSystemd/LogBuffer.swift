/// The state between those who log and the one thread that writes: what waits, what was lost, what the writer does.
/// A value without a thread, a lock or a clock; ``JournalLog`` gives it those.
struct LogBuffer {
    /// What the writer has in hand.
    private enum Writer {
        case asleep
        /// Woken, and coming for its next step.
        case awake
        case writing(cost: Int)
        case reporting
        case ended
    }

    /// What the writer is to do next.
    enum Step: Equatable {
        case write(LogRecord)
        /// Say that so many entries are missing at this place.
        case reportLoss(Int)
        case sleep
        case end
    }

    /// Entries lost one after the other, and how many that came before them are not written yet.
    private struct Gap {
        var missing: Int
        var ahead: Int
    }

    private let limits: LogLimits
    private var waiting = RecordQueue()
    /// Of all that is not written yet, the entry in the writer's hand included.
    private var held = (entries: 0, bytes: 0)
    private var gap: Gap?
    private var writer = Writer.awake
    private var isClosed = false

    /// Counts since the start; the first `settled` of those accepted are with the sink.
    private(set) var accepted = 0
    private var settled = 0
    private(set) var dropped = 0

    init(limits: LogLimits) {
        self.limits = limits
    }

    /// Whether the first `count` accepted entries are written, and the loss that follows them, if any, reported.
    func isSettled(upTo count: Int) -> Bool {
        if case .reporting = writer { return false }
        return settled >= count && gap?.ahead != 0
    }

    /// Takes the record, or counts it as dropped where it does not fit.
    /// - Returns: whether the writer has to be woken, for the record or to report the loss.
    mutating func offer(_ record: LogRecord) -> Bool {
        let cost = record.entry.cost
        // Half of the room is kept free of what can be done without.
        let share = record.entry.isExpendable ? 2 : 1
        guard !isClosed, held.entries < limits.entries / share, held.bytes + cost <= limits.bytes / share else {
            drop()
            return wakeWriter()
        }
        held.entries += 1
        held.bytes += cost
        accepted += 1
        waiting.append(record)
        return wakeWriter()
    }

    /// From here on everything offered is dropped, and the writer ends when it has written the rest.
    /// - Returns: whether the writer has to be woken for it.
    mutating func close() -> Bool {
        isClosed = true
        return wakeWriter()
    }

    /// Called by the writer, when the step before is done.
    mutating func next() -> Step {
        if case .writing(let cost) = writer {
            held.entries -= 1
            held.bytes -= cost
            settled += 1
            gap?.ahead -= 1
        }
        if let gap, gap.ahead == 0 {
            self.gap = nil
            writer = .reporting
            return .reportLoss(gap.missing)
        }
        if let record = waiting.popFirst() {
            writer = .writing(cost: record.entry.cost)
            return .write(record)
        }
        writer = isClosed ? .ended : .asleep
        return isClosed ? .end : .sleep
    }

    private mutating func drop() {
        dropped += 1
        if isClosed { return }
        gap = Gap(missing: (gap?.missing ?? 0) + 1, ahead: gap?.ahead ?? held.entries)
    }

    private mutating func wakeWriter() -> Bool {
        guard case .asleep = writer else { return false }
        writer = .awake
        return true
    }
}
