/// The journal's MESSAGE_ID: 128 bits that name a kind of entry, whatever its text says.
public struct MessageID: Hashable, Sendable {
    public let value: UInt128

    /// For constants: `MessageID(0x1f0c…)` with 32 hex digits is checked by the compiler.
    public init(_ value: UInt128) {
        self.value = value
    }

    /// Reads exactly 32 lower-case hex digits; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(Self.isLowerCaseHex),
            let value = UInt128(text, radix: 16)
        else { return nil }
        self.value = value
    }

    private static func isLowerCaseHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}

extension MessageID: CustomStringConvertible {
    /// 32 lower-case hex digits, as `journalctl MESSAGE_ID=…` wants them.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}
