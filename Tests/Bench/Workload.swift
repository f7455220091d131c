/// One way to load a server.
public struct Workload: Hashable, Codable, Sendable {
    public enum Shape: Hashable, Codable, Sendable {
        /// Tasks dispatched alone, so many at once.
        case tasks(inFlight: Int)
        /// Workflows, one after the other or so many at once.
        case workflow(Workflow)
    }

    public struct Workflow: Hashable, Codable, Sendable {
        public var tasks = 100
        public var parallelism = 1
        public var atOnce = 1
        /// Whether each task needs the one before it.
        public var isChained = false

        /// A state past 1 MiB comes without outputs: their tasks' status is all there is to check.
        var mayOmitOutputs: Bool { tasks > 1000 }

        public init(tasks: Int = 100, parallelism: Int = 1, atOnce: Int = 1, isChained: Bool = false) {
            self.tasks = tasks
            self.parallelism = parallelism
            self.atOnce = atOnce
            self.isChained = isChained
        }
    }

    public let name: String
    public let shape: Shape
    public let agents: Int
    public let capacity: Int
    /// Bytes of a task's input, and of its output.
    public let payload: Int
    /// Every process on one CPU: latency without wake-ups across CPUs, which vary by a factor of two.
    public let isOnOneCPU: Bool

    public init(
        _ name: String, _ shape: Shape, agents: Int = 1, capacity: Int = 1, payload: Int = 300,
        isOnOneCPU: Bool = false
    ) {
        self.name = name
        self.shape = shape
        self.agents = agents
        self.capacity = capacity
        self.payload = payload
        self.isOnOneCPU = isOnOneCPU
    }

    public static let all = [
        Workload("latency-1", .tasks(inFlight: 1), isOnOneCPU: true),
        Workload("latency-4", .tasks(inFlight: 1), agents: 4, isOnOneCPU: true),
        Workload("throughput-1x1", .tasks(inFlight: inFlight)),
        Workload("throughput-1x64", .tasks(inFlight: inFlight), capacity: 64),
        Workload("throughput-4x1", .tasks(inFlight: inFlight), agents: 4),
        Workload("throughput-4x64", .tasks(inFlight: inFlight), agents: 4, capacity: 64),
        Workload("large", .tasks(inFlight: 1), payload: (1 << 20) - 64),
        Workload("sequential", .workflow(Workflow()), agents: 4, capacity: 64),
        Workload("parallel", .workflow(Workflow(parallelism: 100)), agents: 4, capacity: 64),
    ]

    /// How many tasks are on their way at once where throughput is measured.
    static let inFlight = 64
    /// Bytes of a task that only waits.
    static let queuedPayload = 300

    /// What is counted one by one: tasks, or workflows.
    public enum Unit: String, Codable, Sendable {
        case task, workflow
    }

    public var unit: Unit {
        switch shape {
        case .tasks: .task
        case .workflow: .workflow
        }
    }

    public var tasksPerUnit: Int {
        switch shape {
        case .tasks: 1
        case .workflow(let workflow): workflow.tasks * workflow.atOnce
        }
    }

    /// Whether latency, not throughput, is what it is there for.
    public var isLatency: Bool {
        switch shape {
        case .tasks(let inFlight): inFlight == 1
        case .workflow: true
        }
    }

    /// A floor knows no workflows.
    public func suits(_ subject: Subject) -> Bool { unit == .task || subject.isDaemon }

    /// How many units make a run of some seconds on a machine of today.
    public func units(for subject: Subject, scale: Double) -> Int {
        let usual =
            switch shape {
            case .workflow: 10
            case .tasks where payload > 1 << 16: 100
            case .tasks(inFlight: 1): subject.isDaemon ? 1_000 : 2_000
            case .tasks:
                switch subject {
                case .floor, .nioFloor: 40_000
                case .flushingFloor: 20_000
                case .ephemeral: 10_000
                case .durable: 5_000
                }
            }
        return max(2, Int(Double(usual) * scale))
    }

    func warmUp(units: Int) -> Int { max(1, units / 10) }

    /// What it does, for people.
    public var title: String {
        let fleet = "\(agents) agent\(agents == 1 ? "" : "s")\(capacity == 1 ? "" : " of capacity \(capacity)")"
        return switch shape {
        case .tasks(let inFlight) where payload > 1 << 16: "\(inFlight) in flight, \(fleet), 1 MiB in and out"
        case .tasks(let inFlight): "\(inFlight) in flight, \(fleet)\(isOnOneCPU ? ", one CPU" : "")"
        case .workflow(let workflow):
            "\(workflow.atOnce) at once of \(workflow.tasks) tasks each, \(workflow.parallelism) at once, \(fleet)"
        }
    }
}
