import ConductorRandom
import ConductorTestSupport
import Foundation

/// Several rounds, each over all runs in an order of its own: drift of the machine hits all alike.
public struct Rounds: Sendable {
    public var rounds = 5
    public var scale = 1.0
    public var seed: UInt64 = 1
    public var workloads = Workload.all
    public var subjects = Subject.allCases
    public var conductord = Binaries.conductord
    public var arguments: [String] = []
    public var parentFolder = "/var/tmp"

    public init() {}

    /// The runs of one round, in their order.
    func runs(of round: Int) -> [Run] {
        var random = SplitMix(seed: seed &+ UInt64(round))
        return workloads.flatMap { workload in
            subjects.filter(workload.suits).map { subject in
                var run = Run(subject, workload)
                run.round = round
                run.scale = scale
                run.conductord = conductord
                run.arguments = arguments
                run.parentFolder = parentFolder
                return run
            }
        }.shuffled(using: &random)
    }

    /// Times all, then counts in a round of its own, where the shim's cost is in nobody's time.
    ///
    /// - Parameter progress: told before each run.
    public func callAsFunction(progress: (Run) -> Void) async throws -> Report {
        let machine = try await Machine(conductord: conductord, folder: parentFolder)
        var samples: [Sample] = []
        for round in 1...rounds {
            for run in runs(of: round) {
                progress(run)
                // What an earlier run has left to write is not this one's.
                sync()
                samples.append(try await run())
            }
        }
        guard CompiledShim.hasCompiler else { return Report(machine, self, samples, counted: []) }
        var counted: [Sample] = []
        for var run in runs(of: 0) {
            run.counting = .all
            progress(run)
            counted.append(try await run())
        }
        return Report(machine, self, samples, counted: counted)
    }
}
