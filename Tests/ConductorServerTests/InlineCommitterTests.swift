import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import NIOEmbedded
import Testing

@testable import ConductorServer

@Suite("The committer of a store in memory")
struct InlineCommitterTests {
    @Test("has changes in the store at once, and lets their outputs out at the end of the turn, in order")
    func endOfTurn() throws {
        let harness = try Harness()
        harness.add(events: 2, output: 1)
        harness.add(output: 2)
        #expect(harness.store.load().lastSequence == 2)
        #expect(harness.record.released == [])
        harness.committer.handOver()
        #expect(harness.record.released == [1, 2])
        harness.committer.handOver()
        #expect(harness.record.released == [1, 2])
    }

    @Test("keeps for the next turn what is added while outputs leave")
    func reentrancy() throws {
        let harness = try Harness()
        harness.record.whenReleased = { [harness] output in
            if output == 1 { harness.add(events: 1, output: 3) }
        }
        harness.add(events: 1, output: 1)
        harness.add(output: 2)
        harness.committer.handOver()
        #expect(harness.record.released == [1, 2])
        harness.committer.handOver()
        #expect(harness.record.released == [1, 2, 3])
        harness.record.whenReleased = { _ in }
    }

    @Test("does what was asked for afterwards when all that came before is out")
    func afterwards() throws {
        let harness = try Harness()
        var done: [Int] = []
        harness.committer.afterPending { done.append(0) }
        #expect(done == [0])
        harness.add(events: 1, output: 1)
        harness.committer.afterPending { [harness] in
            #expect(harness.record.released == [1])
            done.append(1)
        }
        harness.committer.afterPending { done.append(2) }
        #expect(done == [0])
        harness.committer.handOver()
        #expect(done == [0, 1, 2])
    }

    @Test("ends the process over changes that do not fit, and lets nothing of them out")
    func conflict() throws {
        let harness = try Harness()
        harness.add(events: 1, output: 1)
        harness.sequence = 0
        harness.add(events: 1, output: 2)
        harness.committer.handOver()
        #expect(harness.record.failures == [.conflict])
        #expect(harness.record.released == [1])
    }

    private final class Record {
        var released: [UInt64] = []
        var failures: [StoreFault.Kind] = []
        var whenReleased: (UInt64) -> Void = { _ in }
    }

    private final class Harness {
        let store = InMemoryStore()
        let record = Record()
        let committer: any Committing
        var sequence: Int64 = 0

        init() throws {
            let record = record, loop = EmbeddedEventLoop()
            let handlers = CommitHandlers(
                gate: OutputGate(pause: LoopPause(loop)) { output in
                    if case .notify(let connection, _) = output {
                        record.released.append(connection.value)
                        record.whenReleased(connection.value)
                    }
                    return 0
                },
                held: { _ in }, failed: { record.failures.append($0.kind) })
            committer = InlineWriter(store: store).committer(on: loop, handlers)
            #expect(committer is InlineCommitter)
        }

        func add(events: Int = 0, output: UInt64) {
            var effects = Effects()
            for _ in 0..<events {
                sequence += 1
                effects.changes.append(.event(.numbered(sequence)))
            }
            effects.outputs = [.notify(ConnectionID(output), .stopping)]
            committer.add(effects)
        }
    }
}
