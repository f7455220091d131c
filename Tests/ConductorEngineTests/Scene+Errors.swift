import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification

/// Short forms for errors, and for what is said of them.
extension Scene {
    /// Agents whose lease does not end while a breaker's minute passes.
    static func patient(_ agents: String..., capacity: Int = 1) -> Scene {
        var scene = Scene { $0.lease = .seconds(86_400) }
        for agent in agents { scene.register(agent, .coding, capacity: capacity) }
        return scene
    }

    /// Dispatches a task that is not tried again, and has its agent answer it, if one gets it.
    @discardableResult
    mutating func tryOnce(_ answer: WorkAnswer) -> Caller {
        let given = orders.count
        let caller = dispatch(task("t", .coding) { $0.retry = .never })
        if orders.count > given, let order = orders.last { self.answer(order.assignment, answer) }
        return caller
    }

    /// The result of a task that is completed.
    mutating func complete() throws -> TaskResult {
        let caller = tryOnce(.completed)
        return try result(caller)
    }

    /// Why no agent is given a task.
    mutating func refused() throws -> Refusal.Code {
        let caller = tryOnce(.completed)
        return try refusal(caller).code
    }

    /// Five errors in a row.
    mutating func tripBreaker() {
        for _ in 0..<BreakerSettings().failuresToOpen { tryOnce(.failed("TRANSIENT_ERROR", "again")) }
    }

    mutating func breaker(_ agent: String) throws -> Breaker.State {
        guard case .success(.breakers(let breakers)) = ask(.breakerList, on: 9999),
            let breaker = breakers.first(where: { $0.agentID == id(agent) })
        else { throw Missing("the breaker of \(agent)") }
        return breaker.state
    }

    mutating func deadLetters() throws -> [DeadLetter] {
        guard case .success(.deadLetters(let letters, _)) = ask(.deadLetterList(Page()), on: 9999) else {
            throw Missing("the dead letters")
        }
        return letters
    }

    mutating func redrive(_ letter: DeadLetter, key: String? = nil) -> Result<Reply, Refusal>? {
        var request = DeadLetterRedrive(id: letter.id)
        request.requestKey = key
        return ask(.deadLetterRedrive(request))
    }

    /// What a connection heard on the bus.
    func heard(_ connection: UInt64) -> [(channel: String, message: BusMessage)] {
        outputs.compactMap { output in
            guard case .notify(ConnectionID(connection), .busMessage(let channel, let message)) = output else {
                return nil
            }
            return (channel, message)
        }
    }
}

extension RetryPolicy {
    static var never: RetryPolicy {
        var policy = RetryPolicy()
        policy.maxRetries = 0
        return policy
    }
}
