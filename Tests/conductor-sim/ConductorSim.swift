import ArgumentParser
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

    private static let progressInterval: UInt64 = 50_000

    mutating func validate() throws {
        if canary != nil, !Canaries.canBePlanted { throw ValidationError("this build has no canaries") }
    }

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let range = seed.map { $0..<($0 + 1) } ?? first..<(first + seeds)
        var tasks = 0
        var folded: UInt64 = 0
        for seed in range {
            var simulation = Simulation(seed: seed)
            simulation.steps = steps
            simulation.canary = canary
            let outcome = simulation.run(narrator: trace ? { print($0) } : nil)
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

    /// At once, on standard error.
    private func tell(_ line: String) {
        var line = line
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

extension Canary: ExpressibleByArgument {}
