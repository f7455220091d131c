import ConductorJSON
import ConductorModel

/// `hello`: who is there. Optional.
public enum HelloMethod: RemoteMethod {
    public typealias Params = Hello
    public typealias Reply = HelloReply

    public static var name: StaticString { "hello" }
    public static var requiredRole: Role { .any }
    public static func scope(_ hello: Hello) -> StateScope { .nothing }
}

/// How a client introduces itself.
public struct Hello: MethodParams {
    public var clientName: String?
    public var clientVersion: String?
    public var protocolVersion: Int?

    public init(clientName: String, clientVersion: String, protocolVersion: Int = 1) {
        self.clientName = clientName
        self.clientVersion = clientVersion
        self.protocolVersion = protocolVersion
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        if let client = fields.take("client"), client.kind != .null {
            do throws(JSONFieldError) {
                var members = try JSONFields(client)
                clientName = try members.text("name", maximumBytes: 256)
                clientVersion = try members.text("version", maximumBytes: 256)
                try members.end()
            } catch {
                throw error.within("client")
            }
        }
        protocolVersion = try fields.optional("protocol")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.key("client")
        writer.object { writer in
            writer.member("name", clientName)
            writer.member("version", clientVersion)
        }
        writer.member("protocol", protocolVersion)
    }
}

/// What the daemon is, what it allows, and who the caller is to it.
public struct HelloReply: Hashable, MethodReply {
    public var server: String
    public var version: String
    public var limits: Limits
    public var peer: Peer

    public init(server: String, version: String, limits: Limits, peer: Peer) {
        self.server = server
        self.version = version
        self.limits = limits
        self.peer = peer
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        let about = try fields.required("server", as: Server.self)
        server = about.name
        version = about.version
        limits = try fields.required("limits")
        peer = try fields.required("peer")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("server", Server(name: server, version: version))
        writer.member("protocol", 1)
        writer.member("limits", limits)
        writer.member("peer", peer)
    }
}

private struct Server: MethodReply {
    let name: String
    let version: String

    init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    init(_ fields: inout JSONFields) throws(JSONFieldError) {
        name = try fields.required("name")
        version = try fields.required("version")
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.member("version", version)
    }
}

extension Peer: MethodReply {
    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        uid = UInt32(clamping: try fields.required("uid", as: Int.self))
        gid = UInt32(clamping: try fields.required("gid", as: Int.self))
        pid = Int32(clamping: try fields.required("pid", as: Int.self))
        role = try fields.required("role")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("uid", Int(uid))
        writer.member("gid", Int(gid))
        writer.member("pid", Int(pid))
        writer.member("role", role)
    }
}
