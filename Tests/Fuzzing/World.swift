import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSimulator

/// An engine among connections of all roles, whose every word is held against what was promised.
struct World {
    static let connections = 8
    /// Of the connections, in turn.
    private static let peers = [
        Peer(uid: 1000, gid: 1000, pid: 100, role: .operator), Peer(uid: 1001, gid: 1001, pid: 101, role: .agent),
        Peer(uid: 1000, gid: 1000, pid: 102, role: .operator), Peer(uid: 1002, gid: 1002, pid: 103, role: .agent),
        Peer(uid: 0, gid: 0, pid: 104, role: .admin), Peer(uid: 1003, gid: 1003, pid: 105, role: .submitter),
        Peer(uid: 1001, gid: 1001, pid: 106, role: .agent), Peer(uid: 1004, gid: 1004, pid: 107, role: .observer),
    ]

    var scene = Scene { configuration in
        configuration.limits.maxAgentsPerUID = 3
        configuration.limits.maxLiveTasksPerUID = 20
        configuration.limits.maxLiveWorkflowsPerUID = 4
        configuration.breaker.failuresToOpen = 2
    }
    private var audit = Audit()
    private var isStopping = false
    private var requests: Int64 = 0
    /// Requests that are not answered yet.
    private var open: Set<Caller> = []
    /// How often each connection was opened anew: no two have the same number.
    private var generations = [UInt64](repeating: 0, count: connections)

    func id(_ connection: Int) -> ConnectionID {
        ConnectionID(UInt64(connection) + generations[connection] * UInt64(Self.connections))
    }

    /// That an order was sent on.
    func connection(of order: TaskAssignment) -> Int {
        let sent = scene.orders.last { $0.assignment.token == order.token }
        return Int((sent?.connection.value ?? 0) % UInt64(Self.connections))
    }

    /// Asks as the daemon lets it through: what a role does not cover never comes to the engine.
    ///
    /// - Returns: whether it was taken at once, and changed something.
    @discardableResult
    mutating func ask(_ request: Request?, on connection: Int) -> Bool {
        let peer = Self.peers[connection]
        guard let request, let method = Method.named("\(request.methodName)"),
            peer.role.covers(method.requiredRole) || peer.role == .submitter && method.isForSubmitters
        else { return false }
        requests += 1
        let caller = Caller(connection: id(connection), request: .integer(requests), peer: peer)
        open.insert(caller)
        let effects = feed(.request(request, caller, scene.stored.answer(scene.engine.lookup(for: request))))
        guard !effects.changes.isEmpty else { return false }
        return effects.outputs.contains { output in
            if case .reply(caller, .success) = output { true } else { false }
        }
    }

    /// Whether the user on `connection` may answer for what was sent on `other`.
    static func mayAnswer(on connection: Int, for other: Int) -> Bool {
        peers[connection].uid == peers[other].uid || peers[connection].role.covers(.admin)
    }

    mutating func disconnect(_ connection: Int) {
        let id = id(connection)
        generations[connection] += 1
        open = open.filter { $0.connection != id }
        feed(.disconnected(id))
    }

    mutating func wait(_ duration: Duration) {
        let end = scene.now.monotonic + duration
        while let next = scene.engine.nextDeadline, next <= end {
            move(to: max(next, scene.now.monotonic))
            feed(.tick(isStoreHeld: scene.isStoreHeld))
        }
        move(to: end)
    }

    private mutating func move(to time: Duration) {
        setClock(by: time - scene.now.monotonic)
        scene.now.persistent = scene.now.persistent + (time - scene.now.monotonic)
        scene.now.monotonic = time
    }

    mutating func setClock(by duration: Duration) {
        scene.now.wall = scene.now.wall + duration
    }

    mutating func reconfigure(_ change: (inout EngineConfiguration) -> Void) {
        var configuration = scene.engine.configuration
        change(&configuration)
        feed(.reconfigured(configuration))
    }

    mutating func stop() {
        isStopping = true
        feed(.stop)
    }

    /// What is restored shows what is stored.
    mutating func restart(after pause: Duration) {
        isStopping = false
        scene.isStoreHeld = false
        open = []
        for connection in generations.indices { generations[connection] += 1 }
        audit.crashed(scene.stored)
        scene.restart(after: pause)
        promised { try audit.checkRecovery(scene.engine, scene.stored, scene.now) }
    }

    @discardableResult
    mutating func feed(_ input: Input) -> Effects {
        let effects = scene.feed(input)
        let occasion = Audit.Occasion(
            now: scene.now, configuration: scene.engine.configuration, isStopping: isStopping, putOffUntil: scene.now)
        promised { try audit.note(effects, occasion) }
        promised { try Tally(of: scene.stored).mustEqual(scene.engine.allCounts) }
        for output in effects.outputs { check(output) }
        return effects
    }

    private mutating func check(_ output: Output) {
        promised { try audit.note(output, durable: scene.stored) }
        var writer = FrameWriter()
        switch output {
        case .reply(let caller, let answer):
            promise(
                open.remove(caller) != nil || !generations.indices.contains { id($0) == caller.connection },
                "\(caller) is answered twice")
            guard let request = caller.request else { return }
            switch answer {
            case .success(let reply): writer.reply(reply, id: request, atMost: 4096)
            case .failure(let refusal):
                promise(refusal.code != .internalError, "\(refusal)")
                writer.refusal(refusal, id: request)
            }
        case .subscribe(let caller, _, _, _), .unsubscribe(let caller, _), .log(let caller, _): open.remove(caller)
        case .notify(_, let notification): writer.notification(notification, atMost: 4096)
        case .event, .live, .escalate, .policyRegistered, .policyUnregistered: break
        }
        writer.withBytes { bytes in
            guard !bytes.isEmpty else { return }
            let body = Array(bytes.dropFirst(FrameDecoder.headerBytes))
            _ = promised { try ClientMessage(parsing: body) }
        }
    }
}
