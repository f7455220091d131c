import ConductorDelivery
import ConductorEngine
import ConductorStore
import NIOCore

/// Has changes made durable elsewhere, one batch at a time, while the next one gathers.
final class Committer: Committing {
    static let retryInterval = TimeAmount.seconds(1)

    private(set) var records = PendingRecords()
    private(set) var fault: StoreFault?
    var onHeld: () -> Void = {}
    var onHealed: () -> Void = {}
    private let writer: any CommitWriter
    private let loop: any EventLoop
    private let handlers: CommitHandlers
    private var pipeline = CommitPipeline()
    private var watch = CommitWatch()
    /// When the store was given the batch that is under way.
    private var begun = NIODeadline.uptimeNanoseconds(0)

    init(writer: any CommitWriter, loop: any EventLoop, handlers: CommitHandlers) {
        self.writer = writer
        self.loop = loop
        self.handlers = handlers
    }

    func expectAnswers(within lease: Duration) {
        watch.pace = max(lease / 6, .seconds(1))
    }

    func fail(_ fault: StoreFault) {
        handlers.failed(fault)
    }

    func add(_ effects: Effects) {
        records.add(effects.changes)
        release(pipeline.add(effects))
    }

    func release(_ outputs: [Output]) {
        handlers.gate.append(outputs)
        handlers.gate.letOut()
    }

    /// Gives the writer what has gathered, if it is free.
    func handOver() {
        guard let changes = pipeline.startCommit() else { return }
        records.startCommit()
        begun = loop.now
        commit(changes)
    }

    func afterPending(_ body: @escaping () -> Void) {
        guard !pipeline.afterwards(body) else { return }
        handlers.gate.append([], afterwards: [body])
        handlers.gate.letOut()
    }

    private func commit(_ changes: [Change]) {
        watch.begin()
        lookLater()
        writer.commit(changes) { [self] outcome in
            switch outcome {
            case .success: if let next = pipeline.nextPart() { commit(next) } else { committed() }
            case .failure(let fault): failed(fault)
            }
        }
    }

    /// Looks whether the commit under way is still the one that it is now.
    private func lookLater() {
        guard let look = watch.nextLook() else { return }
        loop.assumeIsolated().scheduleTask(in: TimeAmount(watch.pace)) { [self] in
            switch watch.look(look) {
            case .atRest: break
            case .goesOn: lookLater()
            case .hangs: held(.unanswered(for: watch.pace))
            }
        }
    }

    private func committed() {
        watch.end()
        handlers.committed(.nanoseconds((loop.now - begun).nanoseconds))
        let batch = pipeline.committed()
        records.committed()
        handlers.gate.append(batch.outputs, afterwards: batch.afterwards)
        if fault != nil {
            fault = nil
            handlers.held(nil)
            onHealed()
        }
        // The next batch is written while these leave.
        handOver()
        handlers.gate.letOut()
    }

    /// What is told of is the first fault of each kind.
    private func held(_ fault: StoreFault) {
        if self.fault?.kind != fault.kind { handlers.held(fault) }
        self.fault = fault
        onHeld()
    }

    private func failed(_ fault: StoreFault) {
        watch.end()
        switch fault.kind {
        case .full, .busy:
            pipeline.hold()
            held(fault)
            loop.assumeIsolated().scheduleTask(in: Self.retryInterval) { [self] in
                if let changes = pipeline.retry() { commit(changes) }
            }
        case .tooLarge: if let part = pipeline.part() { commit(part) } else { handlers.failed(fault) }
        case .io, .corrupt, .newerVersion, .locked, .notPrivate, .conflict: handlers.failed(fault)
        }
    }
}
