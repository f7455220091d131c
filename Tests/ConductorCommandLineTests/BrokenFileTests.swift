import ConductorCommandLine
import Testing

@Suite struct BrokenFileTests {
    static let names = Snapshot.names(in: "broken").filter { !$0.hasSuffix(".txt") }

    @Test("a broken workflow file is refused with the place and the field", arguments: names)
    func message(name: String) throws {
        let bytes = try SourceFile.read("\(Snapshot.folder)/broken/\(name)")
        var message = ""
        do throws(SourceProblems) {
            _ = try WorkflowFile.load(SourceDocument(name: name, bytes: bytes))
            Issue.record("\(name) was taken")
        } catch {
            message = error.description
        }
        try Snapshot.check(message + "\n", "broken/\(name).txt")
    }

    @Test("a file that is not there is told by its name")
    func missing() {
        #expect {
            _ = try SourceDocument(path: "/nowhere/workflow.yaml")
        } throws: { error in
            "\(error)" == "/nowhere/workflow.yaml: No such file or directory"
        }
    }
}
