import ConductorJSON
import ConductorModel

/// `bus.request`: a message that asks for a response.
public enum BusRequestMethod: RemoteMethod {
    public typealias Params = BusRequest
    public typealias Reply = BusResponse

    public static var name: StaticString { "bus.request" }
    public static var requiredRole: Role { .operator }
    public static func scope(_ request: BusRequest) -> StateScope { .nothing }
}

/// A message that asks for a response.
public struct BusRequest: MethodParams {
    public var channel: String
    public var message: BusMessage
    public var timeout: Duration = .seconds(30)

    public init(channel: String, message: BusMessage) {
        self.channel = channel
        self.message = message
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        channel = try fields.channel()
        message = try fields.required("message")
        timeout = try fields.duration("timeout_seconds", in: 0...86_400) ?? .seconds(30)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("channel", channel)
        writer.member("message", message)
        writer.member("timeout_seconds", timeout)
    }
}

/// The first response to a message.
public struct BusResponse: MethodReply {
    public var message: BusMessage

    public init(_ message: BusMessage) {
        self.message = message
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        message = try fields.required("message")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("message", message)
    }
}
