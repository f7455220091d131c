import ConductorJSON
import ConductorModel

/// `dead_letter.list`: tasks that were given up, the newest first.
public enum DeadLetterListMethod: RemoteMethod {
    public typealias Params = Page
    public typealias Reply = DeadLetterList

    public static var name: StaticString { "dead_letter.list" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ page: Page) -> StoreQuery { .deadLetters(page) }
    public static func scope(_ page: Page) -> StateScope { .nothing }
}

/// `dead_letter.redrive`: a dead letter's task is sent on its way again.
public enum DeadLetterRedriveMethod: RemoteMethod {
    public typealias Params = DeadLetterRedrive
    public typealias Reply = RedrivenReply

    public static var name: StaticString { "dead_letter.redrive" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
    public static func storeQuery(_ redrive: DeadLetterRedrive) -> StoreQuery { .deadLetter(redrive.id) }
}

/// `dead_letter.discard`: a dead letter is given up for good.
public enum DeadLetterDiscardMethod: RemoteMethod {
    public typealias Params = DeadLetterID
    public typealias Reply = DiscardedReply

    public static var name: StaticString { "dead_letter.discard" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
    public static func storeQuery(_ letter: DeadLetterID) -> StoreQuery { .deadLetter(letter) }

    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> DeadLetterID {
        try fields.required("dead_letter_id")
    }

    public static func write(_ letter: DeadLetterID, to writer: inout JSONWriter) {
        writer.member("dead_letter_id", letter)
    }
}

/// Sends a dead letter's task on its way again.
public struct DeadLetterRedrive: MethodParams {
    public var id: DeadLetterID
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(id: DeadLetterID) {
        self.id = id
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        id = try fields.required("dead_letter_id")
        requestKey = try fields.text("request_key", maximumBytes: 256)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("dead_letter_id", id)
        writer.member("request_key", requestKey)
    }
}
