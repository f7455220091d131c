import ConductorJSON
import ConductorModel

/// `bus.publish`: a message to all who listen on a channel.
public enum BusPublishMethod: RemoteMethod {
    public typealias Params = BusPublication
    public typealias Reply = DeliveredReply

    public static var name: StaticString { "bus.publish" }
    public static var requiredRole: Role { .operator }
    public static func scope(_ publication: BusPublication) -> StateScope { .nothing }
}

/// `bus.subscribe`: messages of a channel come as notifications.
public enum BusSubscribeMethod: ChannelMethod {
    public typealias Reply = EmptyReply

    public static var name: StaticString { "bus.subscribe" }
    public static var requiredRole: Role { .operator }
    public static func scope(_ channel: String) -> StateScope { .nothing }
}

/// `bus.unsubscribe`: no more messages of a channel.
public enum BusUnsubscribeMethod: ChannelMethod {
    public typealias Reply = EmptyReply

    public static var name: StaticString { "bus.unsubscribe" }
    public static var requiredRole: Role { .operator }
    public static func scope(_ channel: String) -> StateScope { .nothing }
}

/// A method that takes the name of a channel.
public protocol ChannelMethod: RemoteMethod where Params == String {}

extension ChannelMethod {
    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> String { try fields.channel() }

    public static func write(_ channel: String, to writer: inout JSONWriter) {
        writer.member("channel", channel)
    }
}

public struct BusPublication: MethodParams {
    public var channel: String
    public var message: BusMessage

    public init(channel: String, message: BusMessage) {
        self.channel = channel
        self.message = message
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        channel = try fields.channel()
        message = try fields.required("message")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("channel", channel)
        writer.member("message", message)
    }
}

public struct DeliveredReply: Hashable, MethodReply {
    /// To how many the message went.
    public var count: Int

    public init(_ count: Int) {
        self.count = count
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        count = try fields.required("delivered")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("delivered", count)
    }
}

extension JSONFields {
    /// The name of a channel: any text of 1 to 256 bytes.
    public mutating func channel() throws(JSONFieldError) -> String {
        guard let channel = try text("channel", maximumBytes: 256) else {
            throw JSONFieldError(field: "channel", reason: "is required")
        }
        guard !channel.isEmpty else { throw JSONFieldError(field: "channel", reason: "must be at least 1 byte") }
        return channel
    }
}
