/// The state between those who log and the one thread that writes: what waits, what was lost, what the writer does.
/// A value without a thread, a lock or a clock; ``JournalLog`` gives it those.
struct LogBuffer {
    /// What the writer has in hand.
    private enum Writer {
        case asleep
        /// It gives others a moment to add to what waits.
        case pausing
        /// Woken, and coming for its next step.
        case awake
        case writing(entries: Int, bytes: Int)
        case reporting
        case ended
    }

    /// What the writer is to do next.
    enum Step {
        case write([LogRecord])
        /// Say that so many entries are missing at this place.
        case reportLoss(Int)
        /// Come again in a moment, or when woken.
        case pause
        case sleep
        case end
    }

    /// Entries lost one after the other, and how many that came before them are not written yet.
    private struct Gap {
        var missing: Int
        var ahead: Int
    }

    /// What is written at once; as much does not wait for more.
    static let batch = 256

    private let limits: LogLimits
    private var waiting: [LogRecord] = []
    /// Of all that is not written yet, what is in the writer's hand included.
    private var held = (entries: 0, bytes: 0)
    private var gap: Gap?
    private var writer = Writer.awake
    private var isClosed = false
    /// Somebody waits for what is not written yet.
    private var isHurried = false

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
        let cost = record.cost
        // Half of the room is kept free of what can be done without.
        let share = record.isExpendable ? 2 : 1
        if !isClosed, held.entries < limits.entries / share, held.bytes + cost <= limits.bytes / share {
            held.entries += 1
            held.bytes += cost
            accepted += 1
            waiting.append(record)
        } else {
            drop()
        }
        return wakeWriter()
    }

    /// Has all that waits written without a pause.
    /// - Returns: whether the writer has to be woken for it.
    mutating func hurry() -> Bool {
        isHurried = true
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
        var hasPaused = false
        switch writer {
        case .writing(let entries, let bytes):
            held.entries -= entries
            held.bytes -= bytes
            settled += entries
            gap?.ahead -= entries
        case .pausing: hasPaused = true
        case .asleep, .awake, .reporting, .ended: break
        }
        if let gap, gap.ahead == 0 {
            self.gap = nil
            writer = .reporting
            return .reportLoss(gap.missing)
        }
        guard !waiting.isEmpty else {
            isHurried = false
            writer = isClosed ? .ended : .asleep
            return isClosed ? .end : .sleep
        }
        guard hasPaused || isPressed else {
            writer = .pausing
            return .pause
        }
        return takeBatch()
    }

    /// What waits is to be written without a pause.
    private var isPressed: Bool { isHurried || isClosed || gap != nil || waiting.count >= Self.batch }

    private mutating func takeBatch() -> Step {
        // A loss is reported where it happened: what came behind it waits until it is.
        let count = min(waiting.count, gap?.ahead ?? .max, Self.batch)
        let batch: [LogRecord]
        if count == waiting.count {
            batch = waiting
            waiting = []
        } else {
            batch = Array(waiting[..<count])
            waiting.removeFirst(count)
        }
        writer = .writing(entries: count, bytes: batch.reduce(0) { $0 + $1.cost })
        return .write(batch)
    }

    private mutating func drop() {
        dropped += 1
        if isClosed { return }
        gap = Gap(missing: (gap?.missing ?? 0) + 1, ahead: gap?.ahead ?? held.entries)
    }

    private mutating func wakeWriter() -> Bool {
        switch writer {
        case .asleep: break
        case .pausing: guard isPressed else { return false }
        case .awake, .writing, .reporting, .ended: return false
        }
        writer = .awake
        return true
    }
}
