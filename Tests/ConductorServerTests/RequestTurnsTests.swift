import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorTransport
import NIOCore
import NIOEmbedded
import Testing

@testable import ConductorServer

@Suite("Turns of the users")
struct RequestTurnsTests {
    /// How many frames a turn has where several users are connected, and where there is one.
    private static let shared = 8, alone = 64
    /// How many frames of a user may be on their way.
    private static let window = 32
    private static let flooder: UInt32 = 2000, quiet: UInt32 = 3000

    /// A daemon whose loop looks at its sockets when the test says.
    private final class Turns {
        let daemon: LoopHarness
        private var pauses: [() -> Void] = []

        init() throws {
            var access = AccessLists()
            access.others = .operator
            daemon = try LoopHarness(access: access)
            daemon.core.engine.pause.then = { [unowned self] in pauses.append($0) }
        }

        var isWaiting: Bool { !pauses.isEmpty }

        /// The next turn of the loop.
        func next() {
            let due = pauses
            pauses = []
            for body in due { body() }
            daemon.loop.run()
        }
    }

    private static func pings(_ ids: ClosedRange<Int>) -> [UInt8] {
        ids.flatMap { LoopHarness.frame($0, "ping", "{}") }
    }

    @Test(
        "come one after the other: what one user sends on many connections keeps another's waiting for one turn at most"
    )
    func fairness() throws {
        let turns = try Turns()
        let flooders = try (0..<16).map { _ in try turns.daemon.connect(uid: Self.flooder) }
        let quiet = try turns.daemon.connect(uid: Self.quiet)
        for flooder in flooders { try flooder.write(Self.pings(1...64)) }
        try quiet.write(Self.pings(1...20))
        turns.daemon.loop.run()
        var answered = try flooders.map { try $0.ids().count }.reduce(0, +), own = try quiet.ids().count
        #expect(answered == Self.shared && own == 0)
        while own < 20 {
            turns.next()
            let more = try flooders.map { try $0.ids().count }.reduce(0, +), moreOwn = try quiet.ids().count
            #expect(more + moreOwn == Self.shared)
            // They alternate.
            #expect(moreOwn == min(Self.shared / 2, 20 - own))
            answered += more
            own += moreOwn
        }
        while turns.isWaiting {
            turns.next()
            let more = try flooders.map { try $0.ids().count }
            #expect(more.allSatisfy { $0 <= 1 }, "one connection after the other")
            answered += more.reduce(0, +)
        }
        #expect(answered == 16 * 64)
    }

    @Test("are longer for a user who is alone, and end as soon as there is another")
    func alone() throws {
        let turns = try Turns()
        let client = try turns.daemon.connect(uid: Self.flooder)
        try client.write(Self.pings(1...200))
        turns.daemon.loop.run()
        #expect(try client.ids().count == Self.alone)
        turns.next()
        #expect(try client.ids().count == Self.alone)
        let other = try turns.daemon.connect(uid: Self.quiet)
        turns.next()
        #expect(try client.ids().count == Self.shared)
        other.close()
        turns.next()
        #expect(try client.ids().count == Self.alone)
        turns.next()
        #expect(!turns.isWaiting)
    }

    @Test("are shorter where frames are long")
    func bytes() throws {
        let turns = try Turns()
        let client = try turns.daemon.connect(uid: Self.flooder)
        _ = try turns.daemon.connect(uid: Self.quiet)
        let long = #"{"text":"\#(String(repeating: "x", count: 600 << 10))"}"#
        try client.write(LoopHarness.frame(1, "ping", long) + Self.pings(2...3))
        turns.daemon.loop.run()
        #expect(try client.ids() == [1])
        turns.next()
        #expect(try client.ids() == [2, 3])
    }

    private static func dispatch(_ id: Int, _ name: String) -> [UInt8] {
        LoopHarness.frame(
            id, "task.dispatch",
            #"{"when_busy":"queue","detach":true,"task":{"task_id":"\#(name)","name":"t","assigned_to":"coding"}}"#)
    }

    @Test("are not had by a user of whom so many frames are on their way to the store; others go on")
    func window() throws {
        let turns = try Turns()
        let flooder = try turns.daemon.connect(uid: Self.flooder), quiet = try turns.daemon.connect(uid: Self.quiet)
        func queued() -> Int { turns.daemon.core.engine.engine.overview.counts.queued }
        try flooder.write((1...100).flatMap { Self.dispatch($0, "f\($0)") })
        turns.daemon.loop.run()
        #expect(queued() == Self.shared)
        for _ in 0..<20 { turns.next() }
        #expect(queued() == Self.window)
        #expect(!turns.isWaiting, "it comes with the end of a commit")
        try quiet.write(Self.dispatch(1, "q"))
        turns.daemon.loop.run()
        #expect(queued() == Self.window + 1)
        // The first commit has what came in the first turn.
        try turns.daemon.writer.complete()
        for _ in 0..<20 { turns.next() }
        #expect(try flooder.ids() == Array(1...8))
        #expect(queued() == Self.window + 1 + Self.shared)
        quiet.close()
        for _ in 0..<20 { turns.next() }
        #expect(queued() == 101, "nobody else is left")
    }

    @Test("are had by all while the store takes nothing: whoever asks is told so")
    func held() throws {
        let turns = try Turns()
        let flooder = try turns.daemon.connect(uid: Self.flooder)
        _ = try turns.daemon.connect(uid: Self.quiet)
        try flooder.write((1...100).flatMap { Self.dispatch($0, "f\($0)") })
        turns.daemon.loop.run()
        for _ in 0..<20 { turns.next() }
        #expect(try flooder.ids() == [])
        turns.daemon.writer.fail(.full)
        for _ in 0..<20 { turns.next() }
        #expect(try flooder.ids() == Array(Int64(Self.window) + 1...100))
        turns.daemon.loop.advanceTime(by: Committer.retryInterval)
        try turns.daemon.writer.complete()
        try turns.daemon.writer.complete()
        for _ in 0..<20 { turns.next() }
        #expect(try flooder.ids() == Array(1...Int64(Self.window)))
        try flooder.write(Self.dispatch(1, "again"))
        for _ in 0..<5 { turns.next() }
        #expect(turns.daemon.core.engine.engine.overview.counts.queued == Self.window + 1)
    }

    @Test("end where much is to leave, and go on when it has left")
    func clearing() throws {
        let turns = try Turns()
        let client = try turns.daemon.connect(uid: Self.flooder)
        try client.write(Self.pings(1...OutputGate.slice + 44))
        turns.daemon.loop.run()
        var answered = try client.ids().count
        // 64 frames are handled in each.
        for _ in 1..<(OutputGate.slice / 64) {
            turns.next()
            answered += try client.ids().count
        }
        // A slice of answers has left, so that the loop looks at its sockets, and only then goes on.
        #expect(answered == OutputGate.slice)
        for _ in 0..<3 {
            turns.next()
            answered += try client.ids().count
        }
        #expect(answered == OutputGate.slice + 44)
    }

    @Test("are kept for what a peer has sent before it left")
    func leaving() throws {
        let turns = try Turns()
        let client = try turns.daemon.connect(uid: Self.flooder)
        let observer = try turns.daemon.connect(uid: Self.quiet)
        for id in 1...30 {
            try client.write(Self.dispatch(id, "t\(id)"))
        }
        client.close()
        while turns.isWaiting { turns.next() }
        try turns.daemon.settle()
        #expect(turns.daemon.core.engine.engine.overview.counts.queued == 30)
        #expect(turns.daemon.core.connections.count == 1)
        #expect(observer.isOpen)
    }
}
