import ConductorJSON
import ConductorModel

/// A page of dead letters, the newest first.
public struct DeadLetterList: MethodReply {
    public var letters: [DeadLetter]
    /// Where the next page begins; nil on the last.
    public var nextCursor: Int64?

    public init(_ letters: [DeadLetter], nextCursor: Int64?) {
        self.letters = letters
        self.nextCursor = nextCursor
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        letters = try fields.required("dead_letters")
        nextCursor = try fields.nextCursor()
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("dead_letters", letters)
        writer.nextCursor(nextCursor)
    }
}

public struct RedrivenReply: Hashable, MethodReply {
    public var taskID: TaskID
    /// Nil where it was new.
    public var repeated: Repetition?

    public init(_ taskID: TaskID, repeated: Repetition? = nil) {
        self.taskID = taskID
        self.repeated = repeated
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        taskID = try fields.required("task_id")
        repeated = try fields.optional(Repetition.member)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", taskID)
        writer.member(Repetition.member, repeated)
    }
}

public struct DiscardedReply: Hashable, MethodReply {
    /// False where no such letter is kept.
    public var isDone: Bool

    public init(_ isDone: Bool) {
        self.isDone = isDone
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        isDone = try fields.required("discarded")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("discarded", isDone)
    }
}
