import ConductorTestSupport
import Foundation
import Testing

@Suite("The example of seven agents")
struct UserServiceTests {
    /// What `make run` calls, in a folder whose path is longer than a socket's may be.
    @Test("goes round once for what monitoring finds, ends well, and leaves nothing running")
    func run() async throws {
        let folder = try TemporaryFolder()
        let workspace = folder.file(String(repeating: "deep/", count: 20) + "w")
        let script = URL(fileURLWithPath: Bench.examples).deletingLastPathComponent()
            .appending(path: "scripts/run-example.sh").path
        let programs = URL(fileURLWithPath: Binaries.conductorctl).deletingLastPathComponent().path
        let ended = try await ChildProcess(script, [programs, workspace]).finish()
        #expect(ended.exit.status == 0, "\(ended.output)\(ended.errors)")
        #expect(ended.output.contains("round 2 began because"))
        #expect(FileManager.default.fileExists(atPath: workspace + "/deployed"))
        #expect(!FileManager.default.fileExists(atPath: workspace + "/keeper.sock"))
        #expect(try Self.processes(naming: workspace).isEmpty)
    }

    /// Command lines that have `text` in them.
    private static func processes(naming text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { $0.allSatisfy(\.isNumber) }
            .compactMap { try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8) }
            .filter { $0.contains(text) }
    }
}
