import ConductorJSON

/// A machine as the bridges of others know it. It is a part of subjects and of task ids.
public struct HostName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let description: String

    /// Nil where `string` is not 1 to 63 lower-case letters, digits and hyphens, the first no hyphen.
    public init?(_ string: String) {
        guard (1...63).contains(string.utf8.count), string.utf8.first != UInt8(ascii: "-") else { return nil }
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            default: return nil
            }
        }
        description = string
    }

    public static func < (a: Self, b: Self) -> Bool { a.description < b.description }
}

extension HostName: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let name = Self(try String(json: json)) else {
            throw JSONFieldError(
                reason: "must be a host's name: lower-case letters, digits, and - after the first, at most 63")
        }
        self = name
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}
