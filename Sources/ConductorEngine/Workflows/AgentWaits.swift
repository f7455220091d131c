import ConductorModel

/// How long workflows' tasks wait where no agent that meets their demand is registered.
///
/// A workflow waits `patience` from when its first task with the demand is due or the last agent that meets it left,
/// whichever is later, and in any case until agents that have just left have had their time to come back. All times
/// are on the monotonic clock.
struct AgentWaits: Sendable {
    private struct Waits: Sendable {
        /// When the last agent left; nil where none has since the start.
        var left: Duration?
        /// Until when it may come back.
        var returnsUntil = Duration.zero
        /// Workflows with tasks that wait for an agent, by their patience.
        var workflows = IndexedHeap<[WorkflowID: Int], Due>()
    }

    private var demands: [AgentDemand: Waits] = [:]
    private var order: UInt64 = 0

    /// Tasks of the workflow wait for agents that meet a demand.
    mutating func add(_ id: WorkflowID, _ demand: AgentDemand, patience: Duration) {
        demands[demand, default: Waits()].workflows.set(id, priority: Due(time: patience, order: order))
        order += 1
    }

    /// None of its tasks waits any longer.
    mutating func remove(_ id: WorkflowID, _ demand: AgentDemand) {
        demands[demand]?.workflows.remove(id)
    }

    /// The last agent that meets the demand has left.
    mutating func lastLeft(_ demand: AgentDemand, at now: Duration, returnsWithin time: Duration) {
        demands[demand, default: Waits()].left = now
        demands[demand, default: Waits()].returnsUntil = now + time
    }

    /// When a workflow whose first task was due at `due` has waited long enough.
    func end(_ demand: AgentDemand, due: Duration, patience: Duration) -> Duration {
        guard let waits = demands[demand], let left = waits.left else { return due + patience }
        return max(max(due, left) + patience, waits.returnsUntil)
    }

    /// When `popOverdue` has something to tell first; nil where no workflow waits.
    func nextDue(_ demand: AgentDemand) -> Duration? {
        guard let waits = demands[demand], let left = waits.left, let patience = waits.workflows.first?.priority.time
        else {
            return nil
        }
        return max(left + patience, waits.returnsUntil)
    }

    /// Takes out a workflow for which neither patience since the last agent left nor a return is left.
    mutating func popOverdue(_ demand: AgentDemand, by now: Duration) -> WorkflowID? {
        guard let waits = demands[demand], let left = waits.left, waits.returnsUntil <= now,
            let first = waits.workflows.first, first.priority.time <= now - left
        else { return nil }
        demands[demand]?.workflows.remove(first.key)
        return first.key
    }

    /// No task has the demand any longer.
    mutating func forget(_ demand: AgentDemand) {
        demands[demand] = nil
    }
}
