import ConductorModel
import ConductorProtocol

/// What one input is handled with: the time, the dice, and the effects gathered so far.
struct EngineTransaction {
    let now: Moment
    private(set) var random: any RandomNumberGenerator
    /// Whether the dice fell: most inputs need none.
    private(set) var hasDrawn = false
    private(set) var effects = Effects()
    /// Bytes that expressions have read and written.
    var expressionBytes = 0
    /// The last states of workflows that ended in this transaction and have left the memory.
    var ended: [WorkflowID: WorkflowState] = [:]

    init(now: Moment, random: any RandomNumberGenerator) {
        self.now = now
        self.random = random
    }

    mutating func change(_ change: Change) {
        // A task's step makes a handful.
        if effects.changes.isEmpty { effects.changes.reserveCapacity(8) }
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
        AttemptToken(high: draw(), low: draw())
    }

    mutating func identifier<Kind>(_: Kind.Type = Kind.self) -> Identifier<Kind> {
        .uuid(draw(), draw())
    }

    /// From 0 to 1.
    mutating func jitter() -> Double {
        Double(draw() >> 11) / Double(1 << 53)
    }

    private mutating func draw() -> UInt64 {
        hasDrawn = true
        return random.next()
    }
}
