import ConductorJSON
import ConductorModel

/// 128 random bits that name one claim: one attempt, given to one host. Only that host is told.
///
/// It is not the attempt's token, which stays between the owner's daemon and its bridge.
public struct ClaimID: Hashable, Sendable, CustomStringConvertible {
    private let token: AttemptToken

    public init(high: UInt64, low: UInt64) {
        token = AttemptToken(high: high, low: low)
    }

    /// Nil where `string` is not 32 lower-case hexadecimal digits.
    public init?(_ string: String) {
        guard let token = AttemptToken(string) else { return nil }
        self.token = token
    }

    public var description: String { token.description }
}

extension ClaimID: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        token = try AttemptToken(json: json)
    }

    public func write(to writer: inout JSONWriter) { token.write(to: &writer) }
}

/// A claim with the host that it was made from. On the worker's machine it is the id of a task, so that whatever is
/// repeated is the same task, and a bridge that was restarted finds its work in its daemon.
public struct ClaimName: Hashable, Sendable {
    public let owner: HostName
    public let claim: ClaimID

    private static let prefix = "remote"

    public init(owner: HostName, claim: ClaimID) {
        self.owner = owner
        self.claim = claim
    }

    /// Nil where the task is not one of another host.
    public init?(_ taskID: TaskID) {
        let parts = taskID.description.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.prefix, let owner = HostName(String(parts[1])),
            let claim = ClaimID(String(parts[2]))
        else { return nil }
        self.init(owner: owner, claim: claim)
    }

    public var taskID: TaskID {
        let text = "\(Self.prefix):\(owner):\(claim)"
        guard let id = TaskID(text) else { preconditionFailure("\(text) is an id by what its parts are") }
        return id
    }
}
