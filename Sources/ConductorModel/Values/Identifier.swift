import ConductorJSON

/// A name for something: ASCII `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`. The kind keeps agents' names apart from tasks'.
public struct Identifier<Kind>: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let description: String

    /// Nil where `string` is not a well-formed identifier.
    public init?(_ string: String) {
        var length = 0
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                length += 1
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"):
                guard length > 0 else { return nil }
                length += 1
            default: return nil
            }
        }
        guard (1...Limits.identifierBytes).contains(length) else { return nil }
        description = string
    }

    private init(trusted: String) {
        description = trusted
    }

    /// A version 4 UUID (RFC 9562, 5.4) from 128 random bits.
    public static func uuid(_ high: UInt64, _ low: UInt64) -> Self {
        let versioned = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let variant = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let text = withHexadecimalDigits(versioned, variant) { digits in
            String(unsafeUninitializedCapacity: 36) { text in
                var position = 0
                for (index, digit) in digits.enumerated() {
                    if index == 8 || index == 12 || index == 16 || index == 20 {
                        text.initializeElement(at: position, to: UInt8(ascii: "-"))
                        position += 1
                    }
                    text.initializeElement(at: position, to: digit)
                    position += 1
                }
                return position
            }
        }
        return Self(trusted: text)
    }

    public static func < (a: Self, b: Self) -> Bool { a.description < b.description }
}

extension Identifier: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let id = Self(try String(json: json)) else {
            throw JSONFieldError(reason: "must be an id: letters, digits, and . _ : - after the first, at most 128")
        }
        self = id
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}

public enum AgentKind {}
public enum TaskKind {}
public enum WorkflowKind {}

public typealias AgentID = Identifier<AgentKind>
public typealias TaskID = Identifier<TaskKind>
public typealias WorkflowID = Identifier<WorkflowKind>

extension Identifier where Kind == AgentKind {
    /// Stands in the `agent_id` of a result that no agent produced; no agent may bear it.
    public static var coordinator: AgentID { AgentID(trusted: "coordinator") }
}

/// Names a task in the whole daemon: its id is unique within its workflow, or among those dispatched alone.
public struct TaskKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let workflowID: WorkflowID?
    public let taskID: TaskID
    /// Of both ids, taken once: the key is looked up at every step of its task's way.
    private let hash: Int

    public init(workflowID: WorkflowID? = nil, taskID: TaskID) {
        self.workflowID = workflowID
        self.taskID = taskID
        var hasher = Hasher()
        hasher.combine(workflowID)
        hasher.combine(taskID)
        hash = hasher.finalize()
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.hash == b.hash && a.taskID == b.taskID && a.workflowID == b.workflowID
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }

    public var description: String { workflowID.map { "\($0)/\(taskID)" } ?? "\(taskID)" }

    public static func < (a: Self, b: Self) -> Bool {
        (a.workflowID?.description ?? "", a.taskID) < (b.workflowID?.description ?? "", b.taskID)
    }
}

/// 128 random bits that name one attempt in the whole daemon; only its agent is told.
public struct AttemptToken: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil where `string` is not 32 lower-case hexadecimal digits.
    public init?(_ string: String) {
        var halves: (UInt64, UInt64) = (0, 0)
        var count = 0
        for byte in string.utf8 {
            guard let digit = hexadecimalValue(byte) else { return nil }
            halves = (halves.0 << 4 | halves.1 >> 60, halves.1 << 4 | digit)
            count += 1
        }
        guard count == 32 else { return nil }
        self.init(high: halves.0, low: halves.1)
    }

    public var description: String {
        withHexadecimalDigits(high, low) { String(decoding: $0, as: UTF8.self) }
    }
}

extension AttemptToken: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let token = Self(try String(json: json)) else {
            throw JSONFieldError(reason: "must be 32 lower-case hexadecimal digits")
        }
        self = token
    }

    public func write(to writer: inout JSONWriter) { withHexadecimalDigits(high, low) { writer.plainString($0) } }
}

/// Lends the 32 digits of two numbers, valid while `body` runs.
private func withHexadecimalDigits<Result>(
    _ high: UInt64, _ low: UInt64, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
        for index in 0..<32 {
            let half = index < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: half >> (60 - 4 * UInt64(index & 15)) & 15)
            let first = digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10
            digits.initializeElement(at: index, to: first + digit)
        }
        return body(UnsafeBufferPointer(digits))
    }
}

private func hexadecimalValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
}
