/// What is at which path.
package enum WebPath: Hashable, Sendable {
    case overview, agents, events, stylesheet, script
    case report(id: String)

    /// Nil where nothing is.
    package init?(_ path: String) {
        switch path {
        case "/": self = .overview
        case "/agents": self = .agents
        case "/events": self = .events
        case WebPage.stylesheetPath: self = .stylesheet
        case WebPage.scriptPath: self = .script
        default:
            let prefix = "/runs/"
            guard path.hasPrefix(prefix), let id = Self.decoded(path.dropFirst(prefix.count)), !id.isEmpty else {
                return nil
            }
            self = .report(id: id)
        }
    }

    /// The path of a run's report, whatever its id holds.
    static func run(_ id: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var path = Array("/runs/".utf8)
        for byte in id.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                path.append(byte)
            default: path += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: path, as: UTF8.self)
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
