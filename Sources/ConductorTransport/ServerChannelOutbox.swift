import ConductorProtocol
import NIOCore

/// What waits to be written to one connection: frames gathered for the next write, and bytes that the socket did not take.
///
/// What the socket did not take stays with NIO, which says when there is little of it again. Until then nothing is
/// written, only gathered.
struct ServerChannelOutbox {
    /// Above the first the peer counts as not reading, until no more than the second is left. Bytes.
    static let watermarks = ChannelOptions.Types.WriteBufferWaterMark(low: 32 << 10, high: 64 << 10)

    /// As much may wait before what is kept nowhere is left out: a burst of log lines is more than a watermark. Bytes.
    static let liveRoom = 2 << 20

    private enum Socket {
        case writable
        /// - leftWithin: bytes that were left with NIO when that was asked last; it may be less by now.
        case full(leftWithin: Int)
    }

    private var gathered = FrameWriter()
    private var socket = Socket.writable
    /// So much was gathered that nothing was read any more, and it is not written yet.
    private var isOverfull = false

    var isWritable: Bool {
        switch socket {
        case .writable: !isOverfull
        case .full: false
        }
    }

    /// At least as many as really wait.
    var queuedBytes: Int {
        switch socket {
        case .writable: gathered.count
        case .full(let leftWithin): gathered.count + leftWithin
        }
    }

    /// - Returns: bytes that were written.
    @discardableResult
    mutating func append(_ write: (inout FrameWriter) -> Void) -> Int {
        let before = gathered.count
        write(&gathered)
        if gathered.count > Self.watermarks.high { isOverfull = true }
        return gathered.count - before
    }

    /// All that was gathered, as one write; nil where there is nothing, or the socket takes nothing.
    mutating func startWrite() -> ByteBuffer? {
        guard case .writable = socket else { return nil }
        return takeGathered()
    }

    /// The same, whether the socket takes it or not: nothing follows.
    mutating func takeGathered() -> ByteBuffer? {
        guard gathered.count > 0 else { return nil }
        defer { gathered = FrameWriter() }
        return gathered.withBytes { ByteBuffer(bytes: $0) }
    }

    /// - Returns: whether there is room again that there was not before.
    mutating func endWrite() -> Bool {
        guard isOverfull, case .writable = socket else { return false }
        isOverfull = false
        return true
    }

    /// So many bytes are left with NIO, which takes no more.
    mutating func fill(leaving bytes: Int) {
        socket = .full(leftWithin: bytes)
    }

    /// The socket has taken nearly all that it was given.
    mutating func drain() {
        socket = .writable
        isOverfull = false
    }
}
