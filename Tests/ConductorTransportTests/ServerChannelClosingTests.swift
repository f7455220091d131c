import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTransport
import NIOCore
import NIOEmbedded
import Testing

@Suite("How a server channel bounds and ends what it sends")
struct ServerChannelClosingTests {
    typealias Harness = ServerChannelHarness

    @Test("a peer that shut down its side gets the answers that are due, then the end")
    func halfClosed() throws {
        let harness = try Harness()
        try harness.receive(Harness.ping(1) + Harness.ping(2))
        harness.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        let session = try harness.session
        session.channel.answer(.integer(2), .success(.empty))
        harness.channel.embeddedEventLoop.run()
        #expect(try harness.nextWrite().count == 1)
        #expect(harness.channel.isActive)
        session.channel.answer(.integer(1), .success(.empty))
        harness.channel.embeddedEventLoop.run()
        #expect(try harness.nextWrite() == [#"{"jsonrpc":"2.0","id":1,"result":{}}"#])
        #expect(!harness.channel.isActive)
        #expect(session.isClosed)
    }

    @Test("a peer that shut down its side and waits for nothing is closed at once, half a frame or not")
    func halfClosedIdle() throws {
        let harness = try Harness()
        try harness.receive(Harness.ping(1)[..<5])
        harness.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        harness.channel.embeddedEventLoop.run()
        #expect(!harness.channel.isActive)
        #expect(try harness.session.messages.isEmpty)
    }

    @Test("queued bytes up to the limit wait for a peer that does not read; more close it")
    func queueLimit() throws {
        let answer = Harness.frame(#"{"jsonrpc":"2.0","id":1,"result":{}}"#).count
        var limits = Limits()
        limits.maxQueuedBytesPerConnection = 2 * answer
        let harness = try Harness(limits: limits)
        try harness.stick()
        try harness.session.answersAtOnce = true
        try harness.receive(Harness.ping(1) + Harness.ping(2))
        #expect(harness.channel.isActive)
        try harness.receive(Harness.ping(3))
        #expect(!harness.channel.isActive)
    }

    @Test("what waits is entered in the user's account, and taken out at the end")
    func account() throws {
        let harness = try Harness()
        try harness.receive(Harness.frame(String(repeating: "x", count: 100_000))[..<50_000])
        #expect(harness.factory.bytes.total >= 50_000)
        harness.channel.pipeline.fireChannelInactive()
        #expect(harness.factory.bytes.total == 0)
    }

    @Test("what was read is taken out of the user's account, also where nothing follows")
    func accountAfterReading() throws {
        let harness = try Harness()
        let long = Reply.validation([Problem(path: "p", message: String(repeating: "x", count: 100_000))])
        try harness.receive(Harness.ping(1))
        try harness.session.channel.answer(.integer(1), .success(long))
        #expect(harness.factory.bytes.total > 100_000)
        harness.channel.embeddedEventLoop.run()
        #expect(harness.factory.bytes.total == 0)
        try harness.receive(Harness.ping(2))
        try harness.stick()
        try harness.session.channel.answer(.integer(2), .success(long))
        harness.channel.embeddedEventLoop.run()
        #expect(harness.factory.bytes.total > 100_000)
        try harness.release()
        #expect(harness.factory.bytes.total == 0)
    }

    @Test("a user whose connections hold too many bytes is told so, and the connection closed")
    func queuedBytesOfUser() throws {
        var limits = Limits()
        limits.maxQueuedBytesPerUID = 100_000
        let harness = try Harness(limits: limits)
        harness.factory.bytes.add(90_000, of: harness.peer.uid)
        try harness.receive(Harness.frame(String(repeating: "x", count: 100_000))[..<50_000])
        harness.channel.embeddedEventLoop.run()
        #expect(try harness.nextWrite().first?.contains("max_queued_bytes_per_uid") == true)
        #expect(!harness.channel.isActive)
    }

    @Test("what comes while the socket takes nothing follows in its order, in one write, once it does")
    func order() throws {
        let harness = try Harness()
        try harness.session.answersAtOnce = true
        try harness.receive(Harness.ping(1))
        try harness.stick()
        for id in 2...4 { try harness.receive(Harness.ping(id)) }
        #expect(try harness.nextWrite() == [#"{"jsonrpc":"2.0","id":1,"result":{}}"#])
        #expect(try harness.nextWrite() == [])
        try harness.release()
        #expect(try harness.nextWrite() == (2...4).map { #"{"jsonrpc":"2.0","id":\#($0),"result":{}}"# })
    }

    @Test("a burst above the high mark counts as not read until it is written")
    func burst() throws {
        let harness = try Harness()
        let session = try harness.session
        session.channel.send(try Self.line(of: 70_000))
        #expect(!session.channel.isWritable)
        harness.channel.embeddedEventLoop.run()
        #expect(session.channel.isWritable)
        #expect(session.timesWritable == 1)
        #expect(try harness.nextWrite().count == 1)
    }

    @Test("nothing is read from a peer that does not read, until there is room again")
    func backPressure() throws {
        let harness = try Harness()
        try harness.stick()
        let session = try harness.session
        session.channel.send(try Self.line(of: 70_000))
        harness.channel.embeddedEventLoop.run()
        #expect(!session.channel.isWritable)
        let reads = harness.socket.reads
        harness.channel.read()
        #expect(harness.socket.reads == reads)
        try harness.release()
        #expect(harness.socket.reads == reads + 1)
        #expect(session.timesWritable == 1)
        #expect(session.channel.isWritable)
    }

    @Test("a connection that is one too many is told so, and closed")
    func refused() throws {
        let harness = try Harness(refusal: .quotaExceeded("max_connections", limit: 1))
        harness.channel.embeddedEventLoop.run()
        #expect(try harness.nextWrite().first?.contains("QUOTA_EXCEEDED") == true)
        #expect(!harness.channel.isActive)
        #expect(harness.factory.sessions.isEmpty)
    }

    @Test("finishing sends what is gathered first")
    func finish() throws {
        let harness = try Harness()
        let session = try harness.session
        session.channel.send(.stopping)
        session.channel.finish()
        harness.channel.embeddedEventLoop.run()
        #expect(try harness.nextWrite().first?.contains("daemon.stopping") == true)
        #expect(!harness.channel.isActive)
        #expect(session.isClosed)
    }

    @Test("finishing does not wait for ever on a peer that does not read")
    func finishStuck() throws {
        let harness = try Harness()
        try harness.stick()
        try harness.session.channel.send(.stopping)
        try harness.session.channel.finish()
        harness.channel.embeddedEventLoop.run()
        #expect(harness.channel.isActive)
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!harness.channel.isActive)
    }

