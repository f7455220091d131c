/// What one run gave.
public struct Sample: Codable, Sendable {
    public let round: Int
    public let subject: Subject
    public let workload: String
    public let units: Int
    public let tasks: Int
    public let seconds: Double
    /// Microseconds per unit.
    public let p50, p99: Double
    /// CPU seconds of the server and of all clients, while it ran.
    public let serverCPU, clientCPU: Double
    /// CPU seconds that the hypervisor gave to others meanwhile.
    public let stolen: Double
    /// The load average when it began.
    public let load: Double
    /// Per task.
    public let flushes: Double?
    /// Of the server, when all was done.
    public let residentBytes: Int
    /// Only of a run that counts: the shim slows it down.
    public let counts: Counts?

    public var tasksPerSecond: Double { Double(tasks) / seconds }
    /// Microseconds.
    public var serverCPUPerTask: Double { serverCPU * 1e6 / Double(tasks) }
    public var clientCPUPerTask: Double { clientCPU * 1e6 / Double(tasks) }

    /// What the server asked of kernel and allocator, per task.
    public struct Counts: Codable, Sendable {
        public let perTask: [String: Double]

        init(_ counts: CallCounts, tasks: Int) {
            let pairs = CallCounts.Kind.allCases.map { ($0.rawValue, counts[$0] / Double(tasks)) }
            perTask = Dictionary(uniqueKeysWithValues: pairs)
        }

        public subscript(kind: CallCounts.Kind) -> Double { perTask[kind.rawValue] ?? 0 }

        /// All system calls but `futex`, which depends on who happens to wait.
        public var systemCalls: Double {
            CallCounts.Kind.allCases.reduce(0) { sum, kind in
                switch kind {
                case .flush, .read, .write, .positionedRead, .positionedWrite, .poll, .lock, .random, .files, .memory,
                    .other:
                    sum + self[kind]
                case .wake, .allocations, .allocatedBytes: sum
                }
            }
        }
    }
}
