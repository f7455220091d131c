import ConductorFaults
import ConductorTestSupport
import Testing

/// The short forms; `make crash`, `make cuts` and the others are the long ones.
@Suite("What was acknowledged survives", .serialized)
struct CrashTests {
    @Test("50 times kill -9 under load: nothing lost, one end for each task, events without gap or repeat")
    func kills() async throws {
        let report = try await KillRun(kills: 50, seed: .random(in: 0...UInt64.max)).run()
        #expect(report.violations == [])
        #expect(report.kills == 50)
        if report.operationsPerSecond < KillRun.leastOperationsPerSecond {
            Issue.record("\(report.operationsPerSecond) operations a second prove little", severity: .warning)
        }
        #expect(report.adopted > 0)
    }

    @Test(
        "power cuts that drop what was not flushed, in part or out of order",
        .enabled(if: CompiledShim.hasCompiler, "\(CompiledShim.noCompiler)"))
    func cuts() async throws {
        var run = CutRun(cuts: 60, seed: .random(in: 0...UInt64.max))
        run.cutsPerSession = 20
        run.requests = 20
        let report = try await run.run()
        #expect(report.violations == [])
        #expect(report.cuts == 60)
        #expect(report.facts > 0)
    }

    @Test(
        "on a disk that forgets what it was told to flush it does not: the cuts do bite",
        .enabled(if: CompiledShim.hasCompiler, "\(CompiledShim.noCompiler)"))
    func forgetfulDisk() async throws {
        var run = CutRun(cuts: 10, seed: 1)
        run.requests = 20
        run.forgetsFlushes = true
        #expect(try await !run.run().violations.isEmpty)
    }
}
