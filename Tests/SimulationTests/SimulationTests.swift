import ConductorModel
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test(
        "whatever a seed brings, the invariants hold, and when the accidents stop everything ends", arguments: 1...200)
    func seed(_ seed: UInt64) throws {
        var simulator = Simulator(seed: seed)
        for _ in 0..<100 { try simulator.step() }
        try simulator.calm()
    }

    @Test("between them, seeds bring every kind of event")
    func coverage() throws {
        var missing = Set(EventKind.allCases)
        for seed: UInt64 in 1...60 where !missing.isEmpty {
            var simulator = Simulator(seed: seed)
            for _ in 0..<150 { try simulator.step() }
            missing.subtract(simulator.invariants.kinds)
        }
        #expect(missing == [])
    }

    @Test("the same seed gives the same trace, and another one another")
    func deterministic() throws {
        func trace(_ seed: UInt64) throws -> UInt64 {
            var simulator = Simulator(seed: seed)
            for _ in 0..<150 { try simulator.step() }
            return simulator.trace.value
        }
        #expect(try trace(7) == trace(7))
        #expect(try trace(7) != trace(8))
    }
}
