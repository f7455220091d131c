import ConductorDelivery
import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import Testing

@testable import ConductorServer

@Suite("A subscription")
struct SubscriptionTests {
    @Test("without after_sequence begins behind its snapshot, live")
    func fromSnapshot() {
        let subscriber = Subscriber(EventFilter(), snapshot: 5)
        #expect(subscriber.state == .live)
        #expect(!subscriber.isSent(5))
        #expect(subscriber.isSent(6))
    }

    @Test("is sent what fits its filter, and only that")
    func filtered() {
        let subscriber = Subscriber(EventFilter(kinds: ["task.failed"]), snapshot: 0)
        #expect(!subscriber.isSent(1))
        #expect(subscriber.isSent(2, .taskFailed))
    }

    @Test("with after_sequence reads the store to what is released, then is live, without gap or repeat")
    func replay() {
        let subscriber = Subscriber(EventFilter(afterSequence: 2), snapshot: 5)
        #expect(subscriber.readsAfter() == 2)
        #expect(subscriber.readsAfter() == nil, "one page at a time")
        #expect(!subscriber.isSent(6), "it comes with a later page")
        #expect(subscriber.takes([3, 4], released: 6) == [3, 4])
        #expect(subscriber.state == .behind)
        #expect(subscriber.readsAfter() == 4)
        #expect(subscriber.takes([5, 6, 7], released: 6) == [5, 6, 7], "the store is ahead of what is released")
        #expect(subscriber.state == .live)
        #expect(!subscriber.isSent(7))
        #expect(subscriber.isSent(8))
    }

    @Test("falls behind while its reader is slow, and reads what it missed when there is room")
    func slowReader() {
        let subscriber = Subscriber(EventFilter(), snapshot: 0)
        #expect(subscriber.isSent(1))
        #expect(!subscriber.isSent(2, isWritable: false))
        #expect(!subscriber.isSent(3))
        #expect(subscriber.readsAfter(isWritable: false) == nil)
        #expect(subscriber.readsAfter() == 1)
        #expect(subscriber.takes([2, 3], released: 3) == [2, 3])
        #expect(subscriber.state == .live)
    }

    @Test("goes on behind events that the store no longer keeps")
    func pruned() {
        let subscriber = Subscriber(EventFilter(afterSequence: 0), snapshot: 9)
        #expect(subscriber.readsAfter() == 0)
        #expect(subscriber.takes([], through: 9, released: 9) == [])
        #expect(subscriber.state == .live)
        #expect(subscriber.isSent(10))
    }

    @Test("misses nothing that was released while a page was read that found nothing")
    func emptyPage() {
        let subscriber = Subscriber(EventFilter(afterSequence: 0), snapshot: 9)
        #expect(subscriber.readsAfter() == 0)
        #expect(!subscriber.isSent(10))
        #expect(subscriber.takes([], through: 9, released: 10) == [])
        #expect(subscriber.readsAfter() == 9)
        #expect(subscriber.takes([10], released: 10) == [10])
        #expect(subscriber.state == .live)
    }

