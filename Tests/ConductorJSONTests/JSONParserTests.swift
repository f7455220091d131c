@testable import ConductorJSON
import ConductorRandom
import Testing

@Suite("JSON parser")
struct JSONParserTests {
    @Test(
        "an error names what is wrong and the byte where it stands",
        arguments: [
            ("", JSONError.Reason.unexpectedEnd, 0),
            ("  ", .unexpectedEnd, 2),
            (#"{"a":}"#, .unexpectedByte, 5),
            (#"{"a" 1}"#, .unexpectedByte, 5),
            ("[1 2]", .unexpectedByte, 3),
            ("{} {}", .trailingBytes, 3),
            (#"{"a":1,"a":2}"#, .duplicateKey, 8),
            ("[1.x]", .invalidNumber, 3),
            (#"["\x"]"#, .invalidEscape, 3),
            ("[\"a\nb\"]", .controlCharacter, 3),
        ])
    func errorOffset(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(refusal(of: text) == JSONError(reason: reason, offset: offset))
    }

    @Test("a good text cut off anywhere is refused as ended too early")
    func truncation() throws {
        let bytes = Array(sampleText.utf8)
        _ = try JSONDocument(parsing: bytes)
        for count in bytes.indices {
            let expected = JSONError(reason: .unexpectedEnd, offset: count)
            #expect(refusal(of: Array(bytes[..<count])) == expected)
        }
    }

    @Test("a text with any one byte replaced by any other is refused, or can be read whole")
    func mutation() throws {
        var bytes = Array(sampleText.utf8)
        for index in bytes.indices {
            let original = bytes[index]
            for byte in UInt8.min...UInt8.max {
                bytes[index] = byte
                guard let document = try? JSONDocument(parsing: bytes) else { continue }
                #expect(readEverything(in: document.root) > 1)
            }
            bytes[index] = original
        }
    }

    @Test("every byte is judged the same wherever it stands in a string", arguments: UInt8.min...UInt8.max)
    func byteInString(byte: UInt8) throws {
        let expected: JSONError.Reason? =
            switch byte {
            case ..<0x20: .controlCharacter
            case UInt8(ascii: "\""): .trailingBytes
            case UInt8(ascii: "\\"): .invalidEscape
            case 0x80...: .invalidUTF8
            default: nil
            }
        for count in 1...24 {
            for index in 0..<count {
                var content = Array(repeating: UInt8(ascii: "a"), count: count + 1)
                content[index] = byte
                let quote = UInt8(ascii: "\"")
                #expect(refusal(of: [quote] + content + [quote])?.reason == expected)
            }
        }
    }

    @Test("random bytes of JSON's own alphabet are refused, or can be read whole")
    func soup() {
        let alphabet = Array(#"{}[]:,"\u0dD8eE+-.1tfn /"#.utf8)
        var generator = SplitMix(seed: 7)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<count).compactMap { _ in alphabet.randomElement(using: &generator) }
            guard let document = try? JSONDocument(parsing: bytes) else { continue }
            #expect(readEverything(in: document.root) >= 1)
        }
    }

    @Test(
        "containers nest 32 deep and no deeper, whatever stands in the innermost",
        arguments: [
            ("[", "", "]"), ("[", "1", "]"), (#"{"a":"#, "{}", "}"), (#"{"a":"#, #""b""#, "}"),
            (#"[{"a":"#, "[]", "}]"),
        ])
    func depthLimit(opening: String, core: String, closing: String) throws {
        func nested(_ times: Int) -> String {
            String(repeating: opening, count: times) + core + String(repeating: closing, count: times)
        }
        let step = opening.hasPrefix("[{") ? 2 : 1
        let coreDepth = core.hasSuffix("}") || core.hasSuffix("]") ? 1 : 0
        let most = (JSONDocument.maximumDepth - coreDepth) / step
        _ = try parse(nested(most))
        #expect(refusal(of: nested(most + 1))?.reason == .tooDeep)
        #expect(refusal(of: String(repeating: opening, count: 100_000))?.reason == .tooDeep)
    }

    @Test("the depth limit is the caller's to lower")
    func lowerDepthLimit() throws {
        _ = try JSONDocument(parsing: Array("[[]]".utf8), maximumDepth: 2)
        #expect(throws: JSONError(reason: .tooDeep, offset: 1)) {
            try JSONDocument(parsing: Array("[[]]".utf8), maximumDepth: 1)
        }
    }

    @Test("a duplicate key is found among few and many, plain and escaped", arguments: [2, 12, 13, 500])
    func duplicateKeys(count: Int) throws {
        let keys = (1..<count).map { #""key\#($0)":\#($0)"# }
        _ = try parse("{\(keys.joined(separator: ","))}")
        for position in [0, keys.count / 2, keys.count] {
            for duplicate in [#""key1":0"#, #""\u006bey1":0"#] {
                var all = keys
                all.insert(duplicate, at: position)
                #expect(refusal(of: "{\(all.joined(separator: ","))}")?.reason == .duplicateKey)
            }
        }
    }

    @Test("keys that look alike but differ in their characters are not duplicates")
    func similarKeys() throws {
        let value = try parse(#"{"a":1,"A":2,"a ":3,"":4,"\u0000":5,"\u00e9":6,"e\u0301":7,"aa":8}"#)
        #expect(value.members.compactMap(\.value.integer) == Array(1...8))
    }

    @Test("the same key in different objects is not a duplicate")
    func sameKeyElsewhere() throws {
        _ = try parse(#"[{"a":{"a":{"a":1}}},{"a":2}]"#)
    }
}
