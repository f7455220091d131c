/// Cuts bytes into lines of bounded length. What is not UTF-8 is repaired. Of a line that is written over again and again,
/// as progress is, the last state is the line.
package struct LineSplitter {
    /// The rest of a longer line is left out.
    private let maximumBytes: Int
    private var line: [UInt8] = []
    private var isCut = false
    private var hasBegun = false
    /// What comes next, unless it ends the line, is written over it.
    private var isReturned = false

    package init(maximumBytes: Int = 8 << 10) {
        self.maximumBytes = maximumBytes
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            extend(rest[..<end])
            lines.append(take())
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty { extend(rest) }
        return lines
    }

    /// The last line, where no newline ended it.
    package mutating func finish() -> String? {
        hasBegun ? take() : nil
    }

    private mutating func extend(_ part: Slice<UnsafeRawBufferPointer>) {
        hasBegun = true
        var rest = part
        while let mark = rest.firstIndex(of: UInt8(ascii: "\r")) {
            write(rest[..<mark])
            isReturned = true
            rest = rest[(mark + 1)...]
        }
        write(rest)
    }

    private mutating func write(_ part: Slice<UnsafeRawBufferPointer>) {
        guard !part.isEmpty else { return }
        if isReturned { clear() }
        let room = maximumBytes - line.count
        line.append(contentsOf: part.prefix(room))
        if part.count > room { isCut = true }
    }

    private mutating func clear() {
        line.removeAll(keepingCapacity: true)
        isCut = false
        isReturned = false
    }

    private mutating func take() -> String {
        defer {
            clear()
            hasBegun = false
        }
        return String(decoding: line, as: UTF8.self) + (isCut ? "…" : "")
    }
}

/// The newest lines, for an error message.
package struct LastLines {
    static let maximum = 10
    static let lineBytes = 500

    package private(set) var lines: [String] = []

    package init() {}

    package mutating func append(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }) else { return }
        if lines.count == Self.maximum { lines.removeFirst() }
        lines.append(line.prefix(utf8Bytes: Self.lineBytes))
    }
}
