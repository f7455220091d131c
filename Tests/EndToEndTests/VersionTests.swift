import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("The version")
struct VersionTests {
    private func firstLine(of path: String, with prefix: String) throws -> String? {
        try String(contentsOfFile: ExampleAgent.root + "/" + path, encoding: .utf8)
            .split(separator: "\n").first { $0.hasPrefix(prefix) }.map(String.init)
    }

    @Test("is that of the newest dated release")
    func changelog() throws {
        let release = try #require(try firstLine(of: "CHANGELOG.md", with: "## 0"))
        let words = try #require(release.wholeMatch(of: /## (\S+) - \d{4}-\d{2}-\d{2}/))
        #expect(words.1 == ConductorVersion.current)
    }

    @Test("is that of the Debian package")
    func package() throws {
        #expect(
            try firstLine(of: "packaging/debian/changelog", with: "conductor (")?
                .hasPrefix("conductor (\(ConductorVersion.current))") == true)
    }

    @Test("is what the programs say", arguments: [Binaries.conductord, Binaries.conductorctl])
    func programs(program: String) async throws {
        let (exit, output, _) = await (try ChildProcess(program, ["--version"])).finish()
        #expect(exit.status == 0)
        #expect(output.contains(ConductorVersion.current), "\(output)")
    }
}
