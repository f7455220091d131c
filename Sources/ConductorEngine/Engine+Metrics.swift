import ConductorModel

extension Engine {
    func metrics(_ format: MetricsReport.Format, _ known: Known) -> Result<Reply, Refusal> {
        guard case .process(let process) = known else {
            return .failure(Refusal(.internalError, "the process was not described"))
        }
        return .success(.metrics(MetricsReport(families: families(of: process)), format))
    }

    private func families(of process: StatusReport.Process) -> [MetricsReport.Family] {
        let counts = allCounts
        let breakers = registry.sorted.map(\.breaker)
        return [
            .init("conductor_up_seconds", "Seconds since the daemon started.", .gauge, [.init(process.uptime.inSeconds)]),
            .init("conductor_connections", "Open connections.", .gauge, [.init(Double(process.connections))]),
            .init("conductor_store_bytes", "Size of the store on disk.", .gauge, [.init(Double(process.storeBytes))]),
            .init("conductor_agents", "Agents by status.", .gauge, samples(counts.agents)),
            .init("conductor_tasks", "Tasks by status, history included.", .gauge, samples(counts.tasks)),
            .init("conductor_workflows", "Workflows by status, history included.", .gauge, samples(counts.workflows)),
            .init("conductor_tasks_queued", "Tasks that wait for an agent.", .gauge, [.init(Double(counts.queued))]),
            .init("conductor_dead_letters", "Dead letters kept.", .gauge, [.init(Double(counts.deadLetters))]),
            .init("conductor_breakers_open", "Agents whose breaker is open.", .gauge, [.init(Double(breakers.count { $0.isOpen }))]),
            .init("conductor_events_total", "Durable events, since the store was made.", .counter, [.init(Double(sequence))]),
            .init(
                "conductor_events_by_kind_total", "Durable events by kind, since the daemon started.", .counter,
                EventKind.allCases.map { kind in
                    .init(Double(eventCounts[kind] ?? 0), label: ("kind", kind.rawValue))
                }),
        ]
    }

    private func samples<Status: Vocabulary>(_ counts: [Status: Int]) -> [MetricsReport.Sample] {
        Status.allCases.map { .init(Double(counts[$0] ?? 0), label: ("status", $0.rawValue)) }
    }
}
