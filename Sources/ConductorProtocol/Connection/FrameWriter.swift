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

    /// A reply in as much detail as fits.
    /// - Parameter maximum: Bytes that the body may have; where not even the least fits, the reply is a refusal.
    public mutating func reply(_ reply: Reply, id: RequestID, atMost maximum: Int) {
        guard !fits(maximum, { Message.write(reply, id: id, to: &$0) }) else { return }
        refusal(Refusal(.frameTooLarge, "the answer would be longer than the limit of \(maximum) bytes"), id: id)
    }

    /// An id that is nil stands as null: the request's own could not be read.
    public mutating func refusal(_ refusal: Refusal, id: RequestID?) {
        frame { Message.write(refusal, id: id, to: &$0) }
    }

    /// A notification in as much detail as fits; in the least where none does.
    /// - Parameter maximum: Bytes that the body may have.
    public mutating func notification(_ notification: Notification, atMost maximum: Int) {
        guard !fits(maximum, { Message.write(notification, to: &$0) }) else { return }
        frame(.least) { Message.write(notification, to: &$0) }
    }

    /// A frame whose body is written already.
    public mutating func frame(body: [UInt8]) {
        frame { $0.raw(JSONText(restoring: body)) }
    }

    /// Writes a frame in the most detail that fits; nothing where none does.
    private mutating func fits(_ maximum: Int, _ body: (inout JSONWriter) -> Void) -> Bool {
        for detail in JSONDetail.allCases {
            let start = writer.count
            frame(detail, body)
            guard writer.count - start - FrameDecoder.headerBytes > maximum else { return true }
            writer.remove(after: start)
        }
        return false
    }

    private mutating func frame(_ detail: JSONDetail = .whole, _ body: (inout JSONWriter) -> Void) {
        if writer.count == 0 { writer = JSONWriter(reserving: Self.room) }
        writer.detail = detail
        writer.lengthPrefixed(body)
    }
}
