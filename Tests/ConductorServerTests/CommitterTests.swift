import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import NIOCore
import NIOEmbedded
import Testing

@testable import ConductorServer

@Suite("The committer")
struct CommitterTests {
    @Test("lets nothing out before the commit of its changes")
    func commitBeforeTelling() throws {
        let harness = CommitterHarness()
        harness.add(events: 1, output: 1)
        harness.committer.handOver()
        #expect(harness.released == [])
        try harness.writer.complete()
        #expect(harness.released == [1])
    }

    @Test("makes a read wait for the commit whose state it shows")
    func noDirtyRead() throws {
        let harness = CommitterHarness()
        harness.add(events: 1, output: 1)
        harness.add(output: 2)
        harness.committer.handOver()
        harness.add(output: 3)
        #expect(harness.released == [])
        try harness.writer.complete()
        #expect(harness.released == [1, 2, 3])
    }

    @Test("lets out at once what shows only durable state")
    func idle() {
        let harness = CommitterHarness()
        harness.add(output: 1)
        #expect(harness.released == [1])
    }

    @Test("gathers the next batch while one is committed, and keeps the order")
    func pipelining() throws {
        let harness = CommitterHarness()
        harness.add(events: 1, output: 1)
        harness.committer.handOver()
        harness.add(events: 2, output: 2)
        harness.committer.handOver()
        harness.add(events: 1, output: 3)
        harness.committer.handOver()
        #expect(harness.writer.batchSizes == [1])
        try harness.writer.complete()
        #expect(harness.released == [1])
        #expect(harness.writer.batchSizes == [1, 3])
        try harness.writer.complete()
        #expect(harness.released == [1, 2, 3])
    }

    @Test("tells how long a batch took from when the store was given it, tries that failed included")
    func duration() throws {
        let harness = CommitterHarness()
        harness.add(events: 1, output: 1)
        harness.loop.advanceTime(by: .seconds(5))
        harness.committer.handOver()
        harness.loop.advanceTime(by: .milliseconds(2))
        harness.writer.fail(.full)
        harness.loop.advanceTime(by: Committer.retryInterval)
        try harness.writer.complete()
        #expect(harness.durations == [.milliseconds(1002)])
    }

    @Test("holds a batch that finds the disk full, tries again, and heals by itself")
    func full() throws {
        let harness = CommitterHarness()
        harness.add(events: 1, output: 1)
        harness.committer.handOver()
        harness.writer.fail(.full)
        #expect(harness.committer.fault?.kind == .full)
        harness.add(output: 2)
        harness.loop.advanceTime(by: Committer.retryInterval)
        harness.writer.fail(.full)
        #expect(harness.committer.fault?.kind == .full)
        #expect(harness.released == [])
        harness.loop.advanceTime(by: Committer.retryInterval)
        try harness.writer.complete()
        #expect(harness.committer.fault == nil)
        #expect(harness.released == [1, 2])
        #expect(harness.writer.batchSizes == [1, 1, 1])
        #expect(harness.held == ["full", "healed"])
    }

    @Test("tells of a commit that is not answered within a third of a lease, once, and of its end")
    func hanging() throws {
        let harness = CommitterHarness()
        harness.committer.expectAnswers(within: .seconds(30))
        var healed = 0
        harness.committer.onHealed = { healed += 1 }
        harness.add(events: 1, output: 1)
        harness.committer.handOver()
        harness.loop.advanceTime(by: .milliseconds(4_999))
        #expect(harness.committer.fault == nil)
        harness.loop.advanceTime(by: .milliseconds(1))
        #expect(harness.committer.fault?.kind == .busy)
        harness.loop.advanceTime(by: .seconds(3_600))
        #expect(harness.held == ["busy"])
        try harness.writer.complete()
        #expect(harness.committer.fault == nil)
        #expect(harness.held == ["busy", "healed"])
        #expect(healed == 1)
        #expect(harness.released == [1])
    }

    @Test("takes a disk that is slow for none that hangs, however many commits there are")
    func slow() throws {
        let harness = CommitterHarness()
        harness.committer.expectAnswers(within: .seconds(30))
        for number in 1...100 {
            harness.add(events: 1, output: UInt64(number))
            harness.committer.handOver()
            harness.loop.advanceTime(by: .milliseconds(4_900))
            try harness.writer.complete()
        }
        #expect(harness.held == [])
    }

