import ConductorClient
import ConductorFakeDaemon
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Subscriptions", .timeLimit(.minutes(5)))
struct EventFeedTests {
    private func event(_ sequence: Int64) -> JSONText {
        EventRecord(sequence: sequence, timestamp: Timestamp(microseconds: sequence), kind: .taskQueued).jsonText
    }

    private func subscribed(at sequence: Int64) -> Reply {
        .subscribed(subscription: "s1", sequence: sequence, snapshot: EventSnapshot())
    }

    @Test("miss no event that comes in one piece with the reply")
    func noGap() async throws {
        let daemon = try await FakeDaemon.start()
        let client = try await ConductorClient.connect(socket: daemon.path)
        let conversation = try await daemon.accept()
        async let subscribing = client.subscribe()
        let id = try await conversation.nextRequest().id
        try await conversation.send(
            [Message.reply(subscribed(at: 7), id: id)]
                + (8...9).map { Message.notification(.event(subscription: "s1", event($0))) })
        let subscription = try await subscribing
        var events = subscription.events.makeAsyncIterator()
        #expect(subscription.sequence == 7)
        #expect(try await events.next()?.sequence == 8)
        #expect(try await events.next()?.sequence == 9)
    }

    @Test("end at the daemon when nobody takes their events any more")
    func unsubscribing() async throws {
        let daemon = try await FakeDaemon.start()
        let client = try await ConductorClient.connect(socket: daemon.path)
        let conversation = try await daemon.accept()
        async let answered: Void = {
            try await conversation.reply(subscribed(at: 0), to: try await conversation.nextRequest().id)
        }()
        #expect(try await client.subscribe().id == "s1")
        try await answered
        guard case .eventUnsubscribe("s1") = try await conversation.nextRequest().request else {
            Issue.record("the client did not unsubscribe")
            return
        }
    }

    @Test("that are not taken as fast as they come end with an overrun, and do not harm the connection")
    func overrun() async throws {
        let daemon = try await FakeDaemon.start()
        let client = try await ConductorClient.connect(socket: daemon.path)
        let conversation = try await daemon.accept()
        async let subscribing = client.subscribe()
        try await conversation.reply(subscribed(at: 0), to: try await conversation.nextRequest().id)
        let subscription = try await subscribing
        try await conversation.send((1...20_000).map { Message.notification(.event(subscription: "s1", event($0))) })
        guard case (_, .eventUnsubscribe)? = try? await conversation.nextRequest() else {
            Issue.record("the client did not unsubscribe")
            return
        }
        async let pong: Void = client.ping()
        try await conversation.reply(.empty, to: try await conversation.nextRequest().id)
        try await pong
        var last: Int64 = 0
        await #expect {
            for try await event in subscription.events { last = event.sequence ?? 0 }
        } throws: { error in
            guard case .overrun(let limit, 0)? = error as? ConnectionFault else { return false }
            return last == Int64(limit)
        }
    }

    private func log(_ count: Int) throws -> [[UInt8]] {
        let line = LiveEvent(
            timestamp: Timestamp(microseconds: 0), key: TaskKey(taskID: try #require(TaskID("t"))),
            agentID: try #require(AgentID("a")), attempt: 1, content: .log(stream: "stderr", line: "x"))
        return (0..<count).map { _ in Message.notification(.event(subscription: "s1", line.jsonText)) }
    }

    @Test("leave out live ones that find no room, and say before the next one how many")
    func leavingOut() async throws {
        let daemon = try await FakeDaemon.start()
        let client = try await ConductorClient.connect(socket: daemon.path)
        let conversation = try await daemon.accept()
        async let subscribing = client.subscribe()
        try await conversation.reply(subscribed(at: 0), to: try await conversation.nextRequest().id)
        let subscription = try await subscribing
        try await conversation.send(try log(20_000))
        // What was sent before the answer has arrived with it.
        async let pong: Void = client.ping()
        try await conversation.reply(.empty, to: try await conversation.nextRequest().id)
        try await pong
        var events = subscription.events.makeAsyncIterator()
        var leftOut = 0
        for _ in 0..<16_384 { leftOut += try await events.next()?.leftOut ?? -1 }
        #expect(leftOut == 0)
        // The daemon may have left out some too.
        try await conversation.notify(.event(subscription: "s1", event(1), leftOut: 5))
        let next = try await events.next()
        #expect(next?.sequence == 1 && next?.leftOut == 20_000 - 16_384 + 5)
    }

    @Test("that are too many, or cannot be read, end well where nobody but their reader holds the client")
    func lastReference() async throws {
        let tooMany = (1...20_000).map { Message.notification(.event(subscription: "s1", event($0))) }
        let unreadable = [Array(#"{"jsonrpc":"2.0","method":"event","params":{}}"#.utf8)]
        for frames in [tooMany, try log(20_000) + tooMany.prefix(1), unreadable] {
            let daemon = try await FakeDaemon.start()
            async let subscribing = ConductorClient.connect(socket: daemon.path).subscribe()
            let conversation = try await daemon.accept()
            try await conversation.reply(subscribed(at: 0), to: try await conversation.nextRequest().id)
            let subscription = try await subscribing
            // The client may have gone before all is sent.
            try? await conversation.send(frames)
            while await conversation.next() != nil {}
            await #expect(throws: ConnectionFault.self) {
                for try await _ in subscription.events {}
            }
        }
    }

    @Test("of a feed go on after the last event taken, without a gap or a repeat")
    func reconnecting() async throws {
        let daemon = try await FakeDaemon.start()
        let sleep = ManualSleep()
        let feed = EventFeed(
            backoff: Backoff(initial: .seconds(1), jitter: 0),
            connect: { [path = daemon.path] in try await .connect(socket: path) },
            sleep: { try await sleep.sleep($0) }, random: { 0 })
        async let script: Void = {
            let first = try await daemon.accept()
            try await first.reply(subscribed(at: 4), to: try await first.nextRequest().id)
            try await first.notify(.event(subscription: "s1", event(5)))
            try await first.close()
            await sleep.pass(.seconds(1))
            let second = try await daemon.accept()
            let (id, request) = try await second.nextRequest()
            guard case .eventSubscribe(let filter) = request else { throw Conversation.Surprise(what: "\(request)") }
            #expect(filter.afterSequence == 5)
            try await second.reply(subscribed(at: 6), to: id)
            for sequence in 5...7 { try await second.notify(.event(subscription: "s1", event(Int64(sequence)))) }
        }()
        var seen: [String] = []
        for try await element in feed {
            switch element {
            case .subscribed(let sequence, _): seen.append("subscribed \(sequence)")
            case .event(let event): seen.append("event \(event.sequence ?? 0)")
            case .interrupted: seen.append("interrupted")
            }
            if seen.last == "event 7" { break }
        }
        try await script
        #expect(seen == ["subscribed 4", "event 5", "interrupted", "subscribed 6", "event 6", "event 7"])
    }

    @Test("of a feed fail at once where the daemon was never there")
    func neverThere() async {
        await #expect(throws: ConnectionFault.self) {
            for try await _ in EventFeed(socket: FakeDaemon.newPath()) {}
        }
    }
}
