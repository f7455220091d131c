import ConductorBridge
import ConductorTestSupport
import Testing

@Suite("Simulation of bridges")
struct BridgeSimulationTests {
    @Test("whatever 100 seeds bring between hosts, the promises hold, and when the network heals everything ends")
    func seeds() async throws {
        let (exit, output, _) = try await ChildProcess.simulator("--bridges", "--seeds", "100").finish()
        #expect(exit.status == 0, "\(output)")
        #expect(output.contains("100 seeds"))
    }

    @Test("two processes tell the same of the same seeds")
    func deterministic() async throws {
        func trace() async throws -> Substring? {
            let (exit, output, _) = try await ChildProcess.simulator("--bridges", "--seeds", "5").finish()
            #expect(exit.status == 0)
            return output.split(separator: "\n").first { $0.contains("trace") }
        }
        let first = try await trace()
        #expect(try await trace() == first)
        #expect(first != nil)
    }
}

@Suite("Canaries of bridges", .serialized)
struct BridgeCanaryTests {
    @Test("the simulator finds each planted bug", arguments: BridgeCanary.allCases)
    func found(_ canary: BridgeCanary) async throws {
        let (exit, output, _) = try await ChildProcess.simulator(
            "--bridges", "--seeds", "200", "--bridge-canary", canary.rawValue
        ).finish()
        #expect(exit.status == 1, "200 seeds did not find it")
        #expect(output.hasPrefix("seed "))
    }
}
