import ConductorModel
import ConductorProtocol

/// What metrics tell of the engine.
public struct EngineOverview: Sendable {
    public let counts: StatusCounts
    let openBreakers: Int
    /// Durable events since the daemon started.
    let eventsByKind: [EventKind: Int]
    let times: TaskTimes

    public func metrics(_ process: StatusReport.Process) -> MetricsReport {
        MetricsReport(families: samples(of: process) + times.families + process.measured)
    }

    private func samples(of process: StatusReport.Process) -> [MetricsReport.Family] {
        [
            .init("conductor_up_seconds", "Seconds since the daemon started.", process.uptime.inSeconds),
            .init("conductor_connections", "Open connections.", process.connections),
            .init(
                "conductor_longest_turn_seconds", "Longest turn of the event loop in the last minute or two.",
                process.longestTurn.inSeconds),
            .init("conductor_store_bytes", "Size of the store on disk.", process.storeBytes),
            .init("conductor_agents", "Agents by status.", .gauge, samples(counts.agents)),
            .init("conductor_tasks", "Tasks by status, history included.", .gauge, samples(counts.tasks)),
            .init("conductor_workflows", "Workflows by status, history included.", .gauge, samples(counts.workflows)),
            .init("conductor_tasks_queued", "Tasks that wait for an agent.", counts.queued),
            .init("conductor_dead_letters", "Dead letters kept.", counts.deadLetters),
            .init("conductor_breakers_open", "Agents whose breaker is open.", openBreakers),
            .init(
                "conductor_events_total", "Durable events since the store was made.", .counter,
                [.init(Double(counts.events))]),
            .init(
                "conductor_events_by_kind_total", "Durable events by kind, since the daemon started.", .counter,
                EventKind.allCases.map { .init(Double(eventsByKind[$0] ?? 0), label: ("kind", $0.rawValue)) }),
        ]
    }

    private func samples<Status: CountedStatus>(_ counts: CountByStatus<Status>) -> [MetricsReport.Sample] {
        Status.allCases.map { .init(Double(counts[$0]), label: ("status", $0.rawValue)) }
    }
}

extension MetricsReport.Family {
    fileprivate init(_ name: String, _ help: String, _ value: some BinaryInteger) {
        self.init(name, help, Double(value))
    }

    fileprivate init(_ name: String, _ help: String, _ value: Double) {
        self.init(name, help, .gauge, [.init(value)])
    }
}

extension Engine {
    public var overview: EngineOverview {
        EngineOverview(
            counts: allCounts, openBreakers: fleet.openBreakers + errors.breakers.count { $0.isOpen },
            eventsByKind: events.countsByKind, times: times)
    }

    func metrics(_ format: MetricsReport.Format, _ known: StoredContext) -> Result<Reply, Refusal> {
        guard case .process(let process) = known else {
            return .failure(Refusal(.internalError, "the process was not described"))
        }
        return .success(.metrics(overview.metrics(process), format))
    }
}
