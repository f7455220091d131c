import ConductorJSON

/// What an unquoted YAML scalar means by the core schema (YAML 1.2.2, 10.3). Numbers keep their digits.
package enum PlainScalar: Equatable {
    case null
    case bool(Bool)
    case number(JSONText)
    /// Infinity and NaN: YAML has them, JSON does not.
    case notInJSON
    case string

    package init(_ text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
            self = .notInJSON
        default: self = Self.number(text).map { .number($0) } ?? .string
        }
    }

    private static func number(_ text: String) -> JSONText? {
        if text.hasPrefix("0x") { return integer(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return integer(text.dropFirst(2), radix: 8) }
        return decimal(text)
    }

    private static func integer(_ digits: Substring, radix: Int) -> JSONText? {
        guard digits.first != "+", digits.first != "-", let value = UInt64(digits, radix: radix) else { return nil }
        return try? JSONText(parsing: "\(value)")
    }

    /// JSON writes a number as YAML does, but for a plus sign, leading zeros, and nothing beside the point.
    private static func decimal(_ text: String) -> JSONText? {
        var rest = text[...]
        let sign = rest.first == "-" ? "-" : ""
        if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
        let whole = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(whole.count)
        guard !whole.isEmpty || rest.first == "." else { return nil }
        let significant = whole.drop { $0 == "0" }
        var json = sign + (significant.isEmpty ? "0" : significant)
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !whole.isEmpty || !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
            json += "." + (fraction.isEmpty ? "0" : fraction)
        }
        // What is left is an exponent, or this is no number: JSON's own parser decides.
        guard rest.isEmpty || rest.first == "e" || rest.first == "E" else { return nil }
        return try? JSONText(parsing: json + rest)
    }
}
