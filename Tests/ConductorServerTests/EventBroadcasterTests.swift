import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import NIOEmbedded
import Testing

@testable import ConductorServer

@Suite("Events for many subscribers")
struct EventBroadcasterTests {
    private static let flooder: UInt32 = 2000, quiet: UInt32 = 3000

    @Test("are sent a slice in a turn, and those of a user with few subscriptions among the first")
    func slices() throws {
        let harness = try Broadcast()
        let crowd = try (0..<10).map { _ in try harness.subscribe(100, uid: Self.flooder) }
        let quiet = try harness.subscribe(1, uid: Self.quiet)
        try harness.release(1)
        var sent = [try harness.sent(crowd)], own = try quiet.answers().count
        #expect(own == 1)
        while harness.isPausing {
            harness.turn()
            sent.append(try harness.sent(crowd))
        }
        // A connection is never left in the middle.
        #expect(sent.allSatisfy { $0 <= EventBroadcaster.slice + 100 })
        #expect(sent.count > 2 && sent.reduce(0, +) == 1000)
        try harness.release(2)
        try harness.release(3)
        own = 0
        for _ in 0..<3 {
            own += try quiet.answers().count
            harness.turn()
        }
        #expect(own == 2)
    }

    @Test("that wait for more others than there is room for are read from the store: none is missed, none comes twice")
    func late() throws {
        let harness = try Broadcast()
        let client = try harness.subscribe(10, uid: Self.flooder)
        let count = Int64(EventBroadcaster.room + 50)
        for sequence in 1...count { try harness.release(sequence) }
        for _ in 0..<10_000 where harness.isPausing { harness.turn() }
        let answers = try client.answers()
        let first = answers.filter { $0.contains(#""subscription":"s1","#) }
        #expect(first.count == Int(count))
        for (index, text) in first.enumerated() {
            #expect(text.contains("\"event\":{\"sequence\":\(index + 1),"), "\(text)")
        }
        #expect(answers.count == Int(count) * 10)
    }

    @Test("go to those who were there as they were released, whoever leaves and comes meanwhile")
    func comings() throws {
        let harness = try Broadcast()
        var crowd = try (0..<6).map { _ in try harness.subscribe(100, uid: Self.flooder) }
        try harness.releaseProgress()
        #expect(harness.isPausing)
        crowd.removeLast().close()
        crowd.removeFirst().close()
        let late = try harness.subscribe(1, uid: Self.flooder)
        for _ in 0..<100 where harness.isPausing { harness.turn() }
        #expect(try crowd.map { try $0.answers().count } == [100, 100, 100, 100])
        #expect(try late.answers().count == 0)
        try harness.releaseProgress()
        for _ in 0..<100 where harness.isPausing { harness.turn() }
        #expect(try late.answers().count == 1)
        for client in crowd + [late] { client.close() }
        try harness.releaseProgress()
        #expect(!harness.isPausing)
    }
}

/// The shipped feed of a daemon on an embedded loop, whose pauses end when the test says.
private final class Broadcast {
    private let daemon: LoopHarness
    private var pauses: [() -> Void] = []
    private var sessions: UInt64 = 0
    private var subscriptions = 0

    init() throws {
        daemon = try LoopHarness(readsInPlace: true)
        daemon.core.engine.pause.then = { [unowned self] in pauses.append($0) }
    }

    private var feed: EventBroadcaster { daemon.core.engine.feed }

    var isPausing: Bool { !pauses.isEmpty }

    func turn() {
        let due = pauses
        pauses = []
        for body in due { body() }
        daemon.loop.run()
    }

    func subscribe(_ count: Int, uid: UInt32) throws -> Client {
        let client = try daemon.connect(uid: uid)
        sessions += 1
        daemon.core.connections.accounts.addSubscriptions(count, of: uid)
        let own = try #require(daemon.core.connections[ConnectionID(sessions)]).subscriptions
        for _ in 0..<count {
            subscriptions += 1
            feed.add(EventSubscription(id: "s\(subscriptions)", filter: EventFilter(), snapshot: 0), to: own)
        }
        return client
    }

    func sent(_ clients: [Client]) throws -> Int { try clients.map { try $0.answers().count }.reduce(0, +) }

    func release(_ sequence: Int64) throws {
        let event = EventRecord.numbered(sequence)
        try daemon.store.commit([.event(event)])
        feed.release(event)
    }

    func releaseProgress() throws {
        feed.release(
            LiveEvent(
                timestamp: Timestamp(microseconds: 0), key: TaskKey(taskID: try #require(TaskID("t"))),
                agentID: .coordinator, attempt: 1, content: .progress(percent: 1, message: nil)))
    }
}
