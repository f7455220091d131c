import ConductorClient
import ConductorModel
import ConductorRandom
import ConductorTestSupport

/// Hours of mixed load on one daemon, whose memory and descriptors must stop growing.
public struct SoakRun: Sendable {
    public struct Sample: Sendable {
        public let second: Double
        public let figures: ProcessFigures
        public let acknowledged: Int
    }

    public struct Report: Sendable {
        public var samples: [Sample] = []
        public var violations: [String] = []

        /// KiB per minute over the second half, by least squares; nil where there is too little to say.
        public var anonymousSlope: Double? {
            let half = samples.suffix((samples.count + 1) / 2)
            guard half.count > 2 else { return nil }
            let meanTime = half.reduce(0) { $0 + $1.second } / Double(half.count)
            let mean = half.reduce(0) { $0 + Double($1.figures.anonymous) } / Double(half.count)
            let spread = half.reduce(0) { $0 + ($1.second - meanTime) * ($1.second - meanTime) }
            let slope = half.reduce(0) { $0 + ($1.second - meanTime) * (Double($1.figures.anonymous) - mean) } / spread
            return slope * 60
        }
    }

    public var duration: Duration
    public var interval: Duration
    public var seed: UInt64
    public var requestsPerSecond = 400
    /// KiB per minute by which memory may still grow after the first half.
    public var allowedSlope = 512.0
    /// Descriptors that may be more at the end than after the first half.
    public var allowedDescriptors = 8

    public init(duration: Duration, interval: Duration = .seconds(60), seed: UInt64) {
        self.duration = duration
        self.interval = interval
        self.seed = seed
    }

    public func run(progress: @Sendable (Sample) -> Void) async throws -> Report {
        let daemon = try await DaemonProcess(arguments: ["--log-level", "error"])
        var report = Report()
        let ledger = Ledger(keepsEntries: false)
        let agents = Workload.agents(ledger: ledger, seed: seed)
        let links = try await daemon.connections(agents.count)
        try await withThrowingDiscardingTaskGroup { group in
            for (agent, link) in zip(agents, links) {
                group.addTask { await agent.serve(link, keepsSome: false) }
            }
            group.addTask {
                do { try await load(daemon, ledger) } catch is CancellationError {}
            }
            let start = ContinuousClock.now
            while ContinuousClock.now - start < duration {
                try await Task.sleep(for: interval)
                guard let figures = ProcessFigures(of: daemon.child.pid) else { break }
                let sample = Sample(
                    second: (ContinuousClock.now - start) / .seconds(1), figures: figures,
                    acknowledged: await ledger.count)
                report.samples.append(sample)
                progress(sample)
            }
            group.cancelAll()
            let exit = await daemon.stop()
            if exit.status != 0 || exit.wasSignalled { report.violations.append("the daemon ended with \(exit)") }
        }
        report.violations += violations(report)
        return report
    }

    /// Waves of clients, each on a connection of its own, one a second.
    private func load(_ daemon: DaemonProcess, _ ledger: Ledger) async throws {
        var random = SplitMix(seed: seed)
        for wave in 0... {
            let next = ContinuousClock.now + .seconds(1)
            let client = try await daemon.connect()
            defer { client.close() }
            var workload = Workload("wave-\(wave)", ledger: ledger)
            workload.workers = 8
            workload.requests = requestsPerSecond / workload.workers
            await workload.run(on: client, seed: random.next())
            // Steady load, as far as the machine carries it, so that an hour fits on the disk.
            try await Task.sleep(until: next)
        }
    }

    private func violations(_ report: Report) -> [String] {
        var violations: [String] = []
        if let slope = report.anonymousSlope, slope > allowedSlope {
            violations.append("memory grows by \(Int(slope)) KiB per minute; \(Int(allowedSlope)) are allowed")
        }
        let half = report.samples.dropFirst(report.samples.count / 2)
        if let first = half.first, let last = half.last,
            last.figures.descriptors > first.figures.descriptors + allowedDescriptors
        {
            violations.append("descriptors grow from \(first.figures.descriptors) to \(last.figures.descriptors)")
        }
        return violations
    }
}
