import ConductorJSON
import ConductorModel
import Testing

@Suite("Labels")
struct AgentLabelTests {
    private static func labels(_ count: Int) throws -> AgentLabels {
        try AgentLabels(json: parse("[" + (0..<count).map { "\"l\($0)\"" }.joined(separator: ",") + "]"))
    }

    @Test("a label is as long as its limit, and not one byte longer")
    func length() {
        #expect(AgentLabel(String(repeating: "a", count: 64)) != nil)
        #expect(AgentLabel(String(repeating: "a", count: 65)) == nil)
        #expect(AgentLabel("id=" + String(repeating: "a", count: 128)) != nil)
        #expect(AgentLabel("id=" + String(repeating: "a", count: 129)) == nil)
    }

    @Test("letters, digits and a few signs make a label", arguments: ["gpu", "arch=arm64", "a.b_c:d-e", "7", "a=="])
    func wellFormed(text: String) {
        #expect(AgentLabel(text)?.description == text)
    }

    @Test("nothing else does", arguments: ["", "=a", "-a", "a b", "ä", "a,b", "id=", "id==a", "id=a b"])
    func malformed(text: String) {
        #expect(AgentLabel(text) == nil)
    }

    @Test("there are as many as the limit, and one more is refused")
    func count() throws {
        #expect(try Self.labels(16).inOrder.count == 16)
        #expect(throws: JSONFieldError(reason: "must have at most 16 elements")) { try Self.labels(17) }
    }

    @Test("each stands there once, in order, whichever way they came")
    func once() throws {
        let labels = try AgentLabels(json: parse(#"["b","a","b"]"#))
        #expect(labels.jsonText.string == #"["a","b"]"#)
        #expect(labels == (try AgentLabels(json: parse(#"["a","b"]"#))))
    }

    @Test("a task without labels does not write the member, and one with labels writes it")
    func task() throws {
        let task = try TaskDefinition(json: parse(#"{"name":"t","assigned_to":"test","agent_labels":["gpu"]}"#))
        #expect(task.demand?.description == "type test with label gpu")
        #expect(task.jsonText.string.contains(#""agent_labels":["gpu"]"#))
        #expect(!TaskDefinition(name: "t", assignedTo: .test).jsonText.string.contains("agent_labels"))
    }
}
