import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorTransport

/// What the daemon holds of one connection. Lives on the event loop.
final class EngineSession: ServerSession {
    let id: ConnectionID
    /// Follows the configuration.
    fileprivate(set) var role: Role
    let channel: ServerChannel
    /// Root, or the daemon's own user.
    let isPrivileged: Bool
    let subscriptions: ConnectionSubscriptions
    private let engine: EngineLoop
    private let feed: EventBroadcaster

    init(
        id: ConnectionID, role: Role, isPrivileged: Bool, channel: ServerChannel, engine: EngineLoop,
        feed: EventBroadcaster
    ) {
        self.isPrivileged = isPrivileged
        self.id = id
        self.role = role
        self.channel = channel
        self.engine = engine
        self.feed = feed
        subscriptions = ConnectionSubscriptions(channel: channel)
    }

    private var peer: Peer {
        Peer(uid: channel.peer.uid, gid: channel.peer.gid, pid: channel.peer.pid, role: role)
    }

    func refusal(of method: Method) -> Refusal? { peer.refusal(of: method) ?? engine.refusal(of: method) }

    func received(_ message: ServerMessage) {
        switch message {
        case .request(let id, let request):
            engine.ask(request, as: Caller(connection: self.id, request: id, peer: peer))
        case .report(let report): engine.handle(report, from: id)
        case .unknown: engine.handle(.leaseRenewed(id))
        }
    }

    func becameWritable() {
        feed.catchUp(subscriptions)
    }

    func closed() {
        engine.closed(self)
        feed.remove(subscriptions)
    }
}

/// The connections that are open. Lives on the event loop.
final class OpenConnections {
    private var sessions: [ConnectionID: EngineSession] = [:]
    var accounts = ConnectionAccounts()
    private var lastID: UInt64 = 0
    private var whenEmpty: [() -> Void] = []

    var count: Int { sessions.count }

    subscript(id: ConnectionID) -> EngineSession? { sessions[id] }

    func nextID() -> ConnectionID {
        lastID += 1
        return ConnectionID(lastID)
    }

    func add(_ session: EngineSession) {
        sessions[session.id] = session
        accounts.addConnection(of: session.channel.peer.uid)
    }

    /// - Returns: those whose role has changed, with what it was.
    func assign(_ roles: Roles) -> [(session: EngineSession, former: Role)] {
        sessions.values.compactMap { session in
            let former = session.role
            session.role = roles.role(of: session.channel.peer)
            return session.role == former ? nil : (session, former)
        }
    }

    func remove(_ session: EngineSession) {
        if sessions.removeValue(forKey: session.id) != nil {
            accounts.removeConnection(of: session.channel.peer.uid)
            accounts.addSubscriptions(-session.subscriptions.count, of: session.channel.peer.uid)
        }
        tellIfEmpty()
    }

    /// Sends what is gathered for each, and closes it; `body` runs when all are closed.
    func finish(_ body: @escaping () -> Void) {
        whenEmpty.append(body)
        for session in Array(sessions.values) { session.channel.finish() }
        tellIfEmpty()
    }

    private func tellIfEmpty() {
        guard sessions.isEmpty else { return }
        let waiting = whenEmpty
        whenEmpty = []
        for body in waiting { body() }
    }
}
