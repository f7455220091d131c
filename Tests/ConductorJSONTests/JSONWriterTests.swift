import ConductorJSON
import ConductorRandom
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("commas stand between values and nowhere else")
    func commas() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("empty")
            writer.object { _ in }
            writer.key("list")
            writer.beginArray()
            writer.null()
            writer.beginArray()
            writer.endArray()
            writer.element(1)
            writer.object { $0.member("x", true) }
            writer.endArray()
            writer.member("needs", ["a", "b"])
            writer.member("none", [Int]())
            writer.member("last", false)
        }
        let expected = #"{"empty":{},"list":[null,[],1,{"x":true}],"needs":["a","b"],"none":[],"last":false}"#
        #expect(writer.text.string == expected)
    }

    @Test("a member without a value is left out, or null where it is asked for")
    func absentMembers() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("a", nil as Int?)
            writer.nullableMember("b", nil as String?)
            writer.member("c", 1 as Int?)
            writer.nullableMember("d", "x")
        }
        #expect(writer.text.string == #"{"b":null,"c":1,"d":"x"}"#)
    }

    @Test(
        "a string escapes what JSON demands and nothing else",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#),
            ("\0\u{1}\u{8}\u{C}\u{1F}", #""\u0000\u0001\u0008\u000c\u001f""#), ("a\nb\"c", #""a\nb\"c""#),
            ("\"", #""\"""#),
            ("é€😀\u{7F}\u{2028}", "\"é€😀\u{7F}\u{2028}\""), ("e\u{301}", "\"e\u{301}\""), ("\r\n", #""\r\n""#),
        ])
    func escapes(string: String, expected: String) {
        #expect(Array(string.jsonText.bytes) == Array(expected.utf8))
    }

    @Test("what must be escaped is, wherever it stands, and nothing beside it", arguments: ["x", "é", "😀"])
    func escapesAnywhere(filler: String) {
        for special in ["\"", "\\", "\u{1F}", "\0"] {
            let escaped = ["\"": #"\""#, "\\": #"\\"#, "\u{1F}": #"\u001f"#, "\0": #"\u0000"#][special] ?? ""
            for position in 0..<20 {
                let before = String(repeating: filler, count: position), after = String(repeating: filler, count: 9)
                let text = (before + special + after + special).jsonText.string
                #expect(text == "\"\(before)\(escaped)\(after)\(escaped)\"")
            }
        }
    }

    @Test("a key that is data is escaped too")
    func escapedKey() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("a\"\n" as String, 1)
            writer.member("b" as String, 2)
        }
        #expect(writer.text.string == #"{"a\"\n":1,"b":2}"#)
    }

    @Test(
        "an integer is written digit by digit to its limits",
        arguments: [
            (0, "0"), (-1, "-1"), (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
        ] as [(Int64, String)])
    func integers(value: Int64, expected: String) {
        #expect(value.jsonText.string == expected)
    }

    @Test(
        "a double is written in the shortest form, whole numbers without a fraction",
        arguments: [
            (0, "0"), (1, "1"), (-3, "-3"), (0.1, "0.1"), (2.5, "2.5"), (1e15, "1000000000000000"),
            (9007199254740994, "9007199254740994"), (-1e18, "-1000000000000000000"), (1e19, "1e+19"),
            (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"), (.infinity, "null"), (-.infinity, "null"),
            (.nan, "null"),
        ] as [(Double, String)])
    func doubles(value: Double, expected: String) {
        #expect(value.jsonText.string == expected)
    }

    @Test(
        "a finite double comes back as the same double",
        arguments: [
            0.1, 1e15, 1e16, 123456789012345680, 1e22, 1e-7, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
            -2.5e-5,
        ] as [Double])
    func doubleRoundTrip(value: Double) throws {
        #expect(try value.jsonText.parsed().double == value)
    }

    @Test("opaque text is spliced in byte for byte")
    func opaque() throws {
        let text = #"{ "z" : 1.50 , "a":[ 1e400,"\u0041" ] }"#
        let opaque = try JSONText(parsing: text)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("first", opaque)
            writer.member("second", [opaque, .null])
        }
        #expect(writer.text.string == #"{"first":\#(text),"second":[\#(text),null]}"#)
    }

    @Test("what is written is read back the same, whatever it is", arguments: 1...40)
    func roundTrip(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        for _ in 0..<25 {
            let tree = RandomValue(depth: 5, using: &generator)
            let text = tree.jsonText
            let value = try text.parsed()
            #expect(try RandomValue(json: value) == tree, "\(text)")
            #expect(try RandomValue(json: value).jsonText == text)
        }
    }
}

/// Any JSON value, to be written and read back. Members are in order, and their keys differ.
private indirect enum RandomValue: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string([UInt8])
    case array([RandomValue])
    case object([Member])

    struct Member: Equatable {
        let key: String
        let value: RandomValue
    }

    init(depth: Int, using generator: inout SplitMix) {
        switch Int.random(in: 0..<(depth > 1 ? 8 : 5), using: &generator) {
        case 0: self = .null
        case 1: self = .bool(.random(using: &generator))
        case 2: self = .integer(Int64(bitPattern: generator.next()) >> Int.random(in: 0...63, using: &generator))
        case 3: self = .double(Double.random(in: 0..<1, using: &generator) + 1e-9)
        case 4: self = .string(Array(Self.string(using: &generator).utf8))
        case 5:
            self = .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    RandomValue(depth: depth - 1, using: &generator)
                })
        default:
            self = .object(
                (0..<Int.random(in: 0...16, using: &generator)).map { index in
                    let key = Self.string(using: &generator) + String(index)
                    return Member(key: key, value: RandomValue(depth: depth - 1, using: &generator))
                })
        }
    }

    private static func string(using generator: inout SplitMix) -> String {
        let limits: [UInt32] = [0x20, 0x80, 0x80, 0x800, 0x1_0000, 0x11_0000]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let limit = limits.randomElement(using: &generator) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}

extension RandomValue: JSONReadable, JSONWritable {
    init(json: JSONValue) throws(JSONFieldError) {
        switch json.kind {
        case .null: self = .null
        case .bool: self = .bool(try Bool(json: json))
        case .number:
            if let integer = json.integer { self = .integer(integer) } else { self = .double(try Double(json: json)) }
        case .string: self = .string(Array(try String(json: json).utf8))
        case .array: self = .array(try [RandomValue](json: json))
        case .object:
            var members: [Member] = []
            for (key, value) in json.members { members.append(Member(key: key, value: try RandomValue(json: value))) }
            self = .object(members)
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .integer(let value): writer.integer(value)
        case .double(let value): writer.double(value)
        case .string(let bytes): writer.string(String(decoding: bytes, as: UTF8.self))
        case .array(let elements): elements.write(to: &writer)
        case .object(let members):
            writer.object { writer in
                for member in members { writer.member(member.key, member.value) }
            }
        }
    }
}
