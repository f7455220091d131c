import Foundation

/// What all rounds gave: every sample, and a row for each workload and subject.
public struct Report: Codable, Sendable {
    public let machine: Machine
    public let rounds: Int
    public let scale: Double
    public let seed: UInt64
    public let rows: [Row]
    public let samples: [Sample]
    public let counted: [Sample]

    /// Medians over the rounds.
    public struct Row: Codable, Sendable {
        public let workload: String
        public let title: String
        public let unit: Workload.Unit
        public let subject: Subject
        public let tasksPerSecond: Double
        /// Microseconds per unit.
        public let p50, p99: Double
        /// Microseconds per task.
        public let serverCPU, clientCPU: Double
        /// To the floor in the same round, the median over the rounds: of p50 where latency is measured, else of
        /// tasks per second. Nil for a floor, and where no floor was measured.
        public let ratio: Double?
        /// Of how far the rounds lie apart: the highest tasks per second by the lowest.
        public let spread: Double
        /// Per task.
        public let flushes: Double?
        /// Per task, from the round that counts.
        public let systemCalls, allocations: Double?
    }

    init(_ machine: Machine, _ rounds: Rounds, _ samples: [Sample], counted: [Sample]) {
        self.machine = machine
        self.rounds = rounds.rounds
        scale = rounds.scale
        seed = rounds.seed
        self.samples = samples
        self.counted = counted
        rows = rounds.workloads.flatMap { workload in
            Subject.allCases.compactMap { Row(workload, $0, samples, counted) }
        }
    }

    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Report.Row {
    init?(_ workload: Workload, _ subject: Subject, _ samples: [Sample], _ counted: [Sample]) {
        let own = samples.filter { $0.workload == workload.name }
        let mine = own.filter { $0.subject == subject }
        guard !mine.isEmpty else { return nil }
        func median(_ value: (Sample) -> Double) -> Double { mine.map(value).median }
        self.workload = workload.name
        title = workload.title
        unit = workload.unit
        self.subject = subject
        tasksPerSecond = median(\.tasksPerSecond)
        p50 = median(\.p50)
        p99 = median(\.p99)
        serverCPU = median(\.serverCPUPerTask)
        clientCPU = median(\.clientCPUPerTask)
        let rates = mine.map(\.tasksPerSecond)
        spread = (rates.max() ?? .nan) / (rates.min() ?? .nan)
        let value: (Sample) -> Double = workload.isLatency ? \.p50 : \.tasksPerSecond
        let ratios = mine.compactMap { sample in
            own.first { $0.subject == subject.reference && $0.round == sample.round }.map { value(sample) / value($0) }
        }
        ratio = ratios.isEmpty ? nil : ratios.median
        let counts = counted.first { $0.workload == workload.name && $0.subject == subject }?.counts
        let flushed = mine.compactMap(\.flushes)
        flushes = flushed.isEmpty ? nil : flushed.median
        systemCalls = counts?.systemCalls
        allocations = counts?[.allocations]
    }
}
