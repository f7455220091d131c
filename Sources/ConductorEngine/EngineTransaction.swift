import ConductorModel
import ConductorProtocol

/// What one input is handled with: the time, the dice, and the effects gathered so far.
struct EngineTransaction {
    let now: Moment
    var random: any RandomNumberGenerator
    var effects = Effects()
    /// The last states of workflows that ended in this transaction and have left the memory.
    var ended: [WorkflowID: WorkflowState] = [:]

    mutating func change(_ change: Change) {
        effects.changes.append(change)
    }

    mutating func output(_ output: Output) {
        effects.outputs.append(output)
    }

    mutating func reply(_ reply: Reply, to caller: Caller) {
        guard caller.request != nil else { return }
        effects.outputs.append(.reply(caller, .success(reply)))
    }

    mutating func refuse(_ refusal: Refusal, to caller: Caller) {
        guard caller.request != nil else { return }
        effects.outputs.append(.reply(caller, .failure(refusal)))
    }

    mutating func reply(_ outcome: Result<Reply, Refusal>, to caller: Caller) {
        switch outcome {
        case .success(let reply): self.reply(reply, to: caller)
        case .failure(let refusal): refuse(refusal, to: caller)
        }
    }

    mutating func token() -> AttemptToken {
        AttemptToken(high: random.next(), low: random.next())
    }

    mutating func identifier<Kind>(_: Kind.Type = Kind.self) -> Identifier<Kind> {
        .uuid(random.next(), random.next())
    }

    /// From 0 to 1.
    mutating func jitter() -> Double {
        Double(random.next() >> 11) / Double(1 << 53)
    }
}

/// What may fall due.
enum Deadline: Hashable, Sendable {
    /// The agent's lease ends, or its grace time.
    case presence(AgentID)
    /// The running attempt has had its time.
    case attempt(TaskKey)
    /// The task has waited long enough for an agent.
    case queue(TaskKey)
    /// The next attempt begins.
    case retry(TaskKey)
    /// A cancelled attempt gives its slot back, answered or not.
    case slot(AgentID, AttemptToken)
    /// The agent's breaker lets work through on trial.
    case breaker(AgentID)
    /// Workflows may have waited long enough since the last agent of the type left.
    case stranded(AgentType)
    /// The workflow's tasks have waited long enough for an agent of the type to be registered.
    case agentWait(WorkflowID, AgentType)
    /// Nobody has responded to a request on the bus.
    case busRequest(UInt64)
}
