import ConductorTestSupport

/// What a task costs the daemon where there is little of something, and where there is much.
public struct Scale: Sendable {
    public enum Axis: String, CaseIterable, Codable, Sendable {
        case agents, queued, history, workflows, chain, wide, connections

        /// How much is little, and how much is much.
        var sizes: (small: Int, large: Int) {
            switch self {
            case .agents: (10, 10_000)
            case .queued: (1, 1_000_000)
            case .history: (0, 10_000_000)
            case .workflows: (1, 1_000)
            // One of fewer tasks has ended before the tables are written once.
            case .chain, .wide: (1_000, 10_000)
            case .connections: (0, 9_000)
            }
        }

        /// Whether what each takes stands out among what tasks take.
        var takesMemory: Bool {
            switch self {
            case .agents, .queued, .connections: true
            case .history, .workflows, .chain, .wide: false
            }
        }

        /// Bytes that each brings along, and the daemon has to keep.
        var payload: Double {
            switch self {
            case .queued: Double(Workload.queuedPayload)
            case .agents, .history, .workflows, .chain, .wide, .connections: 0
            }
        }

        var title: String {
            switch self {
            case .agents: "agents that take tasks in turn"
            case .queued: "tasks of \(Workload.queuedPayload) bytes that wait"
            case .history: "events of history"
            case .workflows: "workflows at once, of 10 tasks"
            case .chain: "tasks of one workflow, in a chain"
            case .wide: "tasks of one workflow, up to 100 at once"
            case .connections: "idle connections"
            }
        }
    }

    public struct Row: Codable, Sendable {
        public let axis: Axis
        public let size: Int
        public let tasksPerSecond: Double
        /// Microseconds per task.
        public let serverCPU: Double
        /// By that of the small size.
        public let ratio: Double
        public let residentBytes: Int
        /// What each more of it takes of memory; of a task that waits, beside its payload.
        public let residentBytesEach: Double?
    }

    public var axes = Axis.allCases
    public var subject = Subject.durable
    /// Of the large sizes.
    public var share = 0.1
    /// How many tasks are measured, as a multiple of the usual number.
    public var scale = 1.0
    public var conductord = Binaries.conductord
    public var parentFolder = "/var/tmp"

    public init() {}

    public func callAsFunction(progress: (String) -> Void) async throws -> [Row] {
        var rows: [Row] = []
        for axis in axes {
            let (small, large) = axis.sizes
            var first: (size: Int, sample: Sample)?
            for size in [small, max(small + 1, Int(Double(large) * share))] {
                progress("\(size) \(axis.title)")
                let sample = try await run(axis, size: size)()
                let base = first ?? (size, sample)
                let more = Double(size - base.size)
                rows.append(
                    Row(
                        axis: axis, size: size, tasksPerSecond: sample.tasksPerSecond,
                        serverCPU: sample.serverCPUPerTask,
                        ratio: sample.serverCPUPerTask / base.sample.serverCPUPerTask,
                        residentBytes: sample.residentBytes,
                        residentBytesEach: axis.takesMemory && more > 100
                            ? Double(sample.residentBytes - base.sample.residentBytes) / more - axis.payload : nil))
                first = base
            }
        }
        return rows
    }

    private func run(_ axis: Axis, size: Int) -> Run {
        let many = Workload(axis.rawValue, .tasks(inFlight: Workload.inFlight), capacity: Workload.inFlight)
        var run: Run
        switch axis {
        case .agents:
            // As many in flight as the small size can take at once: none waits, and each frame has one task, in both.
            run = Run(subject, Workload(axis.rawValue, .tasks(inFlight: axis.sizes.small)))
            run.ballast.agents = size
        case .queued:
            run = Run(subject, many)
            run.ballast.queued = size
        case .history:
            run = Run(subject, many)
            // A task alone has two: started and completed.
            run.ballast.history = size / 2
        case .connections:
            run = Run(subject, many)
            run.ballast.connections = size
        case .workflows:
            let shape = Workload.Shape.workflow(.init(tasks: 10, atOnce: size))
            run = Run(subject, Workload(axis.rawValue, shape, agents: 4, capacity: 64))
            run.units = max(1, Int(1000 * scale) / size)
        case .chain, .wide:
            let shape = Workload.Shape.workflow(
                .init(tasks: size, parallelism: 100, isChained: axis == .chain))
            run = Run(subject, Workload(axis.rawValue, shape, capacity: 64, payload: 16))
            run.units = max(1, Int(1000 * scale) / size)
        }
        run.scale = scale
        run.conductord = conductord
        run.parentFolder = parentFolder
        run.arguments = ["--log-level", "error"]
        run.environment = Self.environment
        return run
    }

    /// Limits that nothing here meets, no retention, and agents that need not show that they live.
    static let environment = [
        "CONDUCTOR_LIMITS_MAX_AGENTS": "100000", "CONDUCTOR_LIMITS_MAX_CONNECTIONS": "100000",
        "CONDUCTOR_LIMITS_MAX_LIVE_TASKS": "10000000", "CONDUCTOR_LIMITS_MAX_LIVE_TASKS_PER_UID": "10000000",
        "CONDUCTOR_LIMITS_MAX_LIVE_WORKFLOWS": "100000", "CONDUCTOR_LIMITS_MAX_TASKS_PER_WORKFLOW": "100000",
        "CONDUCTOR_LIMITS_MAX_FRAME_BYTES": "67108864", "CONDUCTOR_RETENTION_MAX_AGE_DAYS": "0",
        "CONDUCTOR_RETENTION_MAX_BYTES": "0", "CONDUCTOR_LEASE_SECONDS": "86400",
    ]
}

extension [Scale.Row] {
    /// For people: Markdown, aligned.
    public var table: String {
        let lines = map { row in
            [
                row.axis.title, "\(row.size)", Report.text(row.tasksPerSecond), Report.text(row.serverCPU),
                Report.text(row.ratio), "\(row.residentBytes >> 20)", Report.text(row.residentBytesEach),
            ]
        }
        let headings = ["of what", "how many", "tasks/s", "CPU µs server", "× small", "MiB", "bytes each"]
        return Report.markdown([headings] + lines)
    }
}
