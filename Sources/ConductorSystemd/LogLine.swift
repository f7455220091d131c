/// A record as one readable line, for where there is no journal:
/// `2026-11-22T15:04:05.123456Z warning message key=value …`.
///
/// Control characters of any kind are escaped, so neither a line nor a terminal command can be forged.
struct LogLine {
    /// UTF-8, with the newline that ends it.
    private(set) var bytes: [UInt8] = []

    init(_ record: LogRecord) {
        bytes.reserveCapacity(record.entry.cost)
        bytes.append(contentsOf: "\(record.time) \(record.entry.priority.name) ".utf8)
        appendEscaped(record.entry.message)
        for field in record.entry.fields {
            bytes.append(contentsOf: " \(Self.key(of: field.name))=".utf8)
            appendValue(field.value)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// `CONDUCTOR_TASK_ID` reads `task_id`; other names stay as the journal knows them.
    private static func key(of name: JournalFieldName) -> String {
        let prefix = JournalFieldName.conductorPrefix
        return name.text.hasPrefix(prefix) ? name.text.dropFirst(prefix.count).lowercased() : name.text
    }

    private mutating func appendValue(_ value: String) {
        let needsQuotes = value.isEmpty || value.utf8.contains { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\"") }
        guard needsQuotes else { return appendEscaped(value) }
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(value, quoted: true)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ text: String, quoted: Bool = false) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": bytes.append(contentsOf: #"\n"#.utf8)
            case "\r": bytes.append(contentsOf: #"\r"#.utf8)
            case "\t": bytes.append(contentsOf: #"\t"#.utf8)
            case "\\": bytes.append(contentsOf: #"\\"#.utf8)
            case "\"" where quoted: bytes.append(contentsOf: #"\""#.utf8)
            case _ where Self.isUnprintable(scalar):
                bytes.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".utf8)
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// Controls, line and paragraph separators, and invisible characters such as those that turn the writing direction.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
