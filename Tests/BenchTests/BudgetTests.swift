import ConductorBench
import ConductorTestSupport
import Testing

/// What a task may cost in things that can be counted: the same on every machine, unlike time.
/// Whoever makes it cheaper lowers the number.
@Suite("The budget of a task", .enabled(if: CompiledShim.hasCompiler, "\(CompiledShim.noCompiler)"), .serialized)
struct BudgetTests {
    /// A busy machine adds to what is counted, by splitting what would have gone together; it takes nothing away.
    private static let runs = 3

    @Test("system calls and allocations of the daemon per task, and its flushes", arguments: Budget.all)
    func counts(_ budget: Budget) async throws {
        var run = Run(budget.subject, budget.workload)
        run.scale = 0.2
        run.counting = .all
        // What is logged is written by a thread of its own, in as many calls as it happens to take.
        run.arguments = ["--log-level", "error"]
        var sample = try await run()
        for _ in 1..<Self.runs where !budget.covers(sample) { sample = try await run() }
        let counts = try #require(sample.counts)
        #expect(counts.systemCalls <= budget.mostSystemCalls(in: sample))
        #expect(counts[.allocations] <= budget.mostAllocations(in: sample))
        #expect(budget.flushes.contains(counts[.flush]))
    }
}

/// Measured, per task.
struct Budget: Sendable, CustomTestStringConvertible {
    let subject: Subject
    let workload: Workload
    let systemCalls: Double
    let allocations: Int
    /// Not fewer either: what is told before it is flushed may be lost.
    let flushes: ClosedRange<Double>

    static let all = [
        Budget(.ephemeral, single, systemCalls: 7.1, allocations: (353, 70), flushes: 0...0),
        Budget(.durable, single, systemCalls: 21.5, allocations: (1050, 140), flushes: 2...2.05),
        Budget(.ephemeral, many, systemCalls: 0.18, allocations: (321, 62), flushes: 0...0),
        Budget(.durable, many, systemCalls: 5.5, allocations: (1100, 125), flushes: 0.03...0.08),
        // For a workflow of 100 tasks in a row: one for each step, one or two for its beginning and its end; three for
        // the checkpoint that comes now and then.
        Budget(.durable, workflow, systemCalls: 14, allocations: (2600, 150), flushes: 1...1.05),
    ]

    /// By how much a task may become dearer before it counts as a regression.
    private static let tolerance = 1.1

    /// What goes by the clock: tables are written after half a second at the latest, so for fewer tasks at once where
    /// the machine is busy.
    private static let perSecond = (systemCalls: 150.0, allocations: 12_000.0)

    func mostSystemCalls(in sample: Sample) -> Double {
        systemCalls * Self.tolerance + Self.perSecond.systemCalls * sample.secondsPerTask
    }

    func mostAllocations(in sample: Sample) -> Double {
        Double(allocations) * Self.tolerance + Self.perSecond.allocations * sample.secondsPerTask
    }

    func covers(_ sample: Sample) -> Bool {
        guard let counts = sample.counts else { return true }
        return counts.systemCalls <= mostSystemCalls(in: sample)
            && counts[.allocations] <= mostAllocations(in: sample) && flushes.contains(counts[.flush])
    }

    private static let single = Workload("one task at a time", .tasks(inFlight: 1))
    private static let many = Workload("64 tasks at a time", .tasks(inFlight: 64), capacity: 64)
    private static let workflow = Workload("a workflow", .workflow(.init()))

    /// - Parameter allocations: in a debug build, and in a release build.
    private init(
        _ subject: Subject, _ workload: Workload, systemCalls: Double, allocations: (debug: Int, release: Int),
        flushes: ClosedRange<Double>
    ) {
        self.subject = subject
        self.workload = workload
        self.systemCalls = systemCalls
        #if DEBUG
        self.allocations = allocations.debug
        #else
        self.allocations = allocations.release
        #endif
        self.flushes = flushes
    }

    var testDescription: String { "\(workload.name), \(subject.rawValue)" }
}

extension Sample {
    fileprivate var secondsPerTask: Double { seconds / Double(tasks) }
}
