import ConductorJSON
import Testing

@Suite("JSON text")
struct JSONTextTests {
    @Test("a text holds one value without the whitespace around it")
    func parsing() throws {
        #expect(try JSONText(parsing: " { \"a\" : 1 } \n").string == #"{ "a" : 1 }"#)
    }

    @Test("what is not exactly one value is no text", arguments: ["", "{", "1 2", "{\"a\":1,\"a\":2}", "nope"])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try JSONText(parsing: text) }
    }

    @Test("texts are equal byte for byte, not by what they say")
    func equality() throws {
        #expect(try JSONText(parsing: "[1]") == JSONText(parsing: " [1] "))
        #expect(try JSONText(parsing: "[1]") != JSONText(parsing: "[ 1]"))
        #expect(try JSONText(parsing: "\"e\u{301}\"") != JSONText(parsing: "\"\u{E9}\""))
    }

    @Test("a text that was stored comes back the same")
    func restoring() throws {
        let text = try JSONText(parsing: #"{"é":[1.0,"\ud83d\ude00"]}"#)
        #expect(JSONText(restoring: text.bytes) == text)
        #expect(try JSONText(restoring: text.bytes).parsed().isEquivalent(to: text.parsed()))
        #expect(throws: JSONError.self) { try JSONText(restoring: [0x7B]).parsed() }
    }

    @Test("the constants are what they are called")
    func constants() throws {
        #expect(try JSONText.null.parsed().kind == .null)
        #expect(try JSONText.emptyObject.parsed().kind == .object)
        #expect("\(JSONText.emptyObject)" == "{}")
    }

    @Test("a value that can be written is a text of its own")
    func jsonText() {
        #expect(["a", "b"].jsonText.string == #"["a","b"]"#)
        #expect(true.jsonText.string == "true")
        #expect(1.5.jsonText.string == "1.5")
        #expect(7.jsonText.string == "7")
    }
}
