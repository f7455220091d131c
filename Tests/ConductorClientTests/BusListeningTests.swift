import ConductorClient
import ConductorFakeDaemon
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Listening on a channel", .timeLimit(.minutes(5)))
struct BusListeningTests {
    private typealias Messages = AsyncThrowingStream<BusMessage, any Error>

    private func connected() async throws -> (ConductorClient, Conversation, FakeDaemon) {
        let daemon = try await FakeDaemon.start()
        let client = try await ConductorClient.connect(socket: daemon.path)
        return (client, try await daemon.accept(), daemon)
    }

    private func notification(_ name: String, on channel: String = "news") -> Notification {
        var message = BusMessage(.control, from: "s")
        message.messageID = name
        return .busMessage(channel: channel, message)
    }

    private func listen(_ client: ConductorClient, _ daemon: Conversation) async throws -> Messages {
        async let messages = client.messages(on: "news")
        let (id, request) = try await daemon.nextRequest()
        guard case .busSubscribe("news") = request else { throw Conversation.Surprise(what: "\(request.methodName)") }
        try await daemon.reply(.empty, to: id)
        return try await messages
    }

    @Test("misses nothing that comes right behind the reply, and nothing of other channels comes")
    func behindTheReply() async throws {
        let (client, daemon, _) = try await connected()
        async let messages = client.messages(on: "news")
        let id = try await daemon.nextRequest().id
        try await daemon.send([
            Message.reply(.empty, id: id), Message.notification(notification("m1")),
            Message.notification(notification("x", on: "other")), Message.notification(notification("m2")),
        ])
        var iterator = try await messages.makeAsyncIterator()
        #expect(try await iterator.next()?.messageID == "m1")
        #expect(try await iterator.next()?.messageID == "m2")
    }

    @Test("brings each message to all who listen, and is ended at the daemon with the last of them")
    func several() async throws {
        let (client, daemon, _) = try await connected()
        var first: Messages? = try await listen(client, daemon)
        var second: Messages? = try await listen(client, daemon)
        try await daemon.notify(notification("m"))
        #expect(try await first?.first { _ in true }?.messageID == "m")
        #expect(try await second?.first { _ in true }?.messageID == "m")
        first = nil
        #expect(try await methodsBeforePing(client, daemon) == [])
        second = nil
        #expect(try await methodsBeforePing(client, daemon) == ["bus.unsubscribe"])
    }

    private func methodsBeforePing(_ client: ConductorClient, _ daemon: Conversation) async throws -> [String] {
        async let pong: Void = client.ping()
        var methods: [String] = []
        while true {
            let (id, request) = try await daemon.nextRequest()
            try await daemon.reply(.empty, to: id)
            let method = "\(request.methodName)"
            if method == "ping" { break }
            methods.append(method)
        }
        try await pong
        return methods
    }

    @Test("throws what the daemon refuses")
    func refused() async throws {
        let (client, daemon, _) = try await connected()
        let answer = Task { try await client.messages(on: "news") }
        let refusal = Refusal.quotaExceeded("max_subscriptions_per_connection", limit: 1)
        try await daemon.refuse(refusal, to: try await daemon.nextRequest().id)
        await #expect(throws: refusal) { _ = try await answer.value }
    }

    @Test("ends well where too much comes, and nobody but the listener holds the client")
    func overrun() async throws {
        let daemon = try await FakeDaemon.start()
        async let listening = ConductorClient.connect(socket: daemon.path).messages(on: "news")
        let conversation = try await daemon.accept()
        try await conversation.reply(.empty, to: try await conversation.nextRequest().id)
        let messages = try await listening
        // The client may have gone before all is sent.
        try? await conversation.send((1...20_000).map { Message.notification(notification("m\($0)")) })
        while await conversation.next() != nil {}
        var count = 0
        await #expect(throws: ConnectionFault.overrun(limit: 16_384, leftOut: 0)) {
            for try await _ in messages { count += 1 }
        }
        #expect(count == 16_384)
    }

    @Test("ends with the connection")
    func lost() async throws {
        let (client, daemon, _) = try await connected()
        let messages = try await listen(client, daemon)
        try await daemon.close()
        await #expect(throws: ConnectionFault.lost(errno: nil)) {
            for try await _ in messages {}
        }
    }
}
