import ArgumentParser
import ConductorBridge
import ConductorBridgeSimulator
import ConductorEngine
import ConductorSimulator
import Glibc

@main
struct ConductorSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conductor-sim",
        abstract:
            "Run Conductor's engine among simulated agents, clients and accidents, and watch that its promises hold.",
        discussion: "One seed decides everything that happens. Exits with 1 when a promise does not hold.")

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 1000

    @Option(help: ArgumentHelp("The first of them.", valueName: "seed"))
    var first: UInt64 = 1

    @Option(help: "Run this seed alone.")
    var seed: UInt64?

    @Option(help: "How many things happen before all is calm.")
    var steps = Simulator.usualSteps

    @Flag(help: "Print what happens.")
    var trace = false

    @Option(help: "Plant a bug, in a debug build.")
    var canary: Canary?

    @Flag(help: "Simulate hosts with bridges and a network between them instead.")
    var bridges = false

    @Option(help: "Plant a bug into the bridges, in a debug build.")
    var bridgeCanary: BridgeCanary?

    private static let progressInterval: UInt64 = 50_000

    mutating func validate() throws {
        if canary != nil || bridgeCanary != nil, !Canaries.canBePlanted {
            throw ValidationError("this build has no canaries")
        }
        if bridges ? canary != nil : bridgeCanary != nil {
            throw ValidationError("--canary goes without --bridges, and --bridge-canary with it")
        }
    }

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let range = seed.map { $0..<($0 + 1) } ?? first..<(first + seeds)
        var tasks = 0
        var folded: UInt64 = 0
        for seed in range {
            let outcome = bridges ? simulateBridges(seed) : simulate(seed)
            tasks += outcome.tasks
            folded = (folded ^ outcome.trace) &* 0x100_0000_01B3
            if let violation = outcome.violation {
                print("seed \(seed), step \(violation.step): \(violation.sentence)")
                throw ExitCode(1)
            }
            let done = seed - range.lowerBound + 1
            if done % Self.progressInterval == 0, done < range.count { tell("\(done) seeds so far, no violation\n") }
        }
        print("\(range.count) seeds, \(tasks) simulated tasks, trace \(String(folded, radix: 16))")
        let seconds = (clock.now - start) / .seconds(1)
        print(
            "\(Int(Double(tasks) / seconds)) simulated tasks a second, \(Int(Double(range.count) / seconds)) seeds a second"
        )
    }

    private typealias Outcome = (tasks: Int, trace: UInt64, violation: (step: Int, sentence: String)?)

    private var narrator: ((String) -> Void)? { trace ? { print($0) } : nil }

    private func simulate(_ seed: UInt64) -> Outcome {
        var simulation = Simulation(seed: seed)
        simulation.steps = steps
        simulation.canary = canary
        let outcome = simulation.run(narrator: narrator)
        return (outcome.tasks, outcome.trace, outcome.violation)
    }

    private func simulateBridges(_ seed: UInt64) -> Outcome {
        var simulation = BridgeSimulation(seed: seed)
        simulation.canary = bridgeCanary
        let outcome = simulation.run(narrator: narrator)
        return (outcome.tasks, outcome.trace, outcome.violation.map { ($0.turn, $0.sentence) })
    }

    /// At once, on standard error.
    private func tell(_ line: String) {
        var line = line
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

extension Canary: ExpressibleByArgument {}
extension BridgeCanary: ExpressibleByArgument {}
