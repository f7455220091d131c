import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// All that came out, folded into one number (FNV-1a, by words): the same seed gives the same one.
struct TraceHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x100_0000_01B3
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
    }

    mutating func add(_ output: Output) {
        switch output {
        case .reply(let caller, .success): add(caller.connection.value &* 31)
        case .reply(let caller, .failure(let refusal)):
            add(caller.connection.value)
            add(UInt64(bitPattern: Int64(refusal.code.number)))
        case .notify(let connection, let notification):
            add(connection.value &* 17)
            if case .execute(let order) = notification { add(order.token) }
        case .event(let event):
            add(UInt64(bitPattern: event.timestamp.microseconds))
            add(event.kind.rawValue)
            add(UInt64(bitPattern: event.sequence))
            if let task = event.taskID { add(task.description) }
            if let agent = event.agentID { add(agent.description) }
            add(UInt64(event.data.bytes.count))
        case .live, .log, .unsubscribe: add(3)
        case .subscribe(_, _, let sequence, _): add(UInt64(bitPattern: sequence))
        case .escalate(let escalation): add(escalation.errorCode)
        case .policyRegistered(let policy): add(policy.kind.rawValue)
        case .policyUnregistered(let kind): add(kind.rawValue)
        }
    }

    private mutating func add(_ token: AttemptToken) {
        add(token.high)
        add(token.low)
    }
}
