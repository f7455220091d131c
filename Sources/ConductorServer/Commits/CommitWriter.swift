import ConductorEngine
import ConductorModel
import ConductorStore
import Dispatch
import NIOCore

/// Makes one batch of changes durable at a time.
protocol CommitWriter: AnyObject {
    /// What commits by this writer.
    func committer(on loop: any EventLoop, _ handlers: CommitHandlers) -> any Committing

    /// Calls `completion` on the event loop that it was called on: later, or before it returns.
    func commit(_ changes: [Change], completion: @escaping (Result<Void, StoreFault>) -> Void)

    /// Notes how far the events have come by `time` of the persistent clock; the same for `completion`.
    func mark(_ time: Timestamp, completion: @escaping (Result<Void, StoreFault>) -> Void)

    /// Removes history, behind the commits that were asked for before; the same for `completion`.
    func remove(_ expired: Expired, completion: @escaping (Result<Void, StoreFault>) -> Void)
}

extension CommitWriter {
    func committer(on loop: any EventLoop, _ handlers: CommitHandlers) -> any Committing {
        Committer(writer: self, loop: loop, handlers: handlers)
    }
}

/// Commits to a store on a thread of its own.
final class StoreWriter: CommitWriter {
    private let store: any Store
    private let loop: any EventLoop
    private let thread = DispatchQueue(label: "conductor.commits", qos: .userInitiated)

    init(store: any Store, loop: any EventLoop) {
        self.store = store
        self.loop = loop
    }

    func commit(_ changes: [Change], completion: @escaping (Result<Void, StoreFault>) -> Void) {
        write(completion) { store throws(StoreFault) in try store.commit(changes) }
    }

    func mark(_ time: Timestamp, completion: @escaping (Result<Void, StoreFault>) -> Void) {
        write(completion) { store throws(StoreFault) in try store.mark(time) }
    }

    func remove(_ expired: Expired, completion: @escaping (Result<Void, StoreFault>) -> Void) {
        write(completion) { store throws(StoreFault) in try store.remove(expired) }
    }

    private func write(
        _ completion: @escaping (Result<Void, StoreFault>) -> Void,
        _ body: @escaping @Sendable (any Store) throws(StoreFault) -> Void
    ) {
        let completion = NIOLoopBound(completion, eventLoop: loop)
        thread.async { [store, loop] in
            let outcome: Result<Void, StoreFault>
            do throws(StoreFault) {
                outcome = .success(try body(store))
            } catch {
                outcome = .failure(error)
            }
            loop.execute { completion.value(outcome) }
        }
    }
}