    @Test(
        "a peer that reads nothing of what waits for it is closed, in the middle of a frame or not", arguments: [0, 2])
    func stalled(bytes: Int) throws {
        var limits = Limits()
        limits.stallTimeout = .seconds(20)
        limits.frameTimeout = .seconds(3600)
        let harness = try Harness(limits: limits)
        try harness.receive([UInt8](repeating: 0, count: bytes))
        try harness.stick()
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(19))
        #expect(harness.channel.isActive)
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!harness.channel.isActive)
    }

    @Test("a peer that reads again in time is not closed")
    func slow() throws {
        var limits = Limits()
        limits.stallTimeout = .seconds(20)
        let harness = try Harness(limits: limits)
        for _ in 0..<3 {
            try harness.stick()
            harness.channel.embeddedEventLoop.advanceTime(by: .seconds(15))
            try harness.release()
        }
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(harness.channel.isActive)
    }

    @Test("an answer to a connection that has gone is dropped")
    func gone() throws {
        let harness = try Harness()
        try harness.receive(Harness.ping(1))
        harness.channel.close(promise: nil)
        harness.channel.embeddedEventLoop.run()
        try harness.session.channel.answer(.integer(1), .success(.empty))
        #expect(try harness.nextWrite() == [])
    }

    private static func line(of bytes: Int) throws -> Notification {
        let log = LiveEvent.Content.log(stream: "stdout", line: String(repeating: "x", count: bytes))
        let key = TaskKey(taskID: try #require(TaskID("t")))
        let event = LiveEvent(
            timestamp: Timestamp(microseconds: 0), key: key, agentID: .coordinator, attempt: 1, content: log)
        return .event(subscription: "s", event.jsonText)
    }
}
