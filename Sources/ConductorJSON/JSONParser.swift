/// A strict single-pass parser (RFC 8259, and no duplicate keys). Output is a flat tape of nodes in document
/// order: an object's node is followed by key, value, key, value…
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position = 0
    private(set) var nodes: [JSONNode] = []

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) throws(JSONError) -> [JSONNode] {
        guard bytes.count < Int(Int32.max) else { throw JSONError(reason: .tooLarge, offset: bytes.count) }
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        parser.nodes.reserveCapacity(min(bytes.count / 8 + 4, 512))
        parser.skipWhitespace()
        try parser.value(depth: 1)
        parser.skipWhitespace()
        guard parser.position == bytes.count else { throw parser.error(.trailingBytes) }
        return parser.nodes
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: position < bytes.count || reason == .tooDeep ? reason : .unexpectedEnd, offset: position)
    }

    private var current: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipWhitespace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Begins a container; what it contains follows on the tape.
    private mutating func open(_ kind: JSONKind) -> Int {
        nodes.append(JSONNode(kind: kind, start: UInt32(position)))
        return nodes.count - 1
    }

    private mutating func close(_ container: Int) {
        nodes[container].end = UInt32(position)
        nodes[container].next = UInt32(nodes.count)
    }

    /// A scalar that ends here.
    private mutating func append(_ kind: JSONKind, from start: Int, isEscaped: Bool = false) {
        let next = UInt32(nodes.count + 1)
        nodes.append(
            JSONNode(kind: kind, isEscaped: isEscaped, start: UInt32(start), end: UInt32(position), next: next))
    }

    private mutating func value(depth: Int) throws(JSONError) {
        guard let byte = current else { throw error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true", .bool)
        case UInt8(ascii: "f"): try literal("false", .bool)
        case UInt8(ascii: "n"): try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) {
        guard depth <= maximumDepth else { throw error(.tooDeep) }
        let node = open(.object)
        position += 1
        skipWhitespace()
        var members = 0
        var hasEscapedKey = false
        if current == UInt8(ascii: "}") {
            position += 1
            return close(node)
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
            let key = nodes.count
            try string()
            hasEscapedKey = hasEscapedKey || nodes[key].isEscaped
            skipWhitespace()
            guard current == UInt8(ascii: ":") else { throw error(.unexpectedByte) }
            position += 1
            skipWhitespace()
            try value(depth: depth + 1)
            members += 1
            skipWhitespace()
            if current == UInt8(ascii: ",") {
                position += 1
                skipWhitespace()
            } else if current == UInt8(ascii: "}") {
                position += 1
                break
            } else {
                throw error(.unexpectedByte)
            }
        }
        close(node)
        if members > 1 { try refuseDuplicateKeys(of: node, count: members, escaped: hasEscapedKey) }
    }

    private mutating func array(depth: Int) throws(JSONError) {
        guard depth <= maximumDepth else { throw error(.tooDeep) }
        let node = open(.array)
        position += 1
        skipWhitespace()
        if current == UInt8(ascii: "]") {
            position += 1
            return close(node)
        }
        while true {
            try value(depth: depth + 1)
            skipWhitespace()
            if current == UInt8(ascii: ",") {
                position += 1
                skipWhitespace()
            } else if current == UInt8(ascii: "]") {
                position += 1
                return close(node)
            } else {
                throw error(.unexpectedByte)
            }
        }
    }

    private mutating func literal(_ word: StaticString, _ kind: JSONKind) throws(JSONError) {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[index] else { throw error(.unexpectedByte) }
            position += 1
        }
        append(kind, from: start)
    }

    private mutating func number() throws(JSONError) {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        append(.number, from: start)
    }

    private mutating func digits() throws(JSONError) {
        let first = position
        while let byte = current, byte &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > first else { throw error(.invalidNumber) }
    }

    private mutating func string() throws(JSONError) {
        let start = position
        var isEscaped = false
        position += 1
        while true {
            skipPlainCharacters()
            guard let byte = current else { throw error(.unexpectedEnd) }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return append(.string, from: start, isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                try escape()
            case ..<0x20:
                throw error(.controlCharacter)
            case 0x80...:
                try multibyteCharacter(first: byte)
            default:
                position += 1
            }
        }
    }

    /// Steps over plain ASCII eight bytes at a time, to the next control character, quote, backslash or byte with
    /// its high bit set. The last seven bytes of a text are left to the caller.
    private mutating func skipPlainCharacters() {
        let memory = UnsafeRawBufferPointer(bytes)
        while position + 8 <= bytes.count {
            let word = UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let special = word.bytesToEscape | word & 0x8080_8080_8080_8080
            guard special == 0 else {
                position += special.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
    }

    private mutating func escape() throws(JSONError) {
        position += 1
        guard let letter = current else { throw error(.unexpectedEnd) }
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try hexadecimalUnit()
            if unit & 0xFC00 == 0xDC00 { throw error(.loneSurrogate) }
            if unit & 0xFC00 == 0xD800 {
                guard current == UInt8(ascii: "\\") else { throw error(.loneSurrogate) }
                position += 1
                guard current == UInt8(ascii: "u") else { throw error(.loneSurrogate) }
                position += 1
                guard try hexadecimalUnit() & 0xFC00 == 0xDC00 else { throw error(.loneSurrogate) }
            }
        default:
            throw error(.invalidEscape)
        }
    }

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = hexadecimalDigit(byte) else { throw error(.invalidEscape) }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    /// Well-formed byte sequences of The Unicode Standard, table 3-7.
    private mutating func multibyteCharacter(first: UInt8) throws(JSONError) {
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xE1...0xEC, 0xEE...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: throw error(.invalidUTF8)
        }
        position += 1
        guard let byte = current, second.contains(byte) else { throw error(.invalidUTF8) }
        for _ in 2..<length {
            position += 1
            guard let byte = current, byte & 0xC0 == 0x80 else { throw error(.invalidUTF8) }
        }
        position += 1
    }
}

extension UInt64 {
    /// Of eight bytes, those that do not stand for themselves in a string (control characters, quotes, backslashes) have
    /// their high bits set. The lowest one is exact; above it others may be marked.
    var bytesToEscape: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = self ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = self ^ (ones &* UInt64(UInt8(ascii: "\\")))
        // A byte that is too small borrows, which sets its high bit where that was not set.
        let controls = (self &- ones &* 0x20) & ~self
        let others = ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return (controls | others) & (ones &* 0x80)
    }
}
