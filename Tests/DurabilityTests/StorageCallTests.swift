import ConductorFaults
import ConductorTestSupport
import Testing

@Suite("A storage call that fails", .enabled(if: CompiledShim.hasCompiler, "\(CompiledShim.noCompiler)"), .serialized)
struct StorageCallTests {
    @Test(
        "with an error, once or from then on: nothing is acknowledged behind it, and nothing is lost",
        arguments: [CallRun.Fault.error, .errors])
    func errors(_ fault: CallRun.Fault) async throws {
        // Other calls each time, so that in time all have had their turn.
        let report = try await CallRun(fault, every: 41, from: .random(in: 1...41)).run()
        #expect(report.violations == [])
        #expect(report.ended + report.refusedStarts > 0)
    }

    @Test("because the disk is full ends nothing, once there is room again", arguments: [CallRun.Fault.full])
    func full(_ fault: CallRun.Fault) async throws {
        let report = try await CallRun(fault, every: 67, from: .random(in: 1...67)).run()
        #expect(report.violations == [])
        #expect(report.stopped > 0 && report.ended == 0)
    }

    @Test("because the disk is full: writes are refused, reads go on, and what was held is done when there is room")
    func fullDisk() async throws {
        let report = try await FullDiskRun().run()
        #expect(report.violations == [])
        #expect(report.held > 0 && report.refused > 0)
    }
}
