import ConductorEngine
import ConductorModel
import ConductorProtocol

/// How long commits took, and what waited for them, since the daemon started. Lives on the event loop.
final class DeliveryTimes {
    private var commits = Histogram(.latency)
    private var dispatches = ByAgentType(Histogram(.latency))

    /// A batch of changes has become durable, so long after the store was given it.
    func noteCommit(_ duration: Duration) {
        commits.note(duration)
    }

    /// An agent is told of a task now that it was chosen for earlier.
    func noteDispatch(of assignment: TaskAssignment, at now: Timestamp) {
        guard let type = assignment.task.assignedTo else { return }
        dispatches[type].note(now - assignment.deadline + assignment.timeout)
    }

    var families: [MetricsReport.Family] {
        [
            .init(
                "conductor_dispatch_seconds", "From the choice of an agent for a task until the agent was told.",
                dispatches.labelled),
            .init(
                "conductor_commit_seconds", "How long batches of changes took to become durable.",
                [.init(commits)]),
        ]
    }
}
