import ConductorEngine
import ConductorModel
import ConductorStore
import ConductorSystemd
import ConductorTransport
import NIOCore
import NIOEmbedded
import Testing

@testable import ConductorServer

@Suite("The engine loop")
struct EngineLoopTests {
    @Test("refuses what a caller's role does not cover, and says which does")
    func roles() throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect(uid: 4242)
        try client.send(1, "policy.unregister", #"{"policy_name":"PhaseGatePolicy"}"#)
        let answer = try client.answers().first
        #expect(answer?.contains("PERMISSION_DENIED") == true)
        #expect(answer?.contains(#""required_role":"admin""#) == true)
    }

    @Test("answers a registration once it is durable, and a ping behind it no sooner")
    func durable() throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect()
        try client.register(1, "a")
        try client.send(2, "ping")
        #expect(try client.answers() == [])
        try daemon.writer.complete()
        #expect(try client.ids() == [1, 2])
    }

    @Test("makes one batch of what comes in one turn of the loop")
    func batching() throws {
        let daemon = try LoopHarness()
        let clients = try [daemon.connect(), daemon.connect(), daemon.connect()]
        for (index, client) in clients.enumerated() { try client.write(LoopHarness.register(1, "a\(index)")) }
        daemon.loop.run()
        #expect(daemon.writer.batchSizes.count == 1)
        try daemon.writer.complete()
        for client in clients { #expect(try client.ids() == [1]) }
    }

    @Test("refuses work while the disk is full, but not what shows nothing of what waits")
    func full() throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect()
        try client.register(1, "a")
        daemon.writer.fail(.full)
        try client.register(2, "b")
        #expect(try client.answers().first?.contains("STORAGE_FULL") == true)
        try client.send(3, "ping")
        try client.send(4, "agent.get", #"{"agent_id":"other"}"#)
        try client.send(5, "status.get")
        #expect(try client.ids() == [3, 4, 5])
        try client.send(6, "agent.get", #"{"agent_id":"a"}"#)
        #expect(try client.answers() == [])
        daemon.loop.advanceTime(by: Committer.retryInterval)
        try daemon.writer.complete()
        #expect(try client.ids() == [1, 6])
        try client.register(7, "b")
        try daemon.writer.complete()
        #expect(try client.ids() == [7])
    }

    @Test("while the disk hangs, tells so, refuses work and answers what shows nothing of what waits")
    func hanging() throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect()
        try client.register(1, "a")
        try client.send(2, "ping")
        #expect(try client.answers() == [])
        daemon.loop.advanceTime(by: .seconds(10))
        try client.register(3, "b")
        #expect(try client.answers().first?.contains("STORAGE_FULL") == true)
        try client.send(4, "status.get")
        let status = try #require(try client.answers().first)
        #expect(status.contains(#""healthy":false,"fault":"a commit: the disk has left it unanswered"#))
        try daemon.writer.complete()
        #expect(try client.ids() == [1, 2])
        try client.send(5, "status.get")
        #expect(try client.answers().first?.contains(#""healthy":true,"fault":null"#) == true)
    }

    @Test("while the disk hangs, what an agent says of its attempt waits for nothing and fills no memory")
    func reportsWhileHanging() throws {
        let daemon = try LoopHarness()
        let agent = try daemon.connect()
        try agent.register(1, "a")
        try daemon.settle()
        try agent.send(2, "task.dispatch", #"{"task":{"task_id":"t","name":"t","assigned_to":"coding"}}"#)
        try daemon.settle()
        let execute = try #require(try agent.answers().first { $0.contains("task.execute") })
        let token = try #require(execute.split(separator: #""token":""#).last?.prefix(32))
        let watcher = try daemon.connect()
        try watcher.send(1, "event.subscribe", "{}")
        try daemon.settle()
        _ = try watcher.answers()
        try watcher.register(2, "b")
        daemon.loop.advanceTime(by: .seconds(10))
        try agent.notify(
            "task.progress", #"{"task_id":"t","attempt":1,"token":"\#(token)","percent":50,"message":"half"}"#)
        #expect(try watcher.answers().contains { $0.contains("half") })
    }

    @Test("answers from what is on its way to the store as from the store")
    func overlay() throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect()
        try client.register(1, "a")
        try daemon.writer.complete()
        try client.send(2, "task.dispatch", #"{"task":{"task_id":"t","name":"t","assigned_to":"coding"}}"#)
        try daemon.writer.complete()
        let execute = try #require(try client.answers().first { $0.contains("task.execute") })
        let token = try #require(execute.split(separator: #""token":""#).last?.prefix(32))
        let completion = #"{"task_id":"t","attempt":1,"token":"\#(token)","status":"completed"}"#
        try client.send(3, "task.complete", completion)
        // The task has ended, and left the engine; the store does not know of it yet.
        try client.send(4, "task.complete", completion)
        try client.send(5, "task.get", #"{"task_id":"t"}"#)
        #expect(try client.answers() == [])
        try daemon.writer.complete()
        let answers = try client.answers()
        #expect(answers.filter { $0.contains(#"{"recorded":true}"#) }.count == 2)
        #expect(answers.last?.contains(#""status":"completed""#) == true)
    }

    @Test("opens subscriptions up to the limit of a connection, and not one more")
    func subscriptions() throws {
        var limits = Limits()
        limits.maxSubscriptionsPerConnection = 2
        let daemon = try LoopHarness(limits: limits)
        let client = try daemon.connect()
        for id in 1...3 { try client.send(id, "event.subscribe", "{}") }
        let answers = try client.answers()
        #expect(answers.map { $0.contains("QUOTA_EXCEEDED") } == [false, false, true])
        try client.send(4, "event.unsubscribe", #"{"subscription":"s1"}"#)
        try client.send(5, "event.subscribe", "{}")
        #expect(try client.ids() == [4, 5])
        try client.send(6, "event.unsubscribe", #"{"subscription":"s1"}"#)
        #expect(try client.answers().first?.contains("NOT_FOUND") == true)
    }

    @Test("sends events once they are durable, to those who asked for them")
    func events() throws {
        let daemon = try LoopHarness()
        let watcher = try daemon.connect()
        try watcher.send(1, "event.subscribe", #"{"agent_id":"b"}"#)
        #expect(try watcher.ids() == [1])
        let agents = try daemon.connect()
        try agents.register(1, "a")
        try daemon.writer.complete()
        try agents.register(2, "b")
        #expect(try watcher.answers() == [])
        try daemon.writer.complete()
        let told = try watcher.answers()
        #expect(told.count == 1)
        #expect(told.first?.contains(#""kind":"agent.registered""#) == true)
        #expect(told.first?.contains(#""sequence":2"#) == true)
    }

    @Test("takes connections up to the limit, and tells the next one why it is closed")
    func connections() throws {
        var limits = Limits()
        limits.maxConnections = 1
        let daemon = try LoopHarness(limits: limits)
        let first = try daemon.connect()
        let second = try daemon.connect()
        #expect(first.isOpen)
        #expect(try second.answers().first?.contains("QUOTA_EXCEEDED") == true)
        #expect(!second.isOpen)
    }

    @Test("notices that an agent's connection has gone")
    func disconnected() throws {
        let daemon = try LoopHarness()
        let agent = try daemon.connect()
        try agent.register(1, "a")
        try daemon.writer.complete()
        agent.close()
        let client = try daemon.connect()
        try client.send(1, "agent.get", #"{"agent_id":"a"}"#)
        try daemon.writer.complete()
        #expect(try client.answers().first?.contains(#""status":"waiting""#) == true)
    }

    @Test("stops when all is durable and everybody is told")
    func stop() throws {
        let daemon = try LoopHarness()
        let agent = try daemon.connect()
        try agent.register(1, "a")
        try daemon.writer.complete()
        #expect(try agent.ids() == [1])
        let stopped = daemon.core.stop(patience: .seconds(2), connectionPatience: .seconds(1))
        daemon.loop.run()
        #expect(agent.isOpen)
        try daemon.writer.complete()
        daemon.loop.run()
        #expect(try agent.answers().contains { $0.contains("daemon.stopping") })
        #expect(!agent.isOpen)
        try daemon.settle()
        #expect(try stopped.wait())
    }

    @Test("waits, when it stops, for what history is writing, and begins nothing more of it")
    func stopWhileHistoryWrites() throws {
        let daemon = try LoopHarness()
        daemon.core.history.start()
        daemon.loop.run()
        var isStopped = false
        daemon.core.engine.stop { isStopped = true }
        try daemon.settle()
        #expect(!isStopped)
        daemon.writer.completeMark()
        #expect(isStopped)
    }

    @Test("has all that came before its end made durable when it stops, and writes nothing after it")
    func nothingAfterTheEnd() throws {
        let daemon = try LoopHarness()
        let leaving = try daemon.connect()
        let staying = try daemon.connect()
        try leaving.register(1, "a")
        try staying.register(1, "b")
        try daemon.settle()
        try staying.register(2, "c")
        var isStopped = false
        daemon.core.engine.stop { isStopped = true }
        daemon.loop.run()
        // While the last changes are on their way to the store, an agent goes.
        leaving.close()
        try daemon.writer.complete()
        #expect(!isStopped)
        try daemon.settle()
        #expect(isStopped)
        let batches = daemon.writer.batchSizes.count
        try staying.register(3, "d")
        staying.close()
        daemon.loop.advanceTime(by: .hours(1))
        #expect(daemon.writer.batchSizes.count == batches)
        let late = try daemon.connect()
        #expect(try late.answers().first?.contains("SHUTTING_DOWN") == true)
        #expect(!late.isOpen)
    }
}
