import ConductorModel
import ConductorProtocol
import ConductorTransport
import NIOCore
import NIOEmbedded
import Testing

@Suite("What a server channel reads")
struct ServerChannelReadingTests {
    typealias Harness = ServerChannelHarness

    @Test("a frame may come byte by byte, and is one request")
    func bytewise() throws {
        let harness = try Harness()
        let ping = Harness.ping(7)
        for byte in ping.dropLast() { try harness.receive([byte]) }
        #expect(try harness.session.messages.isEmpty)
        try harness.receive(ping.suffix(1))
        #expect(try harness.session.requestIDs == [.integer(7)])
    }

    @Test("a frame that is answered with an error is a sign of life all the same")
    func signOfLife() throws {
        let harness = try Harness()
        try harness.receive([0, 0, 0, 1, UInt8(ascii: "?")])
        guard case .unknown? = try harness.session.messages.first else {
            Issue.record("nobody heard of it")
            return
        }
        #expect(try harness.nextWrite().first?.contains("PARSE_ERROR") == true)
    }

    @Test("pipelined requests are answered in their order, in one write")
    func pipelined() throws {
        let harness = try Harness()
        try harness.session.answersAtOnce = true
        try harness.receive(Harness.ping(1) + Harness.ping(2) + Harness.ping(3))
        let answers = try harness.nextWrite()
        #expect(answers == (1...3).map { #"{"jsonrpc":"2.0","id":\#($0),"result":{}}"# })
        #expect(try harness.nextWrite() == [])
    }

    @Test("a frame that does not end in time closes the connection, however often bytes trickle in")
    func slowFrame() throws {
        var limits = Limits()
        limits.frameTimeout = .seconds(10)
        let harness = try Harness(limits: limits)
        let ping = Harness.ping(1)
        try harness.receive(ping[..<3])
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(6))
        try harness.receive(ping[3..<6])
        harness.channel.embeddedEventLoop.advanceTime(by: .milliseconds(3999))
        #expect(harness.channel.isActive)
        harness.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!harness.channel.isActive)
        #expect(try harness.session.isClosed)
    }

    @Test("each frame has the whole time to itself")
    func timePerFrame() throws {
        var limits = Limits()
        limits.frameTimeout = .seconds(10)
        let harness = try Harness(limits: limits)
        let ping = Harness.ping(1)
        try harness.receive(ping[..<3])
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        try harness.receive(ping[3...] + Harness.ping(2)[..<3])
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(harness.channel.isActive)
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!harness.channel.isActive)
    }

    @Test("between frames a connection may be silent for as long as it likes")
    func silence() throws {
        let harness = try Harness()
        try harness.receive(Harness.ping(1))
        harness.channel.embeddedEventLoop.advanceTime(by: .hours(24))
        #expect(harness.channel.isActive)
    }

    @Test("a frame of the largest size is read; one byte more is refused, and the connection closed")
    func frameSize() throws {
        var limits = Limits()
        limits.maxFrameBytes = Harness.ping(1).count - 4
        let harness = try Harness(limits: limits)
        try harness.receive(Harness.ping(1))
        #expect(try harness.session.requestIDs == [.integer(1)])
        try harness.receive(Harness.ping(12))
        #expect(try harness.nextWrite().first?.contains("FRAME_TOO_LARGE") == true)
        #expect(!harness.channel.isActive)
    }

    @Test("what is no JSON is refused; the last that is tolerated closes the connection")
    func parseErrors() throws {
        var limits = Limits()
        limits.maxParseErrorsPerConnection = 3
        let harness = try Harness(limits: limits)
        for count in 1...3 {
            #expect(harness.channel.isActive)
            try harness.receive(Harness.frame("not JSON \(count)"))
            #expect(try harness.nextWrite().first?.contains("PARSE_ERROR") == true)
        }
        #expect(!harness.channel.isActive)
    }

    @Test("nothing that comes behind a fatal frame is executed")
    func behindFatalFrame() throws {
        let harness = try Harness()
        try harness.receive([0, 0, 0, 0] + Harness.ping(1))
        #expect(try harness.session.messages.isEmpty)
    }

    @Test("a notification that nobody knows is a sign of life")
    func unknownNotification() throws {
        let harness = try Harness()
        try harness.receive(Harness.frame(#"{"jsonrpc":"2.0","method":"no.such"}"#))
        guard case .unknown? = try harness.session.messages.first else {
            Issue.record("the session was not told")
            return
        }
    }
}
