import ConductorFaults
import Testing

@Suite("A storage call that fails", .enabled(if: StorageShim.hasCompiler), .serialized)
struct StorageCallTests {
    @Test(
        "with an error, once or from then on: nothing is acknowledged behind it, and nothing is lost",
        arguments: [CallRun.Fault.error, .errors])
    func errors(_ fault: CallRun.Fault) async throws {
        // A prime, so that the calls of a round that repeats are all hit in time.
        let report = try await CallRun(fault, every: 23).run()
        #expect(report.violations == [])
        #expect(report.ended > 0 && report.refusedStarts > 0 && report.stopped > 0)
    }

    @Test("because the disk is full ends nothing, once there is room again", arguments: [CallRun.Fault.full])
    func full(_ fault: CallRun.Fault) async throws {
        let report = try await CallRun(fault, every: 67).run()
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
