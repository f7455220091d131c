import ConductorJSON
import Testing

@Suite("JSON corpus")
struct JSONCorpusTests {
    @Test(
        "a text that RFC 8259 allows is accepted, and its bytes come back unchanged",
        arguments: [
            "null", "true", "false", "0", "-0", "7", "-12", "0.5", "-0.0", "1e3", "1E+3", "1e-03", "0e0", "1.25e2",
            "123456789012345678901234567890", "1e400", "-1e-400", "0.000000000000000000000000000001",
            #""""#, #""a""#, "\"\u{7F}\"", "\"\u{2028}\u{2029}\"", #""/""#, #""\/""#, #""\u0000""#, #""\u001F\u00aF""#,
            #""\ud83d\ude00""#, #""\uD83D\uDE00""#, #""\uDBFF\uDFFF""#, #""\uFFFE\uffff""#, #""\ufeff""#, #""\\u0061""#,
            "\"\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}\"", "\"\u{FEFF}\"", #""\"\\\b\f\n\r\t""#,
            "[]", "[[]]", "[null]", "[1,2]", "[ ]", "[\t\n\r 1 , 2 ]", #"["a",{},[],-1]"#,
            "{}", "{ }", #"{"":0}"#, #"{"a":{}}"#, #"{ "a" : 1 , "b" : [ ] }"#, #"{"\u0061":1,"b":2}"#,
            #"{"a b":"c:d,"}"#,
        ])
    func accepted(text: String) throws {
        #expect(try parse(text).text.string == text)
        #expect(try parse(" \t\r\n" + text + "\n").text.string == text)
    }

    @Test(
        "a text that RFC 8259 does not allow is refused for its reason",
        arguments: [
            RefusedText(
                .unexpectedEnd, "", " ", "\n", "nul", "t", "-", "1.", "1e", "1e+", "[", "{", "[1", "[1,",
                #"{"a""#, #"{"a":"#),
            RefusedText(
                .unexpectedEnd, "\"", #""\"#, #""\u"#, #""\u00"#, #""\ud83d"#, #""\ud83d\"#, #""\ud83d\ude0"#,
                #""a"#),
            RefusedText(
                .unexpectedByte, "NaN", "Infinity", "+1", ".5", "nULL", "True", "nan", "'a'", "a", "\u{FEFF}{}",
                "\u{A0}1"),
            RefusedText(
                .unexpectedByte, "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1;2]", "[1}", "]", "[01]", "[0x1]",
                "[1_0]"),
            RefusedText(
                .unexpectedByte, "[\u{B}1]", "[\u{C}]", "[1\u{0}]", "[a]", "[\u{201C}\u{201D}]", "[nullx]",
                "[tru]", "[//]"),
            RefusedText(
                .unexpectedByte, "{,}", #"{"a":1,}"#, #"{,"a":1}"#, #"{"a"}"#, #"{"a",1}"#, #"{"a"::1}"#,
                #"{"a":1]"#, "}"),
            RefusedText(
                .unexpectedByte, "{a:1}", "{'a':1}", "{1:1}", "{null:1}", #"{"a":1 "b":2}"#, #"{"a":/**/1}"#,
                #"{"a":}"#),
            RefusedText(
                .trailingBytes, "01", "-01", "00", "1 2", "1a", "1f", "0x10", "{}{}", "[]]", "{}}", "null,", "1,",
                "{}\u{0}"),
            RefusedText(.trailingBytes, #""a""b""#, "{}#", "{} //", "[]\u{FEFF}", "1e1.5", "1.2.3", "truefalse"),
            RefusedText(
                .invalidNumber, "-Infinity", "-a", "--1", "-.5", "[-]", "[1.]", "[1.e1]", "[1e]", "[1e+]",
                "[1E-,2]", "1e++1"),
            RefusedText(
                .invalidEscape, #""\x41""#, #""\a""#, #""\'""#, #""\U0041""#, #""\u004""#, #""\u00G0""#,
                #""\u 041""#, "\"\\\n\""),
            RefusedText(
                .invalidEscape, #""\0""#, #""\u{41}""#, #""\ud83d\u""#, #""\ud83d\uzzzz""#, "\"\\\u{E9}\"",
                #""\u+041""#),
            RefusedText(
                .loneSurrogate, #""\ud83d""#, #""\ude00""#, #""\ude00\ud83d""#, #""\ud83d\n""#, #""\ud83d\ud83d""#),
            RefusedText(
                .loneSurrogate, #""\ud83dude00""#, #""\ud83d\u0041""#, #""\udfff""#, #""\ud800 \udc00""#,
                #"{"\ud800":1}"#),
            RefusedText(.controlCharacter, "\"\u{0}\"", "\"\n\"", "\"\t\"", "\"\r\"", "\"\u{1F}\"", "{\"a\u{8}\":1}"),
            RefusedText(
                .duplicateKey, #"{"a":1,"a":1}"#, #"{"":1,"":2}"#, #"{"a":1,"b":2,"a":3}"#,
                #"[{"x":{"a":1,"a":2}}]"#),
            RefusedText(.duplicateKey, #"{"a":1,"\u0061":2}"#, #"{"\n":1,"\u000a":2}"#, #"{"\/":1,"/":2}"#),
            RefusedText(.duplicateKey, #"{"😀":1,"\ud83d\ude00":2}"#, #"{"\u00E9":1,"é":2}"#),
        ])
    func refused(sample: RefusedText) {
        for text in sample.texts {
            #expect(refusal(of: text)?.reason == sample.reason, "\(text.debugDescription)")
        }
    }

    @Test("every control character must be escaped", arguments: UInt8(0)..<0x20)
    func controlCharacter(byte: UInt8) {
        #expect(refusal(of: Array("\"".utf8) + [byte] + Array("\"".utf8))?.reason == .controlCharacter)
    }

    @Test(
        "a string whose bytes are not well-formed UTF-8 is refused",
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC3, 0x28], [0xDF, 0xC0],
            [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
            [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x28],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xE9],
        ] as [[UInt8]])
    func malformedUTF8(content: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(refusal(of: [quote] + content + [quote])?.reason == .invalidUTF8)
        let key = Array("{\"".utf8) + content + Array("\":1}".utf8)
        #expect(refusal(of: key)?.reason == .invalidUTF8)
    }

    @Test(
        "UTF-16 and UTF-32 are refused, with and without a byte order mark",
        arguments: [
            [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00], [0xFE, 0xFF, 0x00, 0x5B, 0x00, 0x5D],
            [0x5B, 0x00, 0x5D, 0x00], [0x00, 0x5B, 0x00, 0x5D],
            [0xFF, 0xFE, 0x00, 0x00, 0x5B, 0x00, 0x00, 0x00], [0x00, 0x00, 0x00, 0x5B],
        ] as [[UInt8]])
    func otherEncodings(bytes: [UInt8]) {
        #expect(refusal(of: bytes)?.reason == .unexpectedByte)
    }
}

/// Texts that are refused for one and the same reason.
struct RefusedText: Sendable {
    let reason: JSONError.Reason
    let texts: [String]

    init(_ reason: JSONError.Reason, _ texts: String...) {
        self.reason = reason
        self.texts = texts
    }
}
