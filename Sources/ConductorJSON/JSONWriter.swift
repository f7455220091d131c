/// Writes JSON into a growing buffer; commas take care of themselves.
///
/// The writer trusts its caller to close what it opens.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    public init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// A value after its length: four bytes, the highest first.
    package mutating func lengthPrefixed(_ body: (inout JSONWriter) -> Void) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: 4))
        needsComma = false
        body(&self)
        let length = UInt32(clamping: bytes.count - start - 4)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
    }

    /// What was written, as one value.
    public var text: JSONText { JSONText(trusted: bytes) }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// An object whose members `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    public mutating func key(_ key: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A key that is data and may need escapes. A literal is none.
    @_disfavoredOverload
    public mutating func key(_ key: String) {
        string(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func member(_ key: StaticString, _ value: some JSONWritable) {
        self.key(key)
        value.write(to: &self)
    }

    @_disfavoredOverload
    public mutating func member(_ key: String, _ value: some JSONWritable) {
        self.key(key)
        value.write(to: &self)
    }

    /// Writes nothing where there is no value.
    public mutating func member(_ key: StaticString, _ value: (some JSONWritable)?) {
        if let value { member(key, value) }
    }

    /// Writes null where there is no value.
    public mutating func nullableMember(_ key: StaticString, _ value: (some JSONWritable)?) {
        if let value { member(key, value) } else { member(key, JSONText.null) }
    }

    public mutating func element(_ value: some JSONWritable) {
        value.write(to: &self)
    }

    public mutating func raw(_ text: JSONText) {
        separate()
        bytes.append(contentsOf: text.bytes)
    }

    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    }

    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    public mutating func integer(_ value: Int64) {
        separate()
        guard value.magnitude > 9 else {
            if value < 0 { bytes.append(UInt8(ascii: "-")) }
            return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value.magnitude))
        }
        bytes.append(contentsOf: String(value).utf8)
    }

    /// A whole number that fits 64 bits is written digit by digit; what JSON cannot say (infinity, NaN) as null.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        if let whole = Int64(exactly: value) { return integer(whole) }
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    public mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { string($0) }
    }

    /// A text that is a constant.
    package mutating func string(_ value: StaticString) {
        string(UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// A string of ASCII characters none of which needs an escape.
    package mutating func plainString(_ characters: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: characters)
        bytes.append(UInt8(ascii: "\""))
    }

    /// UTF-8 that is a string.
    package mutating func string(_ characters: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var clean = 0, index = characters.endOfPlain(from: 0)
        while index < characters.count {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: characters[clean..<index]))
            escape(characters[index])
            clean = index + 1
            index = characters.endOfPlain(from: clean)
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: characters[clean...]))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case ..<0x20:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(hexadecimal[Int(byte >> 4)])
            bytes.append(hexadecimal[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }
}

private let hexadecimal: [UInt8] = Array("0123456789abcdef".utf8)

extension UnsafeBufferPointer<UInt8> {
    /// Where the bytes end that need no escape, from `start` on.
    fileprivate func endOfPlain(from start: Int) -> Int {
        var position = start
        let memory = UnsafeRawBufferPointer(self)
        while position + 8 <= count {
            let word = UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let special = word.bytesToEscape
            guard special == 0 else { return position + special.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < count, !mustEscape(self[position]) { position += 1 }
        return position
    }

    private func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}
