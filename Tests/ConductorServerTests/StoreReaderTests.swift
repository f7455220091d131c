import ConductorStore
import Dispatch
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import ConductorServer

@Suite("The store's reader")
struct StoreReaderTests {
    @Test("once finished, reads nothing of what waits, and says when the reads under way have ended")
    func finish() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next(), begun = DispatchSemaphore(value: 0), mayEnd = DispatchSemaphore(value: 0)
        let order = Order()
        try await loop.flatSubmit {
            let reader = StoreReader(store: InMemoryStore(), loop: loop, pause: LoopPause(loop))
            for number in 1...3 {
                reader.read(for: 1000) { _ throws(StoreFault) in
                    begun.signal()
                    mayEnd.wait()
                    order.add("read \(number)")
                } completion: { _ in
                    order.add("told \(number)")
                }
            }
            begun.wait()
            let finished = loop.makePromise(of: Void.self)
            reader.finish {
                order.add("finished")
                finished.succeed()
            }
            for _ in 1...3 { mayEnd.signal() }
            return finished.futureResult
        }.get()
        let steps = order.steps.withLock { $0 }
        #expect(steps.filter { $0.hasPrefix("told") } == ["told 1", "told 2"])
        #expect(steps.last == "finished" && steps.count == 5, "two were with the thread, and the third was not")
        try await group.shutdownGracefully()
    }

    @Test("gives the users turns, and reads on once the loop has looked at its sockets")
    func turns() throws {
        let loop = EmbeddedEventLoop(), pause = LoopPause(loop), order = Order()
        var pauses: [() -> Void] = []
        pause.then = { pauses.append($0) }
        let reader = StoreReader(store: InMemoryStore(), loop: loop, pause: pause, thread: .init { $0() })
        func read(_ name: String, for uid: UInt32) {
            reader.read(for: uid) { _ throws(StoreFault) in
            } completion: { _ in
                order.add(name)
            }
        }
        for number in 1...5 { read("flood \(number)", for: 2000) }
        read("quiet", for: 3000)
        loop.run()
        #expect(order.steps.withLock { $0 } == ["flood 1", "flood 2"])
        for _ in 0..<10 {
            let due = pauses
            pauses = []
            for body in due { body() }
            loop.run()
        }
        #expect(
            order.steps.withLock { $0 } == ["flood 1", "flood 2", "flood 3", "quiet", "flood 4", "flood 5"])
    }

    private final class Order: Sendable {
        let steps = Mutex<[String]>([])

        func add(_ step: String) { steps.withLock { $0.append(step) } }
    }
}
