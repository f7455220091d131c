import ConductorModel
import ConductorProtocol

/// How long attempts waited for an agent and were with it, by type, since the daemon started.
struct TaskTimes: Sendable {
    private var waits = ByAgentType(Histogram(.work))
    private var runs = ByAgentType(Histogram(.work))

    /// A task is about to be given to an agent.
    mutating func noteStart(of record: TaskRecord, at now: Moment) {
        guard let type = record.definition.assignedTo else { return }
        waits[type].note(record.timeQueued(at: now))
    }

    /// The running attempt of a task is about to end, however it does.
    mutating func noteEnd(of record: TaskRecord, at now: Moment) {
        guard let type = record.definition.assignedTo else { return }
        runs[type].note(record.timeRun(at: now))
    }

    var families: [MetricsReport.Family] {
        [
            .init(
                "conductor_task_queue_seconds", "How long tasks waited for an agent before each attempt.",
                waits.labelled),
            .init(
                "conductor_task_run_seconds", "How long attempts were with their agents, however they ended.",
                runs.labelled),
        ]
    }
}

extension ByAgentType<Histogram> {
    /// One for each type: there are no others.
    package var labelled: [MetricsReport.LabelledHistogram] {
        AgentType.allCases.map { .init(self[$0], label: ("type", $0.rawValue)) }
    }
}
