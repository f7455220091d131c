import ConductorModel

/// How long workflows' tasks wait where no agent of their type is registered.
///
/// A workflow waits `patience` from when its first task of the type is due or the last agent of the type left,
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

    private var types: [AgentType: Waits] = [:]
    private var order: UInt64 = 0

    /// Tasks of the workflow wait for agents of `type`.
    mutating func add(_ id: WorkflowID, _ type: AgentType, patience: Duration) {
        types[type, default: Waits()].workflows.set(id, priority: Due(time: patience, order: order))
        order += 1
    }

    /// None of its tasks waits any longer.
    mutating func remove(_ id: WorkflowID, _ type: AgentType) {
        types[type]?.workflows.remove(id)
    }

    /// The last agent of `type` has left.
    mutating func lastLeft(_ type: AgentType, at now: Duration, returnsWithin time: Duration) {
        types[type, default: Waits()].left = now
        types[type, default: Waits()].returnsUntil = now + time
    }

    /// When a workflow whose first task was due at `due` has waited long enough.
    func end(_ type: AgentType, due: Duration, patience: Duration) -> Duration {
        guard let waits = types[type], let left = waits.left else { return due + patience }
        return max(max(due, left) + patience, waits.returnsUntil)
    }

    /// When `popOverdue` has something to tell first; nil where no workflow waits.
    func nextDue(_ type: AgentType) -> Duration? {
        guard let waits = types[type], let left = waits.left, let patience = waits.workflows.first?.priority.time else {
            return nil
        }
        return max(left + patience, waits.returnsUntil)
    }

    /// Takes out a workflow for which neither patience since the last agent left nor a return is left.
    mutating func popOverdue(_ type: AgentType, by now: Duration) -> WorkflowID? {
        guard let waits = types[type], let left = waits.left, waits.returnsUntil <= now,
            let first = waits.workflows.first, first.priority.time <= now - left
        else { return nil }
        types[type]?.workflows.remove(first.key)
        return first.key
    }
}
