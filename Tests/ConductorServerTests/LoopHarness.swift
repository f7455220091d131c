import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import ConductorSystemd
import ConductorTransport
import NIOCore
import NIOEmbedded

@testable import ConductorServer

/// A whole daemon on an embedded loop, without socket or disk, whose commits complete when the test says.
final class LoopHarness {
    let loop = EmbeddedEventLoop()
    let writer: HandWriter
    let core: ServerCore
    let store = InMemoryStore()

    /// - Parameter readsInPlace: pages are read on the loop, as no other thread may call it.
    init(limits: Limits = Limits(), access: AccessLists = AccessLists(), readsInPlace: Bool = false) throws {
        writer = HandWriter(store: store)
        var configuration = EngineConfiguration(version: "test")
        configuration.limits = limits
        let time = LoopTime()
        var dependencies = ServerCore.Dependencies(
            store: store, logs: try TaskLogStore(folder: nil), state: DurableState(), configuration: configuration,
            facts: EngineLoop.ProcessFacts(
                version: "test", pid: 1, started: time.now(), roles: Roles(ownUID: 1000, access: access)),
            time: time, journal: EventJournal(log: try JournalLog(sink: NoSink())), fail: { _ in })
        if readsInPlace { dependencies.readerThread = { StoreReader.Thread { $0() } } }
        core = ServerCore(dependencies, writer: writer, loop: loop)
    }

    func connect(uid: UInt32 = 1000, groups: [UInt32] = []) throws -> Client {
        let channel = EmbeddedChannel(loop: loop)
        let peer = PeerCredentials(pid: 1, uid: uid, gid: uid, groups: groups)
        try channel.pipeline.syncOperations.addHandler(
            ServerChannel(peer: peer, sessions: core.engine))
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/peer"), promise: nil)
        loop.run()
        return Client(channel: channel)
    }

    /// Completes commits until there are no more.
    func settle() throws {
        for _ in 0..<10 {
            loop.run()
            try writer.complete()
        }
    }

    static func register(_ id: Int, _ agent: String) -> [UInt8] {
        frame(id, "agent.register", #"{"agent_id":"\#(agent)","agent_type":"coding"}"#)
    }

    static func frame(_ id: Int, _ method: String, _ params: String) -> [UInt8] {
        let body = #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
        return withUnsafeBytes(of: UInt32(body.utf8.count).bigEndian) { Array($0) } + body.utf8
    }

    private struct LoopTime: TimeSource {
        func now() -> Moment { Moment(monotonic: .seconds(1), wall: Timestamp(microseconds: 1)) }
    }

    private struct NoSink: LogSink {
        func write(_ records: [LogRecord]) {}
    }
}

/// The other end of a connection.
final class Client {
    private let channel: EmbeddedChannel

    init(channel: EmbeddedChannel) {
        self.channel = channel
    }

    var isOpen: Bool { channel.isActive }

    func send(_ id: Int, _ method: String, _ params: String = "{}") throws {
        try write(LoopHarness.frame(id, method, params))
        channel.embeddedEventLoop.run()
    }

    func notify(_ method: String, _ params: String) throws {
        let body = #"{"jsonrpc":"2.0","method":"\#(method)","params":\#(params)}"#
        try write(withUnsafeBytes(of: UInt32(body.utf8.count).bigEndian) { Array($0) } + body.utf8)
        channel.embeddedEventLoop.run()
    }

    func register(_ id: Int, _ agent: String) throws {
        try write(LoopHarness.register(id, agent))
        channel.embeddedEventLoop.run()
    }

    /// Without running the loop: its turn does not end.
    func write(_ bytes: [UInt8]) throws {
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
    }

    func close() {
        channel.close(promise: nil)
        channel.embeddedEventLoop.run()
    }

    /// All that came since the last call.
    func answers() throws -> [String] {
        channel.embeddedEventLoop.run()
        var frames: [String] = []
        while var buffer = try channel.readOutbound(as: ByteBuffer.self) {
            while let length = buffer.readInteger(as: UInt32.self), let body = buffer.readString(length: Int(length)) {
                frames.append(body)
            }
        }
        return frames
    }

    /// The ids of the answers among them.
    func ids() throws -> [Int64] {
        try answers().compactMap { try JSONText(parsing: $0).parsed()["id"]?.integer }
    }
}
