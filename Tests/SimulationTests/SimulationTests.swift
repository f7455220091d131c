import ConductorModel
import ConductorSimulator
import ConductorTestSupport
import Testing

@Suite("Simulation")
struct SimulationTests {
    private static let chunk: UInt64 = 250

    @Test(
        "whatever 10,000 seeds bring, the promises hold, and when the accidents stop everything ends",
        arguments: Array(stride(from: UInt64(1), to: 10_001, by: UInt64.Stride(chunk))))
    func seeds(from first: UInt64) async {
        for seed in first..<(first + Self.chunk) {
            let outcome = Simulation(seed: seed).run()
            if let violation = outcome.violation {
                Issue.record("seed \(seed), step \(violation.step): \(violation.sentence)")
            }
            // The other suites have their turns.
            await Task.yield()
        }
    }

    @Test("between them, seeds bring every kind of event")
    func coverage() async {
        var missing = Set(EventKind.allCases)
        for seed: UInt64 in 1...500 where !missing.isEmpty {
            missing.subtract(Simulation(seed: seed).run().kinds)
            await Task.yield()
        }
        #expect(missing == [])
    }

    @Test("the same seed gives the same trace, and another one another")
    func deterministic() {
        #expect(Simulation(seed: 7).run().trace == Simulation(seed: 7).run().trace)
        #expect(Simulation(seed: 7).run().trace != Simulation(seed: 8).run().trace)
    }

    @Test("two processes tell the same of the same seeds")
    func deterministicOverProcesses() async throws {
        func trace() async throws -> Substring? {
            let process = try ChildProcess(Binaries.conductorSim, ["--seeds", "20", "--first", "100"])
            let (exit, output, _) = await process.finish()
            #expect(exit.status == 0)
            return output.split(separator: "\n").first { $0.contains("trace") }
        }
        let first = try await trace()
        #expect(try await trace() == first)
        #expect(first != nil)
    }

    @Test("conductor-sim tells a seed step by step, and fails when a promise does not hold")
    func replay() async throws {
        let told = try await ChildProcess(Binaries.conductorSim, ["--seed", "3", "--trace"]).finish()
        #expect(told.exit.status == 0)
        #expect(told.output.contains("step 80"))
        let canary = try await ChildProcess(Binaries.conductorSim, ["--canary", "ignoreGate"]).finish()
        #expect(canary.exit.status == 1)
        #expect(canary.output.contains("went past a gate that is closed"))
    }
}