    @Test("shows progress only to a reader that is there and keeps up")
    func live() throws {
        let progress = LiveEvent(
            timestamp: Timestamp(microseconds: 0), key: TaskKey(taskID: try #require(TaskID("t"))),
            agentID: .coordinator, attempt: 1, content: .progress(percent: 1, message: nil))
        let subscriber = Subscriber(EventFilter(afterSequence: 0), snapshot: 1)
        #expect(!subscriber.shows(progress, hasRoom: true))
        #expect(subscriber.readsAfter() == 0)
        #expect(subscriber.takes([1], released: 1) == [1])
        #expect(subscriber.shows(progress, hasRoom: true))
        #expect(!subscriber.shows(progress, hasRoom: false))
    }

    @Test("counts the live events that it left out, for the next event that is sent")
    func leavingOut() throws {
        let line = LiveEvent(
            timestamp: Timestamp(microseconds: 0), key: TaskKey(taskID: try #require(TaskID("t"))),
            agentID: .coordinator, attempt: 1, content: .log(stream: "stderr", line: "x"))
        let subscriber = Subscriber(EventFilter(), snapshot: 0)
        for _ in 1...3 { #expect(!subscriber.shows(line, hasRoom: false)) }
        #expect(subscriber.shows(line, hasRoom: true))
        #expect(subscriber.leftOut() == 3 && subscriber.leftOut() == 0)
        let other = Subscriber(EventFilter(taskID: TaskID("u")), snapshot: 0)
        #expect(!other.shows(line, hasRoom: false))
        #expect(other.leftOut() == 0)
    }
}

@Suite("The subscriptions of a connection")
struct ConnectionSubscriptionsTests {
    @Test("read the store one after the other, a page each, so that a thousand of them take one reader's turn")
    func turns() throws {
        let harness = try LoopHarness()
        let client = try harness.connect()
        let subscriptions = try #require(harness.core.connections[ConnectionID(1)]).subscriptions
        for id in ["a", "b"] {
            subscriptions.add(EventSubscription(id: id, filter: EventFilter(afterSequence: 0), snapshot: 2))
        }
        var turns: [String] = []
        for _ in 0..<4 {
            let (subscription, after) = try #require(subscriptions.startReading())
            #expect(subscriptions.startReading() == nil, "one at a time")
            turns.append("\(subscription.id)\(after)")
            subscriptions.endReading(
                subscription.id, EventPage(events: [.numbered(after + 1)], through: after + 1), released: 2)
        }
        #expect(turns == ["a0", "b0", "a1", "b1"])
        #expect(subscriptions.startReading() == nil, "they have reached what is released")
        let sent = try client.answers()
        #expect(sent.count == 4 && sent[0].contains(#""subscription":"a","event":{"sequence":1,"#))
    }

    @Test("are sent an event that is encoded once for all of them, and not at all for nobody")
    func encodedOnce() {
        let event = CountedEncoding()
        var encoded = EncodedOnce(event)
        #expect(event.count == 0)
        #expect((1...3).map { _ in encoded.text.string } == ["{}", "{}", "{}"])
        #expect(event.count == 1)
    }

    private final class CountedEncoding: JSONWritable {
        private(set) var count = 0

        func write(to writer: inout JSONWriter) {
            count += 1
            writer.object { _ in }
        }
    }
}

/// Feeds a subscription with bare sequences.
private final class Subscriber {
    private(set) var subscription: EventSubscription

    init(_ filter: EventFilter, snapshot: Int64) {
        subscription = EventSubscription(id: "s", filter: filter, snapshot: snapshot)
    }

    func shows(_ event: LiveEvent, hasRoom: Bool) -> Bool { subscription.shows(event, hasRoom: hasRoom) }
    func leftOut() -> Int { subscription.takeLeftOut() }

    var state: EventSubscription.State { subscription.state }

    func isSent(_ sequence: Int64, _ kind: EventKind = .taskQueued, isWritable: Bool = true) -> Bool {
        subscription.release(.numbered(sequence, kind), isWritable: isWritable)
    }

    func readsAfter(isWritable: Bool = true) -> Int64? {
        subscription.startReading(isWritable: isWritable)
    }

    /// - Parameter last: how far was looked; nil for the last of the page.
    func takes(_ page: [Int64], through last: Int64? = nil, released: Int64) -> [Int64] {
        let events = page.map { EventRecord.numbered($0) }
        return subscription.endReading(events, through: last ?? page.last ?? 0, released: released).map(\.sequence)
    }
}

extension EventRecord {
    static func numbered(_ sequence: Int64, _ kind: EventKind = .taskQueued) -> EventRecord {
        EventRecord(sequence: sequence, timestamp: Timestamp(microseconds: 0), kind: kind)
    }
}
