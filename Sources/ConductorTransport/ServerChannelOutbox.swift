import NIOCore

/// What waits to be written to one connection: frames gathered for the next write, and bytes of writes under way.
struct ServerChannelOutbox {
    /// Above the first the peer counts as not reading, until no more than the second is left. Bytes.
    static let highWatermark = 64 << 10
    static let lowWatermark = 32 << 10

    /// As much may wait before what is kept nowhere is left out: a burst of log lines is more than a watermark. Bytes.
    static let liveRoom = 2 << 20

    private let allocator: ByteBufferAllocator
    private var gathered: ByteBuffer
    private var bytesBeingWritten = 0
    private(set) var isWritable = true

    init(allocator: ByteBufferAllocator) {
        self.allocator = allocator
        gathered = allocator.buffer(capacity: 0)
    }

    var queuedBytes: Int { gathered.readableBytes + bytesBeingWritten }

    mutating func append(frame body: [UInt8]) {
        gathered.reserveCapacity(minimumWritableBytes: 4 + body.count)
        gathered.writeInteger(UInt32(clamping: body.count))
        gathered.writeBytes(body)
        if queuedBytes > Self.highWatermark { isWritable = false }
    }

    /// All that was gathered, as one write; nil where there is nothing.
    mutating func startWrite() -> ByteBuffer? {
        guard gathered.readableBytes > 0 else { return nil }
        let write = gathered
        gathered = allocator.buffer(capacity: 0)
        bytesBeingWritten += write.readableBytes
        return write
    }

    /// - Returns: whether there is room again that there was not before.
    mutating func endWrite(of bytes: Int) -> Bool {
        bytesBeingWritten -= bytes
        guard !isWritable, queuedBytes <= Self.lowWatermark else { return false }
        isWritable = true
        return true
    }
}
