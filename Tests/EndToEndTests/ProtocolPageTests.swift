import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Testing

@Suite("conductor-protocol(7)")
struct ProtocolPageTests {
    private static let page = try? ManualPage("conductor-protocol.7")

    static let transcripts: [Transcript] = page?.literalBlocks.compactMap { try? Transcript($0) } ?? []

    @Test("shows conversations that a real daemon holds word for word", arguments: transcripts)
    func replay(_ transcript: Transcript) async throws {
        try await transcript.replay(on: try await DaemonProcess(arguments: ["--ephemeral"]))
    }

    @Test("has no conversation that cannot be replayed")
    func readable() throws {
        let page = try #require(Self.page)
        #expect(try page.literalBlocks.compactMap { try Transcript($0) }.count == Self.transcripts.count)
        #expect(Self.transcripts.count >= 9)
    }

    @Test("lists every method with its role, and no other")
    func methods() throws {
        let listed = try literalLines().compactMap { line in
            line.wholeMatch(of: /([a-z_.]+) +(any|observer|agent|operator|admin)/).map { "\($0.1) \($0.2)" }
        }
        #expect(listed.sorted() == Method.all.map { "\($0) \($0.requiredRole.rawValue)" }.sorted())
    }

    @Test("lists every error with its number, and no other")
    func errors() throws {
        let lines = try literalLines()
        let listed = lines.compactMap { $0.prefixMatch(of: /(-32\d+)  ([A-Z_]+)/).map { "\($0.1) \($0.2)" } }
        #expect(listed.sorted() == Refusal.Code.allCases.map { "\($0.number) \($0.rawValue)" }.sorted())
        for code in Refusal.Code.allCases {
            let line = try #require(lines.first { $0.contains("  \(code.rawValue) ") })
            #expect(line.contains("retryable") == code.isRetryable, "\(line)")
        }
    }

    @Test("lists every limit with its value, and no other")
    func limits() throws {
        let listed = try literalLines().compactMap { line in
            line.prefixMatch(of: /((?:max|frame|stall)_\w+) +(\d+)/).map { "\($0.1) \($0.2)" }
        }
        let limits = try Limits().jsonText.parsed()
        #expect(listed.sorted() == limits.members.map { "\($0.key) \($0.value.text.string)" }.sorted())
    }

    @Test("lists every kind of event, and no other")
    func events() throws {
        let page = try #require(Self.page)
        let block = try #require(page.literalBlocks.first { $0.title == "EVENTS" })
        var family = ""
        var listed: [String] = []
        for word in block.lines.flatMap({ $0.split(separator: " ") }) {
            if word.hasPrefix(".") { listed.append(family + word) } else { family = String(word) }
        }
        #expect(listed.sorted() == EventKind.allCases.map(\.rawValue).sorted())
    }

    @Test("lists every kind of policy, and no other")
    func policies() throws {
        let page = try #require(Self.page)
        let block = try #require(page.literalBlocks.first { $0.title == "POLICIES" })
        let listed = block.lines.compactMap { $0.prefixMatch(of: /[A-Z]\w+Policy/).map { String($0.0) } }
        #expect(listed.sorted() == Policy.Kind.allCases.map(\.rawValue).sorted())
    }

    private func literalLines() throws -> [String] {
        try #require(Self.page).literalBlocks.flatMap(\.lines)
    }
}
