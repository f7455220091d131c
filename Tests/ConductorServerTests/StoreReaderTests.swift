import ConductorStore
import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import ConductorServer

@Suite("The store's reader")
struct StoreReaderTests {
    @Test("once finished, reads nothing of what waits, and says when the read under way has ended")
    func finish() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next(), begun = DispatchSemaphore(value: 0), mayEnd = DispatchSemaphore(value: 0)
        let order = Order()
        try await loop.flatSubmit {
            let reader = StoreReader(store: InMemoryStore(), loop: loop)
            reader.read { _ throws(StoreFault) in
                begun.signal()
                mayEnd.wait()
                order.add("read")
            } completion: { _ in
                order.add("told")
            }
            reader.read { _ throws(StoreFault) in
                order.add("read late")
            } completion: { _ in
                order.add("told late")
            }
            begun.wait()
            let finished = loop.makePromise(of: Void.self)
            reader.finish {
                order.add("finished")
                finished.succeed()
            }
            mayEnd.signal()
            return finished.futureResult
        }.get()
        #expect(order.steps.withLock { $0 } == ["read", "told", "finished"])
        try await group.shutdownGracefully()
    }

    private final class Order: Sendable {
        let steps = Mutex<[String]>([])

        func add(_ step: String) { steps.withLock { $0.append(step) } }
    }
}
