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

    @Test("what looks like JSON is read as JSON, whatever it is called", arguments: ["standard input", "x.yaml"])
    func unnamedJSON(name: String) throws {
        let text = #"{"name": "\ud83d\ude00", "n": [1.0, {"<<": 1}]}"#
        #expect(try json(" \n" + text, name: name) == text)
        #expect(try json("[1, {\"a\": 2}]", name: name) == "[1, {\"a\": 2}]")
        #expect(try json("{\"a\": 1, b: 2}", name: name) == #"{"a":1,"b":2}"#)
        #expect(try json("{name: w}", name: name) == #"{"name":"w"}"#)
        let nested = #"{"a": "# + "\n" + #"  {"b": [1, "\ud83d\ude00"]}}"#
        let document = try SourceDocument(name: name, bytes: Array(nested.utf8))
        #expect(document.problem(at: "a.b[1]", "x").description == "\(name):2:13: a.b[1]: x")
        #expect(document.problem(at: "a.b", "x").description == "\(name):2:4: a.b: x")
    }

    @Test("a long name takes no room for each value below it", arguments: [true, false])
    func longNames(isJSON: Bool) throws {
        let name = String(repeating: "n", count: 1 << 20), values = Array(repeating: "1", count: 100_000)
        let list = "[\(values.joined(separator: ","))]"
        let text = isJSON ? "{\"\(name)\": \(list)}" : "? \(name)\n: \(list)\n"
        let document = try SourceDocument(name: "f.yaml", bytes: Array(text.utf8))
        let unknown = JSONFieldError(field: name.excerpt(), reason: "is not known here")
        #expect(document.problem(at: unknown.field, unknown.reason).position?.line == 1)
        #expect(document.json.bytes.count > 1 << 20)
    }

    @Test("a byte order mark is passed over", arguments: ["f.yaml", "f.json", "standard input"])
    func byteOrderMark(name: String) throws {
        #expect(try json("\u{FEFF}{\"a\": 1}", name: name) == "{\"a\": 1}")
        #expect(try json("\u{FEFF}a: 1\nb: 2\n") == #"{"a":1,"b":2}"#)
        #expect {
            _ = try SourceDocument(name: name, bytes: [0xFF, 0xFE, 0x61, 0])
        } throws: { "\($0)" == "\(name): is UTF-16; UTF-8 is needed" }
    }

    private static let merge = "merge keys are not supported; write the members out"

    @Test(
        "merge keys and tags are refused with their place",
        arguments: [
            ("a: &d {x: 1}\nb: {<<: *d, n: 2}", "2:5: b.<<: \(merge)"),
            ("b:\n  !!merge <<: {x: 1}", "2:3: b.<<: \(merge)"),
            ("a: !!set {x, y}", "1:1: a: unsupported tag tag:yaml.org,2002:set"),
            ("a: [!mine [1]]", "1:5: a[0]: unsupported tag !mine"),
            ("{a: {!!int 1: x}}", "1:6: a.1: unsupported tag tag:yaml.org,2002:int"),
        ])
    func mergeKeys(yaml: String, problem: String) {
        #expect {
            _ = try SourceDocument(name: "f.yaml", bytes: Array(yaml.utf8)).read(as: JSONText.self)
        } throws: { "\($0)" == "f.yaml:" + problem }
    }

    @Test("a name that only looks like a merge key is a name")
    func quotedMergeKey() throws {
        #expect(try json("{'<<': 1, a: !!seq [!!str 2]}") == #"{"<<":1,"a":["2"]}"#)
    }

    @Test("a place that the file does not hold is told by its nearest parent")
    func nearest() throws {
        let document = try SourceDocument(name: "f.yaml", bytes: Array("a:\n  b: [1, 2]\n".utf8))
        #expect(document.problem(at: "a.b[1]", "x").description == "f.yaml:2:10: a.b[1]: x")
        #expect(document.problem(at: "a.b[7].c", "x").description == "f.yaml:2:3: a.b[7].c: x")
        #expect(document.problem(at: "q", "x").description == "f.yaml:1:1: q: x")
    }
}
