/// Measures the first line and the headers of requests as their bytes come, before anything is kept of them.
struct HeadMeter: Sendable {
    enum Excess: Error, Hashable {
        case requestLine, headers, bytes
    }

    private let limits: WebLimits
    /// Bytes since the last request's end.
    private var bytes = 0
    /// Of them, the lines that have ended, but for empty ones before the first.
    private var lines = 0
    /// Bytes of the line that has not ended, but for carriage returns.
    private var lineBytes = 0

    init(_ limits: WebLimits) {
        self.limits = limits
    }

    mutating func take(_ received: some Sequence<UInt8>) throws(Excess) {
        for byte in received { try take(byte) }
    }

    private mutating func take(_ byte: UInt8) throws(Excess) {
        bytes += 1
        if bytes > limits.headBytes { throw .bytes }
        switch byte {
        case UInt8(ascii: "\n"): try endLine()
        case UInt8(ascii: "\r"): break
        default:
            lineBytes += 1
            if lines == 0, lineBytes > limits.requestLineBytes { throw .requestLine }
        }
    }

    private mutating func endLine() throws(Excess) {
        switch (lineBytes, lines) {
        case (0, 0): break
        case (0, _): self = HeadMeter(limits)
        default:
            lines += 1
            lineBytes = 0
            if lines - 1 > limits.headers { throw .headers }
        }
    }
}
