import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("The bus")
struct BusTests {
    private func message(_ name: String? = nil, answering correlation: String? = nil) -> BusMessage {
        var message = BusMessage(.control, from: "somebody")
        message.messageID = name
        message.correlationID = correlation
        return message
    }

    private func publish(_ message: BusMessage, on channel: String = "news", _ scene: inout Scene) throws -> Int {
        guard case .success(.delivered(let count)) = scene.ask(.busPublish(channel: channel, message), on: 1) else {
            throw Missing("a count")
        }
        return count
    }

    private func request(
        _ message: BusMessage, on channel: String = "questions", from connection: UInt64 = 5, _ scene: inout Scene
    ) -> Caller {
        scene.send(.busRequest(BusRequest(channel: channel, message: message)), on: connection)
    }

    private func response(_ caller: Caller, _ scene: Scene) throws -> String? {
        guard case .success(.busMessage(let message)) = scene.answer(to: caller) else { throw Missing("a response") }
        return message.messageID
    }

    @Test("brings a message to each that listens on its channel, and counts them")
    func publishing() throws {
        var scene = Scene()
        #expect(try publish(message("m0"), &scene) == 0)
        for connection in [2, 3, 1] { scene.ask(.busSubscribe(channel: "news"), on: UInt64(connection)) }
        scene.ask(.busSubscribe(channel: "other"), on: 4)
        #expect(try publish(message("m1"), &scene) == 3)
        #expect(try publish(message("m2"), &scene) == 3)
        for connection in [1, 2, 3] {
            #expect(scene.heard(UInt64(connection)).map(\.message.messageID) == ["m1", "m2"])
        }
        #expect(scene.heard(4).isEmpty)
    }

