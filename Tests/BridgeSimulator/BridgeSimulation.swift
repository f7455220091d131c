import ConductorBridge
import ConductorRandom

/// One seed from its beginning to its end: owners, workers, and a network between them.
package struct BridgeSimulation {
    package struct Outcome: Sendable {
        package let seed: UInt64
        package let tasks: Int
        /// Tasks that completed.
        package let completed: Int
        /// Claims whose work was begun.
        package let begun: Int
        /// Folded over all messages that were sent.
        package let trace: UInt64
        /// What did not hold, and in which turn.
        package let violation: (turn: Int, sentence: String)?
    }

    package let seed: UInt64
    package var canary: BridgeCanary?

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// - Parameter narrator: takes a line for people on whatever happens.
    package func run(narrator: ((String) -> Void)? = nil) -> Outcome {
        var simulator = BridgeSimulator(seed: seed, canary: canary, narrator: narrator)
        var violation: (Int, String)?
        do {
            try simulator.run()
        } catch {
            violation = (simulator.turn, "\(error)")
        }
        return Outcome(
            seed: seed, tasks: simulator.taskCount, completed: simulator.completedCount,
            begun: simulator.audit.begun.count, trace: simulator.trace, violation: violation)
    }
}
