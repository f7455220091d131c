import ConductorClient
import ConductorFakeDaemon
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Glibc
import Testing

@Suite("A client", .timeLimit(.minutes(5)))
struct ConductorClientTests {
    private func connected() async throws -> (ConductorClient, Conversation, FakeDaemon) {
        let daemon = try await FakeDaemon.start()
        let client = try await ConductorClient.connect(socket: daemon.path)
        return (client, try await daemon.accept(), daemon)
    }

    @Test("says where it looked and how to start the daemon, where nothing answers")
    func notReachable() async {
        let path = FakeDaemon.newPath()
        await #expect {
            _ = try await ConductorClient.connect(socket: path)
        } throws: { error in
            "\(error)".contains(path) && "\(error)".contains("systemctl start conductord.socket")
        }
    }

    @Test("sends nothing to a daemon of another user than the one that is demanded")
    func foreignDaemon() async throws {
        let daemon = try await FakeDaemon.start()
        let stranger = getuid() + 1
        let fault = ConnectionFault.foreign(path: daemon.path, uid: getuid(), demanded: stranger)
        await #expect(throws: fault) {
            try await ConductorClient.connect(socket: daemon.path, daemonUID: stranger)
        }
        #expect(await (try daemon.accept()).next() == nil)
        #expect(!fault.isTransient && "\(fault)".contains("nothing was sent"))
        let client = try await ConductorClient.connect(socket: daemon.path, daemonUID: getuid())
        let conversation = try await daemon.accept()
        async let pong: Void = client.ping()
        try await conversation.reply(.empty, to: try await conversation.nextRequest().id)
        try await pong
    }

    @Test("gives each caller its own reply, whatever their order")
    func pipelining() async throws {
        let (client, daemon, _) = try await connected()
        async let first = client.cancel(TaskKey(taskID: try #require(TaskID("one"))))
        let one = try await daemon.nextRequest()
        async let second = client.cancel(TaskKey(taskID: try #require(TaskID("two"))))
        let two = try await daemon.nextRequest()
        try await daemon.reply(.cancelled(false), to: two.id)
        try await daemon.reply(.cancelled(true), to: one.id)
        #expect(try await first == true)
        #expect(try await second == false)
    }

    @Test("throws what the daemon refuses as a Refusal")
    func refusal() async throws {
        let (client, daemon, _) = try await connected()
        let answer = Task { try await client.ping() }
        let refusal = Refusal.quotaExceeded("max_connections", limit: 3)
        try await daemon.refuse(refusal, to: try await daemon.nextRequest().id)
        await #expect(throws: refusal) { try await answer.value }
    }

    @Test("asks for a method by its name and hands out the result as it came")
    func untyped() async throws {
        let (client, daemon, _) = try await connected()
        async let answer = client.call(method: "policy.list", params: .emptyObject)
        let (id, request) = try await daemon.nextRequest()
        #expect(request.methodName.description == "policy.list")
        try await daemon.reply(.policies([.maxConcurrentTasks(limit: 4)]), to: id)
        #expect(try await answer["policies"]?.elements.map { $0["kind"]?.string } == ["MaxConcurrentTasksPolicy"])
    }

    @Test("tells everyone who waits when the connection is lost, and whoever comes later")
    func loss() async throws {
        let (client, daemon, _) = try await connected()
        let answer = Task { try await client.ping() }
        _ = try await daemon.nextRequest()
        try await daemon.close()
        await #expect(throws: ConnectionFault.lost(errno: nil)) { try await answer.value }
        await #expect(throws: ConnectionFault.lost(errno: nil)) { try await client.ping() }
    }

    @Test("withdraws the wait of a cancelled task, and goes on to serve others")
    func cancellation() async throws {
        let (client, daemon, _) = try await connected()
        let waiting = Task { try await client.ping() }
        let late = try await daemon.nextRequest()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        async let answer: Void = client.ping()
        let next = try await daemon.nextRequest()
        try await daemon.reply(.empty, to: late.id)
        try await daemon.reply(.empty, to: next.id)
        try await answer
    }

    @Test("that was given a limit does not wait for an answer any longer, and drops a late one")
    func silence() async throws {
        let daemon = try await FakeDaemon.start()
        let limit = Duration.milliseconds(50)
        let client = try await ConductorClient.connect(socket: daemon.path, replyTimeout: limit)
        let conversation = try await daemon.accept()
        let fault = ConnectionFault.silent(path: daemon.path, after: limit)
        await #expect(throws: fault) { try await client.ping() }
        #expect("\(fault)" == "conductord at \(daemon.path) has not answered within 0.05 s; it may be stopped or stuck")
        try await conversation.reply(.empty, to: try await conversation.nextRequest().id)
        await #expect(throws: fault) { try await client.ping() }
    }

    @Test("ends the connection with one that does not speak the protocol")
    func malformed() async throws {
        let (client, daemon, _) = try await connected()
        let answer = Task { try await client.ping() }
        _ = try await daemon.nextRequest()
        try await daemon.send([Array("[]".utf8)])
        await #expect {
            try await answer.value
        } throws: { error in
            guard case .malformed? = error as? ConnectionFault else { return false }
            return true
        }
        #expect(await daemon.next() == nil)
    }

    @Test("takes answers that are larger than a request may be")
    func largeAnswer() async throws {
        let (client, daemon, _) = try await connected()
        async let answer = client.call(.statusGet)
        guard case .integer(let id) = try await daemon.nextRequest().id else { return }
        let filler = String(repeating: "x", count: 5 << 20)
        try await daemon.send([Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{\"x\":\"\(filler)\"}}".utf8)])
        #expect(try await answer["x"]?.string?.utf8.count == 5 << 20)
    }

    @Test("hands out an agent's orders in their order, and ends them with the connection")
    func orders() async throws {
        let (client, daemon, _) = try await connected()
        let id = try #require(TaskID("one"))
        try await daemon.notify(.cancel(taskID: id, workflowID: nil, attempt: 2, reason: "enough"))
        try await daemon.notify(.stopping)
        try await daemon.close()
        var seen: [String] = []
        await #expect(throws: ConnectionFault.self) {
            for try await order in client.orders {
                switch order {
                case .execute: seen.append("execute")
                case .cancel(let cancellation): seen.append("cancel \(cancellation.attempt) \(cancellation.reason)")
                case .stopping: seen.append("stopping")
                }
            }
        }
        #expect(seen == ["cancel 2 enough", "stopping"])
    }

    @Test("ends without an error what it closes itself")
    func close() async throws {
        let (client, daemon, _) = try await connected()
        client.close()
        for try await _ in client.orders {}
        #expect(await daemon.next() == nil)
        await #expect(throws: ConnectionFault.closed) { try await client.ping() }
    }
}
