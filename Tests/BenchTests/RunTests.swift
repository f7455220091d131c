import ConductorBench
import Testing

@Suite("A run")
struct RunTests {
    private static let workloads = [
        Workload("tasks", .tasks(inFlight: 16), agents: 2, capacity: 4),
        Workload("large", .tasks(inFlight: 1), payload: (1 << 20) - 64),
        Workload("workflow", .workflow(.init(parallelism: 10)), agents: 2, capacity: 4),
    ]

    @Test("every result is checked, on every subject", arguments: Subject.allCases, workloads)
    func everywhere(subject: Subject, workload: Workload) async throws {
        guard workload.suits(subject) else { return }
        var run = Run(subject, workload)
        run.scale = 0.01
        let sample = try await run()
        #expect(sample.units == workload.units(for: subject, scale: 0.01))
        #expect(sample.tasks == sample.units * workload.tasksPerUnit)
        #expect(sample.seconds > 0 && sample.p50 <= sample.p99)
    }
}
