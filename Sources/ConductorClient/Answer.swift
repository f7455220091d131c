import ConductorJSON
import ConductorProtocol

/// What the daemon answered: what this version knows of it, and all that it said.
public struct Answer<Reply: MethodReply>: Sendable {
    public let reply: Reply
    /// As the daemon wrote it, with members that only a newer one has.
    public let json: JSONValue

    init(_ json: JSONValue) throws(ConnectionFault) {
        do throws(JSONFieldError) {
            reply = try Reply(json: json)
        } catch {
            throw .malformed(reason: "an answer whose \(error.field) \(error.reason)")
        }
        self.json = json
    }
}
