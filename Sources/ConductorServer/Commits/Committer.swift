import ConductorDelivery
import ConductorEngine
import ConductorStore
import NIOCore

/// Takes the engine's effects, has their changes made durable, and then lets their outputs out.
///
/// Lives on the event loop.
final class Committer {
    static let retryInterval = TimeAmount.seconds(1)

    /// What becomes of it all; called on the loop.
    struct Handlers {
        /// Outputs whose time has come, in order.
        var release: ([Output]) -> Void
        /// The store is in trouble that passes (a fault), or is well again (nil).
        var held: (StoreFault?) -> Void
        /// The outcome of a commit is unknown: the process must end without another word to anybody.
        var failed: (StoreFault) -> Void
    }

    private(set) var records = PendingRecords()
    /// Why the store takes nothing at present; nil while it does.
    private(set) var fault: StoreFault?
    private let writer: any CommitWriter
    private let loop: any EventLoop
    private let handlers: Handlers
    private var pipeline = CommitPipeline()

    init(writer: any CommitWriter, loop: any EventLoop, handlers: Handlers) {
        self.writer = writer
        self.loop = loop
        self.handlers = handlers
    }

    /// Beside the commits, the store failed with an unknown outcome.
    func fail(_ fault: StoreFault) {
        handlers.failed(fault)
    }

    func add(_ effects: Effects) {
        records.add(effects.changes)
        let outputs = pipeline.add(effects)
        if !outputs.isEmpty { handlers.release(outputs) }
    }

    /// Lets out at once what shows nothing of the pending changes.
    func release(_ outputs: [Output]) {
        handlers.release(outputs)
    }

    /// Gives the writer what has gathered, if it is free. Called once per turn of the loop, so that all that came in
    /// one turn is one batch.
    func handOver() {
        guard let changes = pipeline.startCommit() else { return }
        records.startCommit()
        commit(changes)
    }

    /// Does `body` once everything added so far is durable and let out.
    func afterPending(_ body: @escaping () -> Void) {
        if !pipeline.afterwards(body) { body() }
    }

    private func commit(_ changes: [Change]) {
        writer.commit(changes) { [self] outcome in
            switch outcome {
            case .success: committed()
            case .failure(let fault): failed(fault)
            }
        }
    }

    private func committed() {
        let batch = pipeline.committed()
        records.committed()
        if fault != nil {
            fault = nil
            handlers.held(nil)
        }
        handlers.release(batch.outputs)
        for body in batch.afterwards { body() }
        handOver()
    }

    private func failed(_ fault: StoreFault) {
        switch fault.kind {
        case .full, .busy:
            pipeline.hold()
            if self.fault == nil { handlers.held(fault) }
            self.fault = fault
            loop.assumeIsolated().scheduleTask(in: Self.retryInterval) { [self] in
                if let changes = pipeline.retry() { commit(changes) }
            }
        case .io, .corrupt, .newerVersion, .locked, .conflict: handlers.failed(fault)
        }
    }
}
