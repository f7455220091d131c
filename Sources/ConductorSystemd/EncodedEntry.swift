import Glibc

/// An entry as the journal's `NAME=value` fields, one after the other in one buffer.
///
/// The bounds of each field travel beside the bytes, so nothing inside a value can end it and begin another field.
struct EncodedEntry: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var bounds: [Range<Int>] = []

    init(_ entry: JournalEntry) {
        bytes.reserveCapacity(entry.cost)
        append("MESSAGE", entry.message)
        append("PRIORITY", String(entry.priority.rawValue))
        if let messageID = entry.messageID { append("MESSAGE_ID", messageID.description) }
        append("CODE_FILE", entry.location.file)
        append("CODE_LINE", String(entry.location.line))
        append("CODE_FUNC", entry.location.function)
        for field in entry.fields { append(field.name.text, field.value) }
    }

    private mutating func append(_ name: String, _ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: value.utf8)
        bounds.append(start..<bytes.count)
    }

    /// Lends the fields as I/O vectors, valid while `body` runs.
    func withIOVectors<Result>(_ body: (UnsafeBufferPointer<iovec>) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            // The journal only reads; `iovec` has no read-only form.
            let base = UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            let vectors = bounds.map { iovec(iov_base: base?.advanced(by: $0.lowerBound), iov_len: $0.count) }
            return vectors.withUnsafeBufferPointer(body)
        }
    }
}
