import ConductorBench
import Testing

@Suite("Scale")
struct ScaleTests {
    @Test("of everything there is a run with little of it and one with more, by which its ratio is")
    func axes() async throws {
        var scale = Scale()
        scale.subject = .ephemeral
        scale.share = 0.0001
        scale.scale = 0.01
        let rows = try await scale { _ in }
        #expect(rows.map(\.axis) == Scale.Axis.allCases.flatMap { [$0, $0] })
        for (small, large) in zip(rows, rows.dropFirst()) where small.axis == large.axis {
            #expect(small.size < large.size)
            #expect(small.ratio == 1)
            #expect(large.ratio == large.serverCPU / small.serverCPU)
        }
    }
}
