import ConductorModel
import ConductorSimulator
import ConductorTestSupport
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test(
        "whatever 10,000 seeds bring, the promises hold, and when the accidents stop everything ends",
        arguments: [1, 5_001])
    func seeds(from first: Int) async throws {
        let (exit, output, _) = try await ChildProcess.simulator("--seeds", "5000", "--first", "\(first)").finish()
        #expect(exit.status == 0, "\(output)")
        #expect(output.contains("5000 seeds"))
    }

    @Test("between them, seeds bring every kind of event")
    func coverage() async {
        var missing = Set(EventKind.allCases)
        for seed: UInt64 in 1...2000 where !missing.isEmpty {
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
            let (exit, output, _) = try await ChildProcess.simulator("--seeds", "20", "--first", "100").finish()
            #expect(exit.status == 0)
            return output.split(separator: "\n").first { $0.contains("trace") }
        }
        let first = try await trace()
        #expect(try await trace() == first)
        #expect(first != nil)
    }

    @Test("conductor-sim tells a seed step by step, and fails when a promise does not hold")
    func replay() async throws {
        let told = try await ChildProcess.simulator("--seed", "3", "--trace").finish()
        #expect(told.exit.status == 0)
        #expect(told.output.contains("step 80"))
        let canary = try await ChildProcess.simulator("--canary", "ignoreGate").finish()
        #expect(canary.exit.status == 1)
        #expect(canary.output.contains("went past a gate that is closed"))
    }
}

extension ChildProcess {
    /// In a process of its own, behind all others: tests that wait for a daemon are not to wait for seeds.
    static func simulator(_ arguments: String...) throws -> ChildProcess {
        try ChildProcess("/usr/bin/env", ["nice", "-n", "19", Binaries.conductorSim] + arguments)
    }
}
