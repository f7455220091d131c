import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// An engine with a clock that the test moves, dice that always fall alike, and a memory of what came out.
package struct Scene: Sendable {
    package var engine: Engine
    package var now = Moment(monotonic: .seconds(1000), wall: Timestamp(microseconds: 1_790_000_000_000_000))
    package var random = CountingRandom()
    /// Nothing can be stored: what waits for the store is put off.
    package var isStoreHeld = false
    /// What a store would hold.
    package private(set) var stored = Stored()
    /// All that came out, in order.
    package private(set) var outputs: [Output] = []
    /// The events among them.
    package private(set) var events: [EventRecord] = []
    /// The orders to agents among them, oldest first.
    package private(set) var orders: [(connection: ConnectionID, assignment: TaskAssignment)] = []
    private var replies: [Caller: Result<Reply, Refusal>] = [:]
    /// Attempts that an agent has answered.
    var answered: Set<AttemptToken> = []
    private var requests: Int64 = 0

    package static let root = Peer(uid: 0, gid: 0, pid: 1, role: .admin)
    package static let alice = Peer(uid: 1000, gid: 1000, pid: 100, role: .operator)
    package static let bob = Peer(uid: 1001, gid: 1001, pid: 101, role: .operator)

    package init(_ configure: (inout EngineConfiguration) -> Void = { _ in }) {
        var configuration = EngineConfiguration(version: "test")
        configure(&configuration)
        engine = Engine(configuration: configuration, restoring: DurableState(), at: now)
    }

    /// Handles an input; gives what came out of it.
    @discardableResult
    package mutating func feed(_ input: Input) -> Effects {
        let effects = engine.handle(input, at: now, random: &random)
        for change in effects.changes { stored.apply(change) }
        outputs += effects.outputs
        for output in effects.outputs {
            switch output {
            case .reply(let caller, let outcome): replies[caller] = outcome
            case .event(let event): events.append(event)
            case .notify(let connection, .execute(let assignment)): orders.append((connection, assignment))
            case .notify, .live, .log, .subscribe, .unsubscribe, .escalate, .policyRegistered, .policyUnregistered:
                break
            }
        }
        return effects
    }

    /// Sends a request and gives its answer; nil while it has none.
    @discardableResult
    package mutating func ask(
        _ request: Request, on connection: UInt64 = 1, as peer: Peer = Scene.alice
    ) -> Result<Reply, Refusal>? {
        let caller = send(request, on: connection, as: peer)
        return answer(to: caller)
    }

    /// Sends a request whose answer may come later.
    @discardableResult
    package mutating func send(_ request: Request, on connection: UInt64 = 1, as peer: Peer = Scene.alice) -> Caller {
        requests += 1
        let caller = Caller(connection: ConnectionID(connection), request: .integer(requests), peer: peer)
        feed(.request(request, caller, stored.answer(engine.lookup(for: request))))
        return caller
    }

    package func answer(to caller: Caller) -> Result<Reply, Refusal>? { replies[caller] }

    /// Lets time pass, falling due by falling due.
    package mutating func wait(_ duration: Duration) {
        let end = now.monotonic + duration
        while let next = engine.nextDeadline, next <= end {
            move(to: max(next, now.monotonic))
            feed(.tick(isStoreHeld: isStoreHeld))
        }
        move(to: end)
    }

    /// What was held is stored.
    package mutating func healStore() {
        isStoreHeld = false
        feed(.storeHealed)
    }

    private mutating func move(to time: Duration) {
        now.wall = now.wall + (time - now.monotonic)
        now.persistent = now.persistent + (time - now.monotonic)
        now.monotonic = time
    }

    /// The daemon dies and is started anew after `pause`, with what is stored.
    package mutating func restart(after pause: Duration = .zero) {
        now.wall = now.wall + pause
        now.persistent = now.persistent + pause
        now.monotonic = .seconds(10)
        engine = Engine(configuration: engine.configuration, restoring: stored.state, at: now)
    }

    package var assignments: [TaskAssignment] { orders.map(\.assignment) }

    package var kinds: [EventKind] { events.map(\.kind) }

    package mutating func clearOutputs() {
        outputs = []
        events = []
        orders = []
    }
}

/// 1, 2, 3 …
package struct CountingRandom: RandomNumberGenerator, Sendable {
    private var value: UInt64 = 0

    package init() {}

    package mutating func next() -> UInt64 {
        value += 1
        return value
    }
}