    @Test("tells that a disk which hung is full, and is held by both until it is well")
    func hangingThenFull() throws {
        let harness = CommitterHarness()
        harness.committer.expectAnswers(within: .seconds(30))
        harness.add(events: 1, output: 1)
        harness.committer.handOver()
        harness.loop.advanceTime(by: .seconds(10))
        harness.writer.fail(.full)
        harness.loop.advanceTime(by: Committer.retryInterval)
        try harness.writer.complete()
        #expect(harness.held == ["busy", "full", "healed"])
    }

    @Test(
        "ends the process over any other fault, and acknowledges nothing",
        arguments: [
            StoreFault.Kind.io, .corrupt, .conflict,
        ])
    func fault(kind: StoreFault.Kind) {
        let harness = CommitterHarness()
        harness.add(events: 1, output: 1)
        harness.committer.handOver()
        harness.writer.fail(kind)
        #expect(harness.failures == [kind])
        #expect(harness.released == [])
    }

    @Test("commits in parts what is more than the store takes at once, each with all of an input's changes")
    func parts() throws {
        let harness = CommitterHarness()
        harness.add(events: 1, output: 1)
        harness.committer.handOver()
        for (events, output) in [(2, 2), (3, 3), (1, 4)] { harness.add(events: events, output: UInt64(output)) }
        try harness.writer.complete()
        harness.writer.fail(.tooLarge)
        try harness.writer.complete()
        harness.writer.fail(.full)
        harness.loop.advanceTime(by: Committer.retryInterval)
        try harness.writer.complete()
        #expect(harness.released == [1])
        try harness.writer.complete()
        #expect(harness.writer.batchSizes == [1, 6, 2, 3, 3, 1])
        #expect(harness.released == [1, 2, 3, 4] && harness.failures == [])
    }

    @Test("ends where the changes of one input are more than the store takes")
    func indivisible() {
        let harness = CommitterHarness()
        harness.add(events: 2, output: 1)
        harness.committer.handOver()
        harness.writer.fail(.tooLarge)
        #expect(harness.failures == [.tooLarge] && harness.released == [])
    }

    @Test("shows the newest record of what is pending, and none of what is committed")
    func records() throws {
        let harness = CommitterHarness()
        let key = TaskKey(taskID: try #require(TaskID("t")))
        harness.add(task: key, stage: .planned)
        harness.committer.handOver()
        harness.add(task: key, stage: .retrying(at: Timestamp(microseconds: 9)))
        guard case .retrying = harness.committer.records.task(key)?.stage else {
            Issue.record("an older record is shown")
            return
        }
        try harness.writer.complete()
        #expect(harness.committer.records.task(key) != nil)
        try harness.writer.complete()
        #expect(harness.committer.records.task(key) == nil)
    }

    @Test("does what was asked for afterwards when all that came before is out")
    func afterwards() throws {
        let harness = CommitterHarness()
        var done = 0
        harness.committer.afterPending { done += 1 }
        #expect(done == 1)
        harness.add(events: 1, output: 1)
        harness.committer.afterPending { [harness] in
            #expect(harness.released == [1])
            done += 1
        }
        harness.committer.handOver()
        #expect(done == 1)
        try harness.writer.complete()
        #expect(done == 2)
    }
}

/// A committer whose commits complete when the test says.
private final class CommitterHarness {
    private final class Record {
        var released: [UInt64] = []
        var failures: [StoreFault.Kind] = []
        var held: [String] = []
        var durations: [Duration] = []
    }

    let writer = HandWriter()
    let loop = EmbeddedEventLoop()
    let committer: Committer
    private let record: Record
    private var sequence: Int64 = 0

    var released: [UInt64] { record.released }
    var failures: [StoreFault.Kind] { record.failures }
    var held: [String] { record.held }
    var durations: [Duration] { record.durations }

    init() {
        let record = Record()
        self.record = record
        committer = Committer(
            writer: writer, loop: loop,
            handlers: CommitHandlers(
                gate: OutputGate(pause: LoopPause(loop)) { output in
                    if case .notify(let connection, _) = output { record.released.append(connection.value) }
                    return 0
                },
                held: { record.held.append($0?.kind.rawValue ?? "healed") },
                failed: { record.failures.append($0.kind) }, committed: { record.durations.append($0) }))
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

    func add(task key: TaskKey, stage: TaskRecord.Stage) {
        var effects = Effects()
        effects.changes = [
            .taskUpdated(
                TaskRecord(
                    key: key, definition: TaskDefinition(name: "t", assignedTo: nil), ownerUID: 0,
                    createdAt: Timestamp(microseconds: 0), stage: stage, queueTimeout: .zero))
        ]
        committer.add(effects)
    }
}
