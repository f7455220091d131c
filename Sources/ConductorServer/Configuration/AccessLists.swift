import ConductorProtocol
import ConductorModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who is what, as the configuration says it.
public struct AccessLists: Hashable, Sendable {
    public var observers: [Account] = []
    public var agents: [Account] = []
    public var submitters: [Account] = []
    public var operators: [Account] = []
    public var admins: [Account] = []
    /// What those are who have no role by a list or a group; nil where that is not said: then they may do nothing.
    public var others: Role?
    /// What these may do of what their role allows.
    public var bounds: [AccessBound] = []

    public init() {}
}

/// A user or a group of this machine.
public struct Account: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case user(UInt32)
        case group(UInt32)
    }

    let kind: Kind
    /// As it was written: `alice`, `1000`, `@adm`, `@4`.
    let text: String

    /// - Returns: nil where there is no such user or group; a number is taken as it is.
    init?(text: String) {
        if text.hasPrefix("@") {
            let name = String(text.dropFirst())
            guard let gid = UInt32(name) ?? Self.gid(of: name) else { return nil }
            kind = .group(gid)
        } else {
            guard let uid = UInt32(text) ?? Self.uid(of: text) else { return nil }
            kind = .user(uid)
        }
        self.text = text
    }

    private static func uid(of name: String) -> UInt32? {
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        getpwnam_r(name, &record, &buffer, buffer.count, &found)
        return found == nil ? nil : record.pw_uid
    }

    private static func gid(of name: String) -> UInt32? {
        // A group's members come with it, and there may be many.
        var buffer = [CChar](repeating: 0, count: 1 << 20)
        var record = group()
        var found: UnsafeMutablePointer<group>?
        getgrnam_r(name, &record, &buffer, buffer.count, &found)
        return found == nil ? nil : record.gr_gid
    }
}
