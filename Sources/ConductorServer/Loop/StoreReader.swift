import ConductorModel
import ConductorStore
import Dispatch
import NIOCore
import Synchronization

/// Reads pages from the store on another thread, one after the other. Lives on the event loop.
final class StoreReader {
    private let store: any Store
    private let loop: any EventLoop
    private let thread = DispatchQueue(label: "conductor.reads", qos: .utility)
    private let isFinished = Flag()
    /// Reads that were asked for and have not come back.
    private var pending = 0
    private var whenIdle: () -> Void = {}

    /// Seen by the thread, too.
    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    init(store: any Store, loop: any EventLoop) {
        self.store = store
        self.loop = loop
    }

    /// Calls `completion` on the loop, unless the reader was finished before.
    func read<Page: Sendable>(
        _ query: @escaping @Sendable (any Store) throws(StoreFault) -> Page,
        completion: @escaping (Result<Page, StoreFault>) -> Void
    ) {
        pending += 1
        let ended = NIOLoopBound(
            { [self] (outcome: Result<Page, StoreFault>?) in
                pending -= 1
                if let outcome { completion(outcome) }
                if pending == 0 { whenIdle() }
            }, eventLoop: loop)
        thread.async { [store, loop, isFinished] in
            let outcome: Result<Page, StoreFault>?
            if isFinished.isSet.load(ordering: .relaxed) {
                outcome = nil
            } else {
                do throws(StoreFault) {
                    outcome = .success(try query(store))
                } catch {
                    outcome = .failure(error)
                }
            }
            loop.execute { ended.value(outcome) }
        }
    }

    /// Reads nothing more, also of what was asked for before; `body` runs when no read is under way.
    func finish(_ body: @escaping () -> Void) {
        isFinished.isSet.store(true, ordering: .relaxed)
        guard pending > 0 else { return body() }
        whenIdle = { [self] in
            whenIdle = {}
            body()
        }
    }
}
