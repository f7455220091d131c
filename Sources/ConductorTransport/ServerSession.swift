import ConductorModel
import ConductorProtocol

/// What a client said, read and checked.
public enum ServerMessage: Sendable {
    /// An id that is nil asks for no answer; any other is answered once, by ``ServerChannel/answer(_:_:)``.
    case request(RequestID?, Request)
    case report(AttemptReport)
    /// A frame that means nothing here, answered with an error or not at all: its sender is alive.
    case unknown
}

/// The daemon's part in one connection. Called on the connection's event loop only.
public protocol ServerSession: AnyObject {
    /// Why the peer may not call a method, whatever its parameters; nil where it may.
    func refusal(of method: Method) -> Refusal?
    func received(_ message: ServerMessage)
    /// What waited to be written is nearly gone: there is room again.
    func becameWritable()
    /// The last call: nothing can be sent any more.
    func closed()
}

/// Whoever serves the connections of a listener. Called on their event loop only.
public protocol ServerSessionFactory: AnyObject {
    /// What connections are held to that are made from now on.
    var limits: Limits { get }

    /// Who is served next, over all connections.
    var turns: RequestTurns { get }

    /// So many more bytes wait in a connection of `peer`, to be read or written; negative where there are fewer.
    /// - Returns: why there may not be so many; nil where there may.
    func account(_ bytes: Int, of peer: PeerCredentials) -> Refusal?

    /// - Throws: what a connection that is one too many is told before it is closed.
    func open(_ channel: ServerChannel, peer: PeerCredentials) throws(Refusal) -> any ServerSession
}
