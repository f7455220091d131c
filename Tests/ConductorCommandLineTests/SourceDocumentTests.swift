import ConductorCommandLine
import ConductorJSON
import Testing

@Suite struct SourceDocumentTests {
    private func json(_ yaml: String, name: String = "test.yaml") throws -> String {
        try SourceDocument(name: name, bytes: Array(yaml.utf8)).json.string
    }

    @Test("numbers keep their digits, whatever they are worth")
    func digits() throws {
        #expect(
            try json("[1.10, 1e3, 12345678901234567890, -0, 0x1F, 0o17]") == "[1.10,1e3,12345678901234567890,-0,31,15]")
        #expect(try json("[+5, 007, .5, 5., 1.5E+2]") == "[5,7,0.5,5.0,1.5E+2]")
    }

    @Test("what the core schema does not call a number, a boolean or null is a string")
    func strings() throws {
        #expect(
            try json("[yes, No, on, 1_000, 12:30, 2026-01-31, 1.2.3, 0x, 1e, -, '1', \"true\", !!str 5]")
                == #"["yes","No","on","1_000","12:30","2026-01-31","1.2.3","0x","1e","-","1","true","5"]"#)
        #expect(try json("[true, False, ~, null, ]") == "[true,false,null,null]")
        #expect(try json("a:") == #"{"a":null}"#)
    }

    @Test("block scalars, anchors and members in their order come through")
    func structure() throws {
        let yaml = "z: &text |\n  one\n  two\na: *text\n"
        #expect(try json(yaml) == #"{"z":"one\ntwo\n","a":"one\ntwo\n"}"#)
    }

    @Test("a JSON file is read as JSON, surrogate pairs and all")
    func strictJSON() throws {
        let text = #"{"name": "\ud83d\ude00", "n": 1.0}"#
        #expect(try json(text, name: "test.json") == text)
    }

    @Test("a place that the file does not hold is told by its nearest parent")
    func nearest() throws {
        let document = try SourceDocument(name: "f.yaml", bytes: Array("a:\n  b: [1, 2]\n".utf8))
        #expect(document.problem(at: "a.b[1]", "x").description == "f.yaml:2:10: a.b[1]: x")
        #expect(document.problem(at: "a.b[7].c", "x").description == "f.yaml:2:3: a.b[7].c: x")
        #expect(document.problem(at: "q", "x").description == "f.yaml:1:1: q: x")
    }
}
