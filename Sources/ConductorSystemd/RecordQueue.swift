/// First in, first out, in a ring that grows to the most that ever waited.
struct RecordQueue {
    private var slots: [LogRecord?] = []
    private var head = 0
    private(set) var count = 0

    mutating func append(_ record: LogRecord) {
        if count == slots.count { grow() }
        slots[(head + count) % slots.count] = record
        count += 1
    }

    mutating func popFirst() -> LogRecord? {
        guard count > 0 else { return nil }
        defer {
            slots[head] = nil
            head = (head + 1) % slots.count
            count -= 1
        }
        return slots[head]
    }

    private mutating func grow() {
        let inOrder = slots[head...] + slots[..<head]
        slots = inOrder + Array(repeating: nil, count: max(16, slots.count))
        head = 0
    }
}