    @Test("refuses what would be too much for all listeners together", arguments: [64, 65])
    func fanOut(listeners: Int) throws {
        var scene = Scene()
        for connection in 1...listeners { scene.ask(.busSubscribe(channel: "news"), on: UInt64(connection)) }
        var long = message("long")
        long.payload = text(#"{"text":""# + String(repeating: "x", count: Limits.valueBytes - 14) + #""}"#)
        let answer = scene.ask(.busPublish(channel: "news", long), on: 1)
        guard listeners > 64 else {
            #expect(throws: Never.self) { try answer?.get() }
            return
        }
        guard case .failure(let refusal) = answer else { throw Missing("a refusal") }
        #expect(refusal.code == .quotaExceeded && refusal.message.contains("max_fan_out_bytes"))
        #expect(try publish(message("short"), &scene) == listeners)
    }

    @Test("gives a message an id and a time where it has none, and leaves the rest as it was sent")
    func completed() throws {
        var scene = Scene()
        scene.ask(.busSubscribe(channel: "news"), on: 2)
        var sent = message()
        sent.payload = text(#"{"n": 1.50}"#)
        _ = try publish(sent, &scene)
        let heard = try #require(scene.heard(2).first?.message)
        #expect(heard.messageID?.isEmpty == false && heard.timestamp == scene.now.wall)
        #expect(heard.payload.string == #"{"n": 1.50}"#)
    }

    @Test("keeps nothing: no change, no event")
    func notDurable() {
        var scene = Scene()
        scene.ask(.busSubscribe(channel: "news"), on: 2)
        let caller = Caller(connection: ConnectionID(1), request: .integer(0), peer: Scene.alice)
        let effects = scene.feed(.request(.busPublish(channel: "news", message()), caller, .nothing))
        #expect(effects.changes.isEmpty && scene.events.isEmpty)
    }

    @Test("drops a message that is older than its ttl_seconds", arguments: [(4, 1), (5, 0), (6, 0)])
    func expiry(age: Int, delivered: Int) throws {
        var scene = Scene()
        scene.ask(.busSubscribe(channel: "news"), on: 2)
        let caller = request(message("q"), &scene)
        var sent = message("m", answering: "q")
        sent.timestamp = scene.now.wall + .seconds(-age)
        sent.timeToLive = .seconds(5)
        #expect(try publish(sent, &scene) == 2 * delivered)
        #expect(scene.heard(2).count == delivered)
        #expect((scene.answer(to: caller) != nil) == (delivered == 1))
    }

    @Test("brings nothing more to who has unsubscribed or gone")
    func gone() throws {
        var scene = Scene()
        for connection in [2, 3] { scene.ask(.busSubscribe(channel: "news"), on: UInt64(connection)) }
        scene.ask(.busUnsubscribe(channel: "news"), on: 2)
        #expect(try publish(message("m1"), &scene) == 1)
        scene.feed(.disconnected(ConnectionID(3)))
        #expect(try publish(message("m2"), &scene) == 0)
        guard case .success(.empty) = scene.ask(.busUnsubscribe(channel: "never"), on: 2) else {
            throw Missing("an answer")
        }
    }

    @Test("answers a request with the first message of its correlation id, whatever the channel, and only with that")
    func response() throws {
        var scene = Scene()
        scene.ask(.busSubscribe(channel: "questions"), on: 2)
        let caller = request(message("q", answering: "c"), &scene)
        #expect(scene.heard(2).map(\.message.correlationID) == ["c"])
        #expect(try publish(message("other", answering: "d"), &scene) == 0)
        #expect(scene.answer(to: caller) == nil)
        #expect(try publish(message("first", answering: "c"), on: "anywhere", &scene) == 1)
        #expect(try publish(message("second", answering: "c"), on: "anywhere", &scene) == 0)
        #expect(try response(caller, scene) == "first")
    }

    @Test("correlates a request by its message_id where it brings no correlation id")
    func ownCorrelation() throws {
        var scene = Scene()
        scene.ask(.busSubscribe(channel: "questions"), on: 2)
        let named = request(message("q"), &scene)
        let unnamed = request(message(), &scene)
        let correlations = scene.heard(2).compactMap(\.message.correlationID)
        #expect(correlations.count == 2 && correlations.first == "q")
        _ = try publish(message("r1", answering: "q"), &scene)
        _ = try publish(message("r2", answering: correlations.last), &scene)
        #expect(try response(named, scene) == "r1")
        #expect(try response(unnamed, scene) == "r2")
    }

    @Test("takes neither a request's own message nor another request for its answer")
    func noAnswer() throws {
        var scene = Scene()
        let first = request(message("q", answering: "c"), on: "questions", &scene)
        #expect(try publish(message("q", answering: "c"), &scene) == 0)
        let second = request(message("p", answering: "c"), on: "questions", &scene)
        #expect(scene.answer(to: first) == nil)
        #expect(try publish(message("r", answering: "c"), &scene) == 2)
        #expect(try response(first, scene) == "r")
        #expect(try response(second, scene) == "r")
    }

    @Test("gives a request up with TIMEOUT when its time is over")
    func timeout() throws {
        var scene = Scene()
        var question = BusRequest(channel: "questions", message: message("q"))
        question.timeout = .seconds(3)
        let caller = scene.send(.busRequest(question), on: 5)
        scene.wait(.milliseconds(2999))
        #expect(scene.answer(to: caller) == nil)
        scene.wait(.milliseconds(1))
        #expect(try scene.refusal(caller).code == .timeout)
        #expect(try publish(message("late", answering: "q"), &scene) == 0)
    }

    @Test("forgets the requests of who has gone")
    func abandoned() throws {
        var scene = Scene()
        _ = request(message("q", answering: "c"), from: 5, &scene)
        let other = request(message("p", answering: "c"), from: 6, &scene)
        scene.feed(.disconnected(ConnectionID(5)))
        #expect(try publish(message("r", answering: "c"), &scene) == 1)
        #expect(try response(other, scene) == "r")
        #expect(scene.engine.nextDeadline == nil)
    }

    @Test("lets a connection listen on as many channels as the limit says, and tells which limit")
    func limit() throws {
        var scene = Scene { $0.limits.maxSubscriptionsPerConnection = 2 }
        for channel in ["a", "b", "b"] {
            guard case .success(.empty) = scene.ask(.busSubscribe(channel: channel), on: 2) else {
                throw Missing("an answer")
            }
        }
        let refusal = scene.ask(.busSubscribe(channel: "c"), on: 2)?.refusal
        #expect(refusal?.code == .quotaExceeded)
        #expect(refusal?.details["quota"] == .text("max_subscriptions_per_connection"))
        #expect(scene.ask(.busSubscribe(channel: "c"), on: 3)?.refusal == nil)
        scene.ask(.busUnsubscribe(channel: "a"), on: 2)
        #expect(scene.ask(.busSubscribe(channel: "c"), on: 2)?.refusal == nil)
    }

    @Test("tells who sent a message, as the daemon knows it")
    func sender() throws {
        var scene = Scene()
        scene.ask(.busSubscribe(channel: "news"), on: 2)
        scene.ask(.busPublish(channel: "news", message()), on: 1, as: Scene.bob)
        #expect(scene.heard(2).map(\.message.sender) == [BusMessage.Sender(uid: 1001, role: "operator")])
    }

    @Test("has nobody speak for the daemon, for another user's agent, or on the daemon's channels")
    func impersonation() throws {
        var scene = Scene()
        scene.register("coder", .coding, as: Scene.alice)
        func refusal(_ name: String, on channel: String = "news", as peer: Peer = Scene.bob) -> Refusal.Code? {
            let message = BusMessage(.control, from: name)
            let published = scene.ask(.busPublish(channel: channel, message), as: peer)?.refusal?.code
            let asked = scene.ask(.busRequest(BusRequest(channel: channel, message: message)), as: peer)?.refusal?.code
            #expect(published == asked)
            return published
        }
        #expect(refusal("coder") == .permissionDenied)
        #expect(refusal("coder", as: Scene.alice) == nil)
        #expect(refusal("conductord", as: Scene.root) == .permissionDenied)
        #expect(refusal("coordinator") == .permissionDenied)
        #expect(refusal("bob", on: "conductor:errors", as: Scene.root) == .permissionDenied)
        #expect(refusal("bob", on: "conductor:\u{301}errors", as: Scene.root) == .permissionDenied)
        #expect(refusal("bob", on: "conductors") == nil)
        var forged = BusMessage(.control, from: "bob")
        forged.sender = .init(uid: 0, role: "admin")
        #expect(scene.ask(.busPublish(channel: "news", forged))?.refusal?.code == .invalidParams)
    }
}
