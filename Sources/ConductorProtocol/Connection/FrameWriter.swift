import ConductorJSON
import ConductorModel

/// The daemon's frames, written one after the other into one buffer: each body once, after its length.
public struct FrameWriter: Sendable {
    /// What is taken for the first frame. Bytes.
    private static let room = 960

    private var writer = JSONWriter(reserving: 0)

    public init() {}

    /// How many bytes are written.
    public var count: Int { writer.count }

    /// Lends what was written, valid while `body` runs.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { writer.withBytes(body) }

    public mutating func reply(_ reply: Reply, id: RequestID) {
        frame { Message.write(reply, id: id, to: &$0) }
    }

    /// An id that is nil stands as null: the request's own could not be read.
    public mutating func refusal(_ refusal: Refusal, id: RequestID?) {
        frame { Message.write(refusal, id: id, to: &$0) }
    }

    public mutating func notification(_ notification: Notification) {
        frame { Message.write(notification, to: &$0) }
    }

    /// A frame whose body is written already.
    public mutating func frame(body: [UInt8]) {
        frame { $0.raw(JSONText(restoring: body)) }
    }

    private mutating func frame(_ body: (inout JSONWriter) -> Void) {
        if writer.count == 0 { writer = JSONWriter(reserving: Self.room) }
        writer.lengthPrefixed(body)
    }
}
