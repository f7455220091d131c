import ConductorJSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("a value answers only for what it is", arguments: ["null", "true", "7", #""7""#, "[7]", #"{"7":7}"#])
    func kinds(text: String) throws {
        let value = try parse(text)
        #expect((value.bool != nil) == (value.kind == .bool))
        #expect((value.integer != nil) == (value.kind == .number))
        #expect((value.double != nil) == (value.kind == .number))
        #expect((value.string != nil) == (value.kind == .string))
        #expect(value.elements.contains { _ in true } == (value.kind == .array))
        #expect(value.members.contains { _ in true } == (value.kind == .object))
    }

    @Test(
        "an integer is one written as such that fits 64 bits",
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("18446744073709551616", nil),
            ("99999999999999999999999999999999999999", nil), ("1.0", nil), ("1e3", nil), ("1E0", nil), ("-0.0", nil),
        ] as [(String, Int64?)])
    func integers(text: String, expected: Int64?) throws {
        #expect(try parse(text).integer == expected)
        #expect(try parse("[\(text)]").elements.map(\.integer) == [expected])
    }

    @Test(
        "a double is any number that is finite as one",
        arguments: [
            ("0", 0), ("-1", -1), ("1.5", 1.5), ("1e3", 1000), ("25E-1", 2.5), ("0.1", 0.1),
            ("9007199254740993", 9007199254740992),
            ("1.7976931348623157e308", .greatestFiniteMagnitude), ("5e-324", .leastNonzeroMagnitude), ("1e-400", 0),
            ("1e400", nil), ("-1e400", nil), ("1e999999999999", nil),
        ] as [(String, Double?)])
    func doubles(text: String, expected: Double?) throws {
        #expect(try parse(text).double == expected)
    }

    @Test("a number of very many digits is read as the nearest double")
    func longNumber() throws {
        #expect(try parse("0." + String(repeating: "1", count: 5000)).double == 1.0 / 9)
        #expect(try parse(String(repeating: "1", count: 5000)).double == nil)
    }

    @Test(
        "a string is its characters, escapes undone",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), ("\"é😀\"", "é😀"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\ud83d\ude00""#, "😀"),
            (
                #""\uDBFF\uDFFF""#,
                "\u{10FFFF}"
            ),
            (#""\uD800\uDC00""#, "\u{10000}"), (#""a\u0000b""#, "a\0b"), (#""\\n""#, #"\n"#),
            (#""\\u0041""#, #"\u0041"#),
            (#""é\né""#, "é\né"), (#""\uD7FF\uE000""#, "\u{D7FF}\u{E000}"),
        ])
    func strings(text: String, expected: String) throws {
        #expect(try Array(#require(parse(text).string).utf8) == Array(expected.utf8))
    }

    @Test("elements and members come in the order they were written")
    func order() throws {
        let value = try parse(#"{"z":[3,[9,9],1,{"b":0},2],"a":{"x":[]},"m":null}"#)
        #expect(value.members.map(\.key) == ["z", "a", "m"])
        #expect(value.members.map(\.value.text.string) == [#"[3,[9,9],1,{"b":0},2]"#, #"{"x":[]}"#, "null"])
        #expect(try #require(value["z"]).elements.map(\.text.string) == ["3", "[9,9]", "1", #"{"b":0}"#, "2"])
    }

    @Test("a member is found by its key, escaped or not")
    func subscriptByKey() throws {
        let value = try parse(#"{"a":{"b":1},"\u0062":2,"":3}"#)
        #expect(value["b"]?.integer == 2)
        #expect(value[""]?.integer == 3)
        #expect(value["a"]?["b"]?.integer == 1)
        #expect(value["c"] == nil)
        #expect(try parse("[1]")["a"] == nil)
    }

    @Test("a key is found by its characters, not by others that look the same")
    func lookalikeKey() throws {
        let value = try parse(#"{"e\u0301":1,"\u00e9":2,"\u212a":3}"#)
        #expect(value["e\u{301}"]?.integer == 1)
        #expect(value["\u{E9}"]?.integer == 2)
        #expect(value["K"] == nil)
    }

    @Test(
        "depth counts containers as the parser does: scalars add nothing",
        arguments: [
            ("7", 1), ("[]", 1), ("[1]", 1), ("{}", 1), (#"{"a":1}"#, 1), ("[[]]", 2), (#"[1,{"a":[0]},[]]"#, 3),
        ])
    func depth(text: String, expected: Int) throws {
        #expect(try parse(text).depth == expected)
        _ = try JSONDocument(parsing: Array(text.utf8), maximumDepth: expected)
        guard expected > 1 else { return }
        #expect(throws: JSONError.self) {
            try JSONDocument(parsing: Array(text.utf8), maximumDepth: expected - 1)
        }
    }

    @Test("a value's text is its own bytes, and their count is known")
    func text() throws {
        let value = try parse(#" { "a" : [ 1.50 , "\u0041" ] , "b" : 2 } "#)
        let inner = try #require(value["a"])
        #expect(inner.text.string == #"[ 1.50 , "\u0041" ]"#)
        #expect(inner.byteCount == inner.text.bytes.count)
        #expect(inner.elements.map(\.text.string) == ["1.50", #""\u0041""#])
    }

    @Test(
        "values are equivalent when they say the same",
        arguments: [
            (#"{"a":1,"b":[true,null]}"#, #" { "b" : [true, null], "a" : 1 } "#),
            (#""A\/\ud83d\ude00""#, #""\u0041/😀""#),
            (#"{"\u0061":"\n"}"#, #"{"a":"\u000A"}"#),
            ("[]", "[ ]"), ("{}", "{ }"), ("1.50", " 1.50"), ("null", "null"), ("false", "false"),
        ])
    func equivalent(one: String, other: String) throws {
        #expect(try parse(one).isEquivalent(to: parse(other)))
        #expect(try parse(other).isEquivalent(to: parse(one)))
    }

    @Test(
        "values are not equivalent when they differ, if only in how a number is written",
        arguments: [
            ("1", "1.0"), ("1", #""1""#), ("0", "-0"), ("1e2", "100"), ("true", "false"), ("null", "false"),
            ("[]", "{}"),
            ("[1,2]", "[2,1]"), ("[1]", "[1,1]"), ("[]", "[null]"), ("{}", #"{"a":null}"#),
            (#"{"a":1}"#, #"{"a":2}"#), (#"{"a":1}"#, #"{"b":1}"#), (#"{"a":{"b":1}}"#, #"{"a":{"b":2}}"#),
            (#""e\u0301""#, #""\u00e9""#), (#"{"e\u0301":1}"#, #"{"\u00e9":1}"#),
        ])
    func different(one: String, other: String) throws {
        #expect(try !parse(one).isEquivalent(to: parse(other)))
        #expect(try !parse(other).isEquivalent(to: parse(one)))
    }
}
