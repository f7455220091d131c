import ConductorModel

/// What the error handler keeps beside the tasks and the agents that are here.
struct ErrorRecords: Sendable {
    /// Breakers that have something to tell, of agents that left the fleet with an earlier run of the daemon and have
    /// not come back.
    private var absentBreakers: [AgentID: Breaker] = [:]
    /// Dead letters that are neither redriven nor discarded.
    private(set) var deadLetters: Int

    init(deadLetters: Int = 0) {
        self.deadLetters = deadLetters
    }

    /// Those of agents that are not here, sorted by them.
    var breakers: [Breaker] { absentBreakers.values.sorted { $0.agentID < $1.agentID } }

    func breaker(of id: AgentID) -> Breaker? { absentBreakers[id] }

    /// Keeps the breaker of an agent that is not here, for as long as it has something to tell.
    mutating func keep(_ breaker: Breaker) {
        absentBreakers[breaker.agentID] = breaker.isPristine ? nil : breaker
    }

    /// The agent has come back, or is not waited for any more.
    @discardableResult
    mutating func removeBreaker(of id: AgentID) -> Breaker? { absentBreakers.removeValue(forKey: id) }

    mutating func addDeadLetter() {
        deadLetters += 1
    }

    mutating func closeDeadLetter() {
        deadLetters -= 1
        invariant(deadLetters >= 0, "a dead letter is closed that was not kept")
    }
}
