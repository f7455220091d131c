import ConductorModel
import ConductorTestSupport
import Foundation
import Testing

@Suite("The articles of the libraries")
struct ArticleTests {
    @Test(
        "show programs that are compiled here",
        arguments: [
            ("ConductorClient", "DispatchingWork"), ("ConductorAgent", "WritingAnAgent"),
        ])
    func sameText(library: String, article: String) throws {
        let text = try String(
            contentsOfFile: "\(ExampleAgent.root)/Sources/\(library)/\(library).docc/\(article).md", encoding: .utf8)
        let program = try String(
            contentsOfFile: "\(ExampleAgent.root)/Tests/EndToEndTests/Articles/\(article).swift", encoding: .utf8)
        #expect(text.contains("```swift\n\(program)```\n"))
    }

    @Test("show an agent and a client that do what they say", .timeLimit(.minutes(5)))
    func programs() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let id = try #require(AgentID("counter"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await serve(as: id, socket: daemon.socket) }
            let words = try await countWords(in: "one two three", socket: daemon.socket)
            #expect(words == #"{"words":3}"#)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
