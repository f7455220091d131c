import ConductorModel
import ConductorStore
import Dispatch
import NIOCore

/// Reads pages from the store on another thread, one after the other. Lives on the event loop.
final class StoreReader {
    private let store: any Store
    private let loop: any EventLoop
    private let thread = DispatchQueue(label: "conductor.reads", qos: .utility)

    init(store: any Store, loop: any EventLoop) {
        self.store = store
        self.loop = loop
    }

    /// Calls `completion` on the loop.
    func read<Page: Sendable>(
        _ query: @escaping @Sendable (any Store) throws(StoreFault) -> Page,
        completion: @escaping (Result<Page, StoreFault>) -> Void
    ) {
        let completion = NIOLoopBound(completion, eventLoop: loop)
        thread.async { [store, loop] in
            let outcome: Result<Page, StoreFault>
            do throws(StoreFault) {
                outcome = .success(try query(store))
            } catch {
                outcome = .failure(error)
            }
            loop.execute { completion.value(outcome) }
        }
    }
}
