import ConductorTestSupport
import Foundation
import Testing

@Suite("The manual pages", .timeLimit(.minutes(2)))
struct PageTests {
    private static let folder = ExampleAgent.root + "/man"

    static let pages = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []

    @Test("do on a terminal what they show there", arguments: pages)
    func terminal(page: String) async throws {
        let session = try TerminalSession(page: page)
        guard !session.steps.isEmpty else { return }
        try await session.replay(on: try await DaemonProcess(arguments: ["--ephemeral"]))
    }

    @Test(
        "show files and agents that are tried",
        arguments: ["conductor-fleet.5", "conductor-workflow.5", "conductor.yaml.5", "conductor-agent.7"])
    func examples(page: String) throws {
        #expect(try TerminalSession(page: page).steps.count >= 4)
    }

    @Test("refer to each other, all to all", arguments: pages)
    func references(page: String) throws {
        let section = try #require(try ManualPage(page).sections.first { $0.title == "SEE ALSO" })
        let named = section.lines.compactMap { line in
            line.wholeMatch(of: /\.Xr (\S+) (\d)(?: ,)?/).map { "\($0.1).\($0.2)" }
        }
        #expect(Set(Self.pages).subtracting([page]).isSubset(of: named))
    }
}
