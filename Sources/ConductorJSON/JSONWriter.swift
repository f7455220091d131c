/// Writes JSON into a growing buffer; commas take care of themselves.
///
/// The writer trusts its caller to close what it opens.
public struct JSONWriter: Sendable {
    /// What is written, and room for more: a member is written in one step, however many parts it has.
    private var buffer: [UInt8]
    /// How many bytes are written.
    public private(set) var count = 0
    private var needsComma = false
    /// What is written of values that may be too long.
    public var detail = JSONDetail.whole

    public init(reserving capacity: Int = 256) {
        buffer = [UInt8](repeating: 0, count: capacity)
    }

    /// A value after its length: four bytes, the highest first.
    package mutating func lengthPrefixed(_ body: (inout JSONWriter) -> Void) {
        let start = count
        write(atMost: 4) { _ in 4 }
        needsComma = false
        body(&self)
        let length = UInt32(clamping: count - start - 4)
        for index in 0..<4 { buffer[start + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
    }

    /// Takes back what was written after the first `count` bytes, where a value had ended.
    package mutating func remove(after count: Int) {
        self.count = count
        needsComma = false
    }

    /// What was written, as one value.
    public var text: JSONText { JSONText(trusted: bytes) }

    /// What was written, copied.
    public var bytes: [UInt8] { Array(buffer[..<count]) }

    /// Lends what was written, valid while `body` runs.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

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
        let name = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        plainString(name, then: UInt8(ascii: ":"))
        needsComma = false
    }

    /// A key that is data and may need escapes. A literal is none.
    @_disfavoredOverload
    public mutating func key(_ key: String) {
        string(key)
        write(UInt8(ascii: ":"))
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
        text.bytes.withUnsafeBufferPointer { literal($0) }
    }

    public mutating func bool(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    public mutating func null() {
        literal("null")
    }

    public mutating func integer(_ value: Int64) {
        separate()
        write(atMost: 20) { memory in
            // From the last digit to the first.
            var digits = value.magnitude, start = 20
            repeat {
                start -= 1
                memory[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10)
                digits /= 10
            } while digits > 0
            if value < 0 {
                start -= 1
                memory[start] = UInt8(ascii: "-")
            }
            memory.update(from: memory + start, count: 20 - start)
            return 20 - start
        }
    }

    /// A whole number that fits 64 bits is written digit by digit; what JSON cannot say (infinity, NaN) as null.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        if let whole = Int64(exactly: value) { return integer(whole) }
        var text = value.description
        text.withUTF8 { literal($0) }
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
        plainString(characters, then: nil)
    }

    /// UTF-8 that is a string.
    package mutating func string(_ characters: UnsafeBufferPointer<UInt8>) {
        var index = characters.endOfPlain(from: 0)
        guard index < characters.count else { return plainString(characters, then: nil) }
        separate()
        write(UInt8(ascii: "\""))
        var clean = 0
        while index < characters.count {
            write(UnsafeBufferPointer(rebasing: characters[clean..<index]))
            escape(characters[index])
            clean = index + 1
            index = characters.endOfPlain(from: clean)
        }
        write(UnsafeBufferPointer(rebasing: characters[clean...]))
        write(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        write(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: write(UInt8(ascii: "n"))
        case 0x0D: write(UInt8(ascii: "r"))
        case 0x09: write(UInt8(ascii: "t"))
        case ..<0x20:
            for digit in [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")] { write(digit) }
            write(hexadecimal[Int(byte >> 4)])
            write(hexadecimal[Int(byte & 15)])
        default: write(byte)
        }
    }

    private mutating func separate() {
        if needsComma { write(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        write(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        write(bracket)
        needsComma = true
    }

    private mutating func literal(_ text: StaticString) {
        literal(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func literal(_ text: UnsafeBufferPointer<UInt8>) {
        separate()
        write(text)
    }

    private mutating func plainString(_ characters: UnsafeBufferPointer<UInt8>, then end: UInt8?) {
        let isNotFirst = needsComma
        needsComma = true
        write(atMost: characters.count + 4) { memory in
            let start = isNotFirst ? 1 : 0
            if isNotFirst { memory.pointee = UInt8(ascii: ",") }
            memory[start] = UInt8(ascii: "\"")
            if let first = characters.baseAddress { (memory + start + 1).update(from: first, count: characters.count) }
            var length = start + 1 + characters.count
            memory[length] = UInt8(ascii: "\"")
            length += 1
            guard let end else { return length }
            memory[length] = end
            return length + 1
        }
    }

    // MARK: The buffer

    private mutating func write(_ byte: UInt8) {
        write(atMost: 1) { memory in
            memory.pointee = byte
            return 1
        }
    }

    private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.baseAddress else { return }
        write(atMost: bytes.count) { memory in
            memory.update(from: first, count: bytes.count)
            return bytes.count
        }
    }

    /// - Parameter body: writes into the memory that it is lent, and returns how many bytes.
    @inline(__always)
    private mutating func write(atMost length: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        if count + length > buffer.count { grow(by: length) }
        let start = count
        let written = buffer.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { body($0 + start) } ?? 0
        }
        count = start + written
    }

    /// What mostly follows a long text: it should not have that copied into a larger buffer. Bytes.
    private static let roomAfterText = 1024

    private mutating func grow(by length: Int) {
        let size = max(2 * buffer.count, count + length + Self.roomAfterText)
        buffer = [UInt8](unsafeUninitializedCapacity: size) { memory, initialized in
            buffer.withUnsafeBytes { UnsafeMutableRawBufferPointer(memory).copyMemory(from: $0) }
            // Nothing past `count` is read before it is written.
            initialized = size
        }
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
