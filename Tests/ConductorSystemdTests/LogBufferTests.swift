import Testing

@testable import ConductorSystemd

@Suite struct LogBufferTests {
    @Test("Entries are written in the order they came in, then the writer sleeps until the next one wakes it")
    func order() {
        var buffer = LogBuffer(limits: LogLimits())
        #expect(buffer.next() == .sleep)
        #expect(buffer.offer(record("1")) == true)
        for number in 2...50 { #expect(buffer.offer(record("\(number)")) == false) }
        for number in 1...50 { #expect(buffer.next() == .write(record("\(number)"))) }
        #expect(buffer.isSettled(upTo: 49))
        #expect(!buffer.isSettled(upTo: 50))
        #expect(buffer.next() == .sleep)
        #expect(buffer.isSettled(upTo: 50))
        #expect(buffer.offer(record("51")) == true)
    }

    @Test("As many entries as the limit says wait, the one being written included; one more is dropped")
    func entryLimit() {
        var buffer = LogBuffer(limits: LogLimits(entries: 3))
        offer(["1", "2", "3"], to: &buffer)
        #expect(buffer.dropped == 0)
        #expect(buffer.next() == .write(record("1")))
        offer(["4"], to: &buffer)
        #expect(buffer.dropped == 1)
        #expect(buffer.next() == .write(record("2")))
        offer(["5"], to: &buffer)
        #expect(buffer.dropped == 1)
        #expect(buffer.accepted == 4)
    }

    @Test("As many bytes as the limit says wait; one more is dropped")
    func byteLimit() {
        let cost = record("1").entry.cost
        var exact = LogBuffer(limits: LogLimits(bytes: 2 * cost))
        offer(["1", "2"], to: &exact)
        #expect(exact.dropped == 0)
        var short = LogBuffer(limits: LogLimits(bytes: 2 * cost - 1))
        offer(["1", "2"], to: &short)
        #expect(short.dropped == 1)
    }

    @Test("What can be done without takes at most half of the room")
    func expendable() {
        var buffer = LogBuffer(limits: LogLimits(entries: 4))
        var chatter = record("chatter")
        chatter.entry.isExpendable = true
        for _ in 1...3 { _ = buffer.offer(chatter) }
        #expect(buffer.dropped == 1)
        offer(["1", "2"], to: &buffer)
        #expect(buffer.dropped == 1)
        offer(["3"], to: &buffer)
        #expect(buffer.dropped == 2)
    }

    @Test("A loss is reported once, where it happened: after what came before it, before what came after it")
    func lossInPlace() {
        var buffer = LogBuffer(limits: LogLimits(entries: 2))
        offer(["1", "2", "lost", "lost"], to: &buffer)
        #expect(buffer.next() == .write(record("1")))
        #expect(buffer.next() == .write(record("2")))
        offer(["3"], to: &buffer)
        #expect(buffer.next() == .reportLoss(2))
        #expect(buffer.next() == .write(record("3")))
        #expect(buffer.next() == .sleep)
    }

    @Test("Nothing is settled while the loss behind it is unreported, or its report still being written")
    func settledWithLoss() {
        var buffer = LogBuffer(limits: LogLimits(bytes: 10))
        offer(["lost"], to: &buffer)
        #expect(!buffer.isSettled(upTo: 0))
        #expect(buffer.next() == .reportLoss(1))
        #expect(!buffer.isSettled(upTo: 0))
        #expect(buffer.next() == .sleep)
        #expect(buffer.isSettled(upTo: 0))
    }

    @Test("An entry that is too large by itself is reported too, though the writer slept")
    func tooLarge() {
        var buffer = LogBuffer(limits: LogLimits(bytes: 10))
        #expect(buffer.next() == .sleep)
        #expect(buffer.offer(record("1")) == true)
        #expect(buffer.next() == .reportLoss(1))
        #expect(buffer.next() == .sleep)
    }

    @Test("After closing nothing is taken, and the writer ends when the rest is written")
    func closing() {
        var buffer = LogBuffer(limits: LogLimits())
        offer(["1"], to: &buffer)
        #expect(buffer.close() == false)
        offer(["2"], to: &buffer)
        #expect(buffer.dropped == 1)
        #expect(buffer.next() == .write(record("1")))
        #expect(buffer.next() == .end)
        #expect(buffer.isSettled(upTo: 1))
    }

    @Test("Closing wakes a writer that sleeps")
    func closingWakes() {
        var buffer = LogBuffer(limits: LogLimits())
        #expect(buffer.next() == .sleep)
        #expect(buffer.close() == true)
        #expect(buffer.next() == .end)
    }

    private func offer(_ messages: [String], to buffer: inout LogBuffer) {
        for message in messages { _ = buffer.offer(record(message)) }
    }

    private func record(_ message: String) -> LogRecord {
        LogRecord(
            entry: JournalEntry(message, file: "", line: 1, function: ""), time: WallTime(microseconds: 0))
    }
}
