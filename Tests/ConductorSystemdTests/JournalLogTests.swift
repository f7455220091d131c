import ConductorModel
import ConductorSystemd
import Synchronization
import Testing

@Suite struct JournalLogTests {
    @Test("What is sent reaches the sink in order, dated by the log's clock")
    func delivery() throws {
        let sink = RecordingSink()
        let log = try JournalLog(sink: sink, now: { Timestamp(microseconds: 7) })
        for number in 1...500 { log.send(JournalEntry("\(number)")) }
        #expect(log.flush(timeout: .seconds(60)))
        #expect(sink.messages == (1...500).map(String.init))
        #expect(sink.records.allSatisfy { $0.time == Timestamp(microseconds: 7) })
        #expect(log.close(timeout: .seconds(60)))
        #expect(log.droppedCount == 0)
    }

    @Test("What is sent becomes an entry when it is written, not before")
    func deferred() throws {
        let sink = RecordingSink(stalled: true)
        let log = try JournalLog(sink: sink)
        log.send(JournalEntry("1"))
        sink.waitUntilStalled()
        let deferred = Deferred()
        log.send(deferred)
        #expect(!deferred.isMade.withLock { $0 })
        sink.resume()
        #expect(log.close(timeout: .seconds(60)))
        #expect(sink.messages == ["1", "deferred"])
    }

    private final class Deferred: LogEntrySource {
        let cost = 1
        let isMade = Mutex(false)

        func entry() -> JournalEntry {
            isMade.withLock { $0 = true }
            return JournalEntry("deferred")
        }
    }

    @Test("A sink that stalls stops no one: what does not fit is dropped, counted, and reported when it goes on")
    func stall() throws {
        let sink = RecordingSink(stalled: true)
        let log = try JournalLog(sink: sink, limits: LogLimits(entries: 3))
        log.send(JournalEntry("1"))
        sink.waitUntilStalled()
        for number in 2...10 { log.send(JournalEntry("\(number)")) }
        #expect(log.droppedCount == 7)
        #expect(!log.flush(timeout: .milliseconds(1)))
        sink.resume()
        #expect(log.close(timeout: .seconds(60)))
        #expect(sink.messages == ["1", "2", "3", "7 log entries were dropped"])
        #expect(sink.records.last?.entry.messageID == JournalEntry.lossMessageID)
        #expect(sink.records.last?.entry.priority == .warning)
    }

    @Test("Closing while the sink stalls gives up after the time given, and says so")
    func closeStalled() throws {
        let sink = RecordingSink(stalled: true)
        let log = try JournalLog(sink: sink)
        log.send(JournalEntry("1"))
        #expect(!log.close(timeout: .milliseconds(1)))
        sink.resume()
        #expect(log.flush(timeout: .seconds(60)))
        #expect(sink.messages == ["1"])
    }

    @Test("After closing, entries are dropped and counted, and closing again is harmless")
    func closed() throws {
        let sink = RecordingSink()
        let log = try JournalLog(sink: sink)
        #expect(log.close(timeout: .seconds(60)))
        log.send(JournalEntry("late"))
        #expect(log.close(timeout: .seconds(60)))
        #expect(log.droppedCount == 1)
        #expect(sink.messages.isEmpty)
    }

    @Test("Many senders at once lose nothing within the limits")
    func concurrency() async throws {
        let sink = RecordingSink()
        let log = try JournalLog(sink: sink)
        await withTaskGroup { group in
            for sender in 0..<8 {
                group.addTask { for number in 0..<200 { log.send(JournalEntry("\(sender)/\(number)")) } }
            }
        }
        #expect(log.close(timeout: .seconds(60)))
        #expect(Set(sink.messages).count == 1_600)
        for sender in 0..<8 {
            let own = sink.messages.filter { $0.hasPrefix("\(sender)/") }
            #expect(own == (0..<200).map { "\(sender)/\($0)" })
        }
    }

    @Test("The thread is gone after closing, and the log with it")
    func release() throws {
        let ended = RecordingSink.Ended()
        do {
            let log = try JournalLog(sink: RecordingSink(ended: ended))
            log.send(JournalEntry("1"))
            #expect(log.close(timeout: .seconds(60)))
        }
        #expect(ended.wait())
    }
}
