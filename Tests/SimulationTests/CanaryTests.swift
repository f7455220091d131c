import ConductorEngine
import ConductorTestSupport
import Foundation
import Testing

@Suite("Canaries", .serialized)
struct CanaryTests {
    @Test("the simulator finds each planted bug", arguments: Canary.allCases)
    func found(_ canary: Canary) async throws {
        let (exit, output, _) = try await ChildProcess.simulator("--seeds", "500", "--canary", canary.rawValue).finish()
        #expect(exit.status == 1, "500 seeds did not find it")
        #expect(output.hasPrefix("seed "))
    }

    /// Without the switch `plants` is the constant false. It is set for debug builds, in one place.
    @Test("what is released has none")
    func noneReleased() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let lines = manifest.split(separator: "\n").filter { $0.contains("CANARIES") }
        #expect(
            lines.map { $0.trimmingCharacters(in: .whitespaces) }
                == [#".define("CONDUCTOR_CANARIES", .when(configuration: .debug)),"#])
    }
}
