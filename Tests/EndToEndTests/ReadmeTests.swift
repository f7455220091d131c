import ConductorTestSupport
import Foundation
import Testing

@Suite("README.md", .timeLimit(.minutes(3)))
struct ReadmeTests {
    struct Block: Sendable {
        let language: String
        /// Why it cannot be tried here; nil where it is.
        let reason: String?
        var text = ""
    }

    private static func blocks() throws -> [Block] {
        let page = try String(contentsOfFile: ExampleAgent.root + "/README.md", encoding: .utf8)
        var blocks: [Block] = [], open: Block?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(block)
                    open = nil
                } else {
                    let words = line.dropFirst(3).split(separator: " ", maxSplits: 1)
                    let reason = words.dropFirst().first.flatMap { $0.wholeMatch(of: /not run: (.+)/) }
                    open = Block(language: words.first.map(String.init) ?? "", reason: reason.map { String($0.1) })
                }
            } else if open != nil {
                open?.text += line + "\n"
            } else {
                #expect(!line.hasPrefix("    "), "a block without a fence is not tried: \(line)")
            }
        }
        return blocks
    }

    @Test("has blocks that can be pasted as they stand, one after the other, and an end to what they start")
    func shell() async throws {
        let blocks = try Self.blocks().filter { $0.language == "sh" && $0.reason == nil }
        #expect(blocks.count >= 4)
        let folder = try TemporaryFolder(), runtime = folder.file("runtime")
        try FileManager.default.createDirectory(
            atPath: runtime, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let programs = URL(fileURLWithPath: Binaries.conductorctl).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let script = "set -e\ncd \(folder.path)\n" + blocks.map(\.text).joined() + "wait\n"
        let session = try ChildProcess(
            "/bin/bash", ["-c", script], environment: ["PATH": programs + ":" + path, "XDG_RUNTIME_DIR": runtime])
        let (exit, output, errors) = await session.finish()
        #expect(exit.status == 0, "\(output)\(errors)")
        for text in [
            "outputs  greeting=Hello Ada, nice to meet you.", "2 agents registered",
            "outputs  greeting=Hello Grace, nice to meet you.", "\nHello Grace, nice to meet you.\n", "{\"lines\": ",
            "lines.yaml is down", "fleet.yaml is down",
        ] {
            #expect(output.contains(text), "\(text) is not in:\n\(output)")
        }
    }

    @Test("shows files that are valid")
    func files() async throws {
        let bench = try Bench()
        for (index, block) in try Self.blocks().filter({ $0.language == "yaml" }).enumerated() {
            let file = try bench.write(block.text, "block-\(index).yaml")
            let check = try await ChildProcess(Binaries.conductorctl, ["validate", file]).finish()
            #expect(check.exit.status == 0, "\(check.errors)")
        }
    }

    @Test("says of each block what it is, and of a command that is not tried here why")
    func languages() throws {
        for block in try Self.blocks() {
            #expect(["sh", "yaml", "console", "text"].contains(block.language), "\(block.text)")
            #expect(block.language == "sh" || block.reason == nil)
        }
    }
}
