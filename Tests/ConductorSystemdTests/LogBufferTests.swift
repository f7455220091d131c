import ConductorModel
import Testing

@testable import ConductorSystemd

@Suite struct LogBufferTests {
    @Test("What comes while the writer pauses is written together, in its order; then the writer sleeps until woken")
    func order() {
        var buffer = LogBuffer(limits: LogLimits())
        #expect(buffer.step == .sleep)
        #expect(buffer.offer(record("1")) == true)
        #expect(buffer.step == .pause)
        for number in 2...50 { #expect(buffer.offer(record("\(number)")) == false) }
        #expect(buffer.step == .write((1...50).map(String.init)))
        #expect(!buffer.isSettled(upTo: 1))
        #expect(buffer.step == .sleep)
        #expect(buffer.isSettled(upTo: 50))
        #expect(buffer.offer(record("51")) == true)
    }

    @Test("As much as is written at once waits for no more, and wakes a writer that pauses")
    func fullBatch() {
        var buffer = LogBuffer(limits: LogLimits())
        offer((1..<LogBuffer.batch).map(String.init), to: &buffer)
        #expect(buffer.step == .pause)
        #expect(buffer.offer(record("last")) == true)
        #expect(buffer.offer(record("next")) == false)
        #expect(buffer.step == .write((1..<LogBuffer.batch).map(String.init) + ["last"]))
        #expect(buffer.step == .pause)
        #expect(buffer.step == .write(["next"]))
    }

    @Test("Whoever waits for the rest ends the pause")
    func hurried() {
        var buffer = LogBuffer(limits: LogLimits())
        offer(["1"], to: &buffer)
        #expect(buffer.step == .pause)
        #expect(buffer.hurry() == true)
        #expect(buffer.hurry() == false)
        #expect(buffer.step == .write(["1"]))
        #expect(buffer.step == .sleep)
        offer(["2"], to: &buffer)
        #expect(buffer.step == .pause)
    }

    @Test("As many entries as the limit says wait, those being written included; one more is dropped")
    func entryLimit() {
        var buffer = LogBuffer(limits: LogLimits(entries: 3))
        offer(["1", "2"], to: &buffer)
        #expect(buffer.written == ["1", "2"])
        offer(["3"], to: &buffer)
        #expect(buffer.dropped == 0)
        offer(["4"], to: &buffer)
        #expect(buffer.dropped == 1)
        #expect(buffer.written == ["3"])
        #expect(buffer.step == .reportLoss(1))
        offer(["5", "6", "7"], to: &buffer)
        #expect(buffer.dropped == 1)
        #expect(buffer.accepted == 6)
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
        for _ in 1...3 { _ = buffer.offer(LogRecord(Chatter(), time: Timestamp(microseconds: 0))) }
        #expect(buffer.dropped == 1)
        offer(["1", "2"], to: &buffer)
        #expect(buffer.dropped == 1)
        offer(["3"], to: &buffer)
        #expect(buffer.dropped == 2)
    }

    @Test("A loss is reported once, where it happened: after what came before it, before what came after it")
    func lossInPlace() {
        var buffer = LogBuffer(limits: LogLimits(entries: 2))
        offer(["1"], to: &buffer)
        #expect(buffer.written == ["1"])
        offer(["2", "lost", "lost"], to: &buffer)
        #expect(buffer.step == .write(["2"]))
        offer(["3"], to: &buffer)
        #expect(buffer.step == .reportLoss(2))
        #expect(buffer.written == ["3"])
        #expect(buffer.step == .sleep)
    }

    @Test("Nothing is settled while the loss behind it is unreported, or its report still being written")
    func settledWithLoss() {
        var buffer = LogBuffer(limits: LogLimits(bytes: 10))
        offer(["lost"], to: &buffer)
        #expect(!buffer.isSettled(upTo: 0))
        #expect(buffer.step == .reportLoss(1))
        #expect(!buffer.isSettled(upTo: 0))
        #expect(buffer.step == .sleep)
        #expect(buffer.isSettled(upTo: 0))
    }

    @Test("An entry that is too large by itself is reported too, though the writer slept")
    func tooLarge() {
        var buffer = LogBuffer(limits: LogLimits(bytes: 10))
        #expect(buffer.step == .sleep)
        #expect(buffer.offer(record("1")) == true)
        #expect(buffer.step == .reportLoss(1))
        #expect(buffer.step == .sleep)
    }

    @Test("After closing nothing is taken, and the writer ends when the rest is written, without a pause")
    func closing() {
        var buffer = LogBuffer(limits: LogLimits())
        offer(["1"], to: &buffer)
        #expect(buffer.close() == false)
        offer(["2"], to: &buffer)
        #expect(buffer.dropped == 1)
        #expect(buffer.step == .write(["1"]))
        #expect(buffer.step == .end)
        #expect(buffer.isSettled(upTo: 1))
    }

    @Test("Closing wakes a writer that sleeps")
    func closingWakes() {
        var buffer = LogBuffer(limits: LogLimits())
        #expect(buffer.step == .sleep)
        #expect(buffer.close() == true)
        #expect(buffer.step == .end)
    }

    private func offer(_ messages: [String], to buffer: inout LogBuffer) {
        for message in messages { _ = buffer.offer(record(message)) }
    }

    private func record(_ message: String) -> LogRecord {
        LogRecord(
            JournalEntry(message, file: "", line: 1, function: ""), time: Timestamp(microseconds: 0))
    }
}

private struct Chatter: LogEntrySource {
    let cost = 1
    let isExpendable = true

    func entry() -> JournalEntry { JournalEntry("chatter") }
}

/// A step of the writer, its records by their messages.
private enum Seen: Equatable {
    case write([String])
    case reportLoss(Int)
    case pause, sleep, end
}

extension LogBuffer {
    fileprivate var step: Seen {
        mutating get {
            switch next() {
            case .write(let records): .write(records.map(\.entry.message))
            case .reportLoss(let count): .reportLoss(count)
            case .pause: .pause
            case .sleep: .sleep
            case .end: .end
            }
        }
    }

    /// What the writer is given to write, after a pause if need be.
    fileprivate var written: [String] {
        mutating get {
            var step = step
            if step == .pause { step = self.step }
            guard case .write(let messages) = step else { return [] }
            return messages
        }
    }
}
