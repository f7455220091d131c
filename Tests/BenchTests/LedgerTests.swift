import CConductorLoad
import Testing

@Suite("Checking results")
struct LedgerTests {
    /// Two tasks, both sent.
    private final class Sent {
        var ledger = load_ledger()
        var payloads: [[CChar]] = []

        init(run: Unicode.Scalar = "T", payload: Int = 300) {
            load_ledger_open(&ledger, 2, payload, CChar(run.value))
            for _ in 0..<2 {
                var bytes = [CChar](repeating: 0, count: payload)
                load_ledger_send(&ledger, &bytes)
                payloads.append(bytes)
            }
        }

        deinit { load_ledger_close(&ledger) }

        func take(_ task: Int, _ payload: [CChar]) -> load_verdict {
            load_ledger_take(&ledger, task, payload, payload.count)
        }
    }

    @Test("what was sent is good, once, in any order")
    func good() {
        let sent = Sent()
        #expect(sent.take(1, sent.payloads[1]) == LOAD_GOOD)
        #expect(sent.take(0, sent.payloads[0]) == LOAD_GOOD)
        #expect(sent.ledger.done == 2)
        #expect(sent.take(0, sent.payloads[0]) == LOAD_NOT_OPEN)
        #expect(sent.ledger.done == 2)
    }

    @Test("a result that comes for another task is found, also where only the payload tells its task")
    func mixedUp() {
        let sent = Sent()
        #expect(sent.take(0, sent.payloads[1]) == LOAD_OTHER_TASK)
        #expect(sent.take(-1, sent.payloads[1]) == LOAD_GOOD)
        #expect(sent.take(-1, sent.payloads[1]) == LOAD_NOT_OPEN)
    }

    @Test("any byte that is another is found", arguments: [0, 1, 15, 16, 17, 150, 299])
    func flipped(at place: Int) {
        let sent = Sent()
        var payload = sent.payloads[0]
        payload[place] ^= 1
        #expect(sent.take(0, payload) != LOAD_GOOD)
        #expect(sent.ledger.done == 0)
    }

    @Test("filler that is all of another byte is found")
    func otherFiller() {
        let sent = Sent()
        let payload = sent.payloads[0].prefix(16) + [CChar](repeating: 0x79, count: 284)
        #expect(sent.take(0, Array(payload)) == LOAD_OTHER_BYTES)
    }

    @Test("a result that is too short or too long is found")
    func lengths() {
        let sent = Sent()
        #expect(sent.take(0, Array(sent.payloads[0].dropLast())) == LOAD_OTHER_LENGTH)
        #expect(sent.take(0, sent.payloads[0] + [0x78]) == LOAD_OTHER_LENGTH)
    }

    @Test("a late result of the warm-up is none of the run that is timed")
    func otherRun() {
        let sent = Sent(), earlier = Sent(run: "W")
        #expect(sent.take(0, earlier.payloads[0]) == LOAD_OTHER_RUN)
    }

    @Test("a result of a task that was not sent is found")
    func notSent() {
        let sent = Sent()
        var payload = [CChar](repeating: 0, count: 300)
        load_ledger_fill(&sent.ledger, 2, &payload)
        #expect(sent.take(2, payload) == LOAD_NOT_OPEN)
    }

    @Test("the smallest payload has no filler")
    func smallest() {
        let sent = Sent(payload: Int(LOAD_SMALLEST_PAYLOAD))
        #expect(sent.take(0, sent.payloads[0]) == LOAD_GOOD)
    }
}
