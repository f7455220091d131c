import ConductorDelivery
import ConductorEngine
import ConductorStore

/// Has the changes of the engine's effects committed, and then lets their outputs out. Lives on the event loop.
protocol Committing: AnyObject {
    /// What is not in the store yet.
    var records: PendingRecords { get }
    /// Why the store takes nothing at present; nil while it does.
    var fault: StoreFault? { get }
    /// Called when the store takes nothing at present.
    var onHeld: () -> Void { get set }
    /// Called when the store, which took nothing for a while, takes changes again.
    var onHealed: () -> Void { get set }

    /// How long silent agents are waited for: a store that answers no commit for a third of that, or two
    /// seconds, is held up.
    func expectAnswers(within lease: Duration)

    func add(_ effects: Effects)

    /// Lets out at once what shows nothing of the pending changes.
    func release(_ outputs: [Output])

    /// Called once per turn of the loop, so that all that came in one turn is one batch.
    func handOver()

    /// Does `body` once everything added so far is committed and let out.
    func afterPending(_ body: @escaping () -> Void)

    /// Beside the commits, the store failed with an unknown outcome.
    func fail(_ fault: StoreFault)
}

/// What becomes of it all; called on the loop.
struct CommitHandlers {
    /// By which outputs leave whose time has come, in order.
    var gate: OutputGate
    /// The store is in trouble that passes, or does not answer (a fault), or is well again (nil).
    var held: (StoreFault?) -> Void
    /// The outcome of a commit is unknown: the process must end without another word to anybody.
    var failed: (StoreFault) -> Void
    /// A batch has become durable, so long after the store was given it.
    var committed: (Duration) -> Void = { _ in }
}
