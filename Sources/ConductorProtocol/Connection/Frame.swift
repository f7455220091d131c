import ConductorModel

/// Cuts a byte stream into frames:
///
///     +----------------+---------------------------+
///     | N: 4 bytes, BE | N bytes: one JSON object  |
///     +----------------+---------------------------+
///
/// Memory is taken for bytes that have come, never for a length that was declared.
public struct FrameDecoder: Sendable {
    /// Why a stream cannot be cut any further; the connection ends with it.
    public enum Fault: Error, Hashable, Sendable {
        case empty
        case tooLarge(declared: Int, maximum: Int)
    }

    public static let headerBytes = 4

    private let maximumBytes: Int
    private var buffer: [UInt8] = []
    private var start = 0

    public init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Some, but not all bytes of a frame have come.
    public var isInsideFrame: Bool { start < buffer.count }

    /// Bytes that have come and belong to no frame that was taken.
    public var bufferedBytes: Int { buffer.count - start }

    /// Whether `next` has something to say without more bytes.
    public var isNextWhole: Bool {
        guard let length = nextLength else { return false }
        return length == 0 || length > maximumBytes || bufferedBytes >= Self.headerBytes + length
    }

    private var nextLength: Int? {
        guard bufferedBytes >= Self.headerBytes else { return nil }
        return (0..<Self.headerBytes).reduce(0) { $0 << 8 | Int(buffer[start + $1]) }
    }

    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame's body; nil until more bytes come.
    public mutating func next() throws(Fault) -> [UInt8]? {
        guard let length = nextLength else { return nil }
        guard length > 0 else { throw .empty }
        guard length <= maximumBytes else { throw .tooLarge(declared: length, maximum: maximumBytes) }
        guard bufferedBytes >= Self.headerBytes + length else { return nil }
        let body = Array(buffer[start + Self.headerBytes..<start + Self.headerBytes + length])
        start += Self.headerBytes + length
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 16)
            start = 0
        }
        return body
    }
}

extension FrameDecoder.Fault: CustomStringConvertible {
    public var description: String { Refusal(self).message }
}

extension Refusal {
    init(_ fault: FrameDecoder.Fault) {
        switch fault {
        case .empty: self.init(.badFrame, "a frame holds at least one byte")
        case .tooLarge(let declared, let maximum):
            self.init(.frameTooLarge, "a frame of \(declared) bytes is above the limit of \(maximum)")
        }
    }
}
