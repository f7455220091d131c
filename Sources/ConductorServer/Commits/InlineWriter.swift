import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorStore
import NIOCore

/// Commits to a store that is in memory, where it stands: nothing of that is worth a thread of its own.
final class InlineWriter: CommitWriter {
    private let store: InMemoryStore

    init(store: InMemoryStore) {
        self.store = store
    }

    func committer(on loop: any EventLoop, _ handlers: CommitHandlers) -> any Committing {
        InlineCommitter(store: store, handlers: handlers)
    }

    func commit(_ changes: [Change], completion: @escaping (Result<Void, StoreFault>) -> Void) {
        completion(Result { () throws(StoreFault) in try store.commit(changes) })
    }

    func mark(_ time: Timestamp, completion: @escaping (Result<Void, StoreFault>) -> Void) {
        store.mark(time)
        completion(.success(()))
    }

    func remove(_ expired: Expired, completion: @escaping (Result<Void, StoreFault>) -> Void) {
        store.remove(expired)
        completion(.success(()))
    }
}

/// Commits effects as they are added, so that nothing is ever pending. Their outputs leave at the end of the turn: letting
/// one out may close a connection, and so add effects in the middle of it.
///
/// Lives on the event loop.
final class InlineCommitter: Committing {
    /// Nothing is on its way to the store.
    let records = PendingRecords()
    let fault: StoreFault? = nil
    var onHeld: () -> Void = {}
    var onHealed: () -> Void = {}
    private let store: InMemoryStore
    private let handlers: CommitHandlers
    private var outputs: [Output] = []
    private var afterwards: [() -> Void] = []

    init(store: InMemoryStore, handlers: CommitHandlers) {
        self.store = store
        self.handlers = handlers
    }

    func expectAnswers(within lease: Duration) {}

    func fail(_ fault: StoreFault) {
        handlers.failed(fault)
    }

    func add(_ effects: Effects) {
        do throws(StoreFault) {
            try store.commit(effects.changes)
        } catch {
            return fail(error)
        }
        if outputs.isEmpty { outputs = effects.outputs } else { outputs += effects.outputs }
    }

    func release(_ outputs: [Output]) {
        handlers.gate.append(outputs)
        handlers.gate.letOut()
    }

    func handOver() {
        let leaving = (outputs, afterwards)
        (outputs, afterwards) = ([], [])
        handlers.gate.append(leaving.0, afterwards: leaving.1)
        handlers.gate.letOut()
    }

    func afterPending(_ body: @escaping () -> Void) {
        afterwards.append(body)
        // Where nothing has come in this turn, it need not end first.
        if outputs.isEmpty, afterwards.count == 1 { handOver() }
    }
}
