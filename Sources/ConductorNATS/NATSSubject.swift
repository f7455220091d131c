#if Bridge
import ConductorBridge
import ConductorBridgeHost

/// `PREFIX.v1.SIDE.TO.FROM`: the side and the host that a packet is for, and the host that sends it. The servers'
/// permissions decide who may publish as FROM: each host has a user of its own there.
struct NATSSubject: Hashable, Sendable, CustomStringConvertible {
    let prefix: String
    let side: BridgeSide
    let to: HostName
    let from: HostName

    init(prefix: String, side: BridgeSide, to: HostName, from: HostName) {
        self.prefix = prefix
        self.side = side
        self.to = to
        self.from = from
    }

    /// Nil where `text` is none.
    init?(_ text: String, prefix: String) {
        guard text.hasPrefix(prefix + ".") else { return nil }
        let parts = text.dropFirst(prefix.count + 1).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "v1", let side = BridgeSide(rawValue: String(parts[1])),
            let to = HostName(String(parts[2])), let from = HostName(String(parts[3]))
        else { return nil }
        self.init(prefix: prefix, side: side, to: to, from: from)
    }

    var description: String { "\(prefix).v1.\(side.rawValue).\(to).\(from)" }

    /// All that is for a host.
    static func all(prefix: String, to host: HostName) -> String { "\(prefix).v1.*.\(host).*" }
}
#endif
