import ConductorEngine
import ConductorModel

/// One seed from its beginning to its end.
package struct Simulation {
    package struct Outcome: Sendable {
        package let seed: UInt64
        /// Folded over all that came out.
        package let trace: UInt64
        /// Every task that was submitted, in whatever life of the daemon.
        package let tasks: Int
        package let kinds: Set<EventKind>
        /// What did not hold, and at which step.
        package let violation: (step: Int, sentence: String)?
    }

    package let seed: UInt64
    package var steps = Simulator.usualSteps
    package var canary: Canary?

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// - Parameter narrator: takes a line for people on whatever happens.
    package func run(narrator: ((String) -> Void)? = nil) -> Outcome {
        var simulator = Simulator(seed: seed, canary: canary, narrator: narrator)
        var step = 0
        var violation: (Int, String)?
        do {
            try simulator.begin()
            while step < steps {
                step += 1
                simulator.narrate("step \(step)")
                try simulator.step()
            }
            try simulator.calm()
        } catch {
            violation = (step, "\(error)")
        }
        return Outcome(
            seed: seed, trace: simulator.trace.value, tasks: simulator.audit.taskCount, kinds: simulator.audit.kinds,
            violation: violation)
    }
}
