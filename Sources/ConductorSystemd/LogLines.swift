import ConductorModel

/// Records as readable lines, for where there is no journal: `2026-11-22T15:04:05.123456Z warning message key=value …`.
///
/// Control characters of any kind are escaped, so neither a line nor a terminal command can be forged.
struct LogLines {
    /// UTF-8, each line with the newline that ends it.
    private(set) var bytes: [UInt8] = []

    mutating func append(_ record: LogRecord) {
        let entry = record.entry
        record.time.withText { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: entry.priority.name.utf8)
        bytes.append(UInt8(ascii: " "))
        appendEscaped(entry.message)
        for field in entry.fields {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: field.name.key.utf8)
            bytes.append(UInt8(ascii: "="))
            appendValue(field.value)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func removeFirst(_ count: Int) {
        bytes.removeFirst(count)
    }

    private mutating func appendValue(_ value: String) {
        var value = value
        let (isPlain, hasSpace) = value.withUTF8 { characters in
            var isPlain = !characters.isEmpty, hasSpace = false
            for byte in characters {
                isPlain = isPlain && Self.isPlain(byte)
                hasSpace = hasSpace || byte == UInt8(ascii: " ")
            }
            if isPlain, !hasSpace { bytes.append(contentsOf: characters) }
            return (isPlain, hasSpace)
        }
        guard !isPlain || hasSpace else { return }
        let needsQuotes = value.isEmpty || hasSpace || value.utf8.contains(UInt8(ascii: "\""))
        if needsQuotes { bytes.append(UInt8(ascii: "\"")) }
        appendEscaped(value, quoted: needsQuotes)
        if needsQuotes { bytes.append(UInt8(ascii: "\"")) }
    }

    private mutating func appendEscaped(_ text: String, quoted: Bool = false) {
        var text = text
        let isPlain = text.withUTF8 { characters in
            for byte in characters where !Self.isPlain(byte) { return false }
            bytes.append(contentsOf: characters)
            return true
        }
        if !isPlain { for scalar in text.unicodeScalars { appendEscaped(scalar, quoted: quoted) } }
    }

    /// Printable ASCII that stands for itself, quoted or not.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte &- 0x20 < 0x5F && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar, quoted: Bool) {
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

    /// Controls, line and paragraph separators, and invisible characters such as those that turn the writing direction.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
