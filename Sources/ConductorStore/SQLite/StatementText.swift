/// A statement without comments, and with no more space than its words need: two that differ in those only are equal.
///
/// What is quoted is kept as it is, so that nothing can pass for a comment that SQLite does not take for one.
struct StatementText: Hashable {
    private let bytes: [UInt8]

    init(_ sql: String) {
        var scanner = Scanner(rest: Array(sql.utf8)[...])
        while let byte = scanner.rest.first {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): scanner.keepQuoted(until: byte)
            case UInt8(ascii: "["): scanner.keepQuoted(until: UInt8(ascii: "]"))
            case UInt8(ascii: "-") where scanner.rest.starts(with: "--".utf8): scanner.skip(through: "\n")
            case UInt8(ascii: "/") where scanner.rest.starts(with: "/*".utf8): scanner.skip(through: "*/")
            case UInt8(ascii: " "), 9, 10, 12, 13: scanner.space()
            default: scanner.keep()
            }
        }
        bytes = scanner.kept
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>
        var kept: [UInt8] = []
        private var isApart = false

        init(rest: ArraySlice<UInt8>) {
            self.rest = rest
        }

        mutating func keep() {
            guard let byte = rest.popFirst() else { return }
            if isApart, let last = kept.last, !Self.standsAlone(last), !Self.standsAlone(byte) {
                kept.append(UInt8(ascii: " "))
            }
            isApart = false
            kept.append(byte)
        }

        /// A doubled quote ends one text and begins the next.
        mutating func keepQuoted(until end: UInt8) {
            keep()
            while let byte = rest.popFirst() {
                kept.append(byte)
                if byte == end { return }
            }
        }

        mutating func space() {
            rest.removeFirst()
            isApart = true
        }

        mutating func skip(through end: String) {
            // Of "/*/" the slash does not end what it begins.
            rest = rest.dropFirst(2)
            while !rest.isEmpty, !rest.starts(with: end.utf8) { rest.removeFirst() }
            rest = rest.dropFirst(end.utf8.count)
            isApart = true
        }

        private static func standsAlone(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: ",")
        }
    }
}
