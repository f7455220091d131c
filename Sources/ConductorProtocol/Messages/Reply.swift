import ConductorJSON
import ConductorModel

/// What the daemon answers; the refusal of a request is a `Refusal` instead.
public indirect enum Reply: Sendable {
    /// Why a request to run something ran nothing: the same work had been asked for before.
    public enum Repetition: String, Vocabulary {
        /// It had not ended, and the caller was told of its end as the first one was.
        case attached
        /// It had ended: this is what was recorded then.
        case recorded
    }

    case repeated(Repetition, Reply)
    case empty
    case hello(HelloReply)
    case status(StatusReport)
    case phases
    case metrics(MetricsReport, MetricsReport.Format)

    case registered(AgentState, lease: Duration, adopted: [TaskID])
    case unregistered(Bool)
    /// Nil where the agent is unknown.
    case agent(AgentState?)
    case agents([AgentState])

    case result(TaskResult)
    case accepted(TaskID)
    case task(TaskView)
    case tasks([TaskView], nextCursor: Int64?)
    case cancelled(Bool)
    case recorded
    /// Whether the attempt was the current one and its task waits for an agent now.
    case returned(Bool)

    case workflowState(WorkflowState)
    case workflowStarted(WorkflowState)
    case workflow(WorkflowState)
    case workflows([WorkflowRecord], nextCursor: Int64?)
    case validation([Problem])
    case gate(allowed: Bool, [PolicyResult])

    case subscribed(subscription: String, sequence: Int64, snapshot: JSONText)
    case policies([Policy])
    case policy(Policy)
    case policyResults(allowed: Bool, [PolicyResult])

    case retried(WorkflowState)
    case deadLetters([DeadLetter], nextCursor: Int64?)
    case redriven(TaskID)
    case discarded(Bool)
    case breakers([Breaker])
    case breaker(Breaker)
    case delivered(Int)
    case busMessage(BusMessage)
    /// Where the copy is, and how large.
    case backup(file: String, bytes: Int64)
}

/// A task as it is shown: its record, and why it waits.
public struct TaskView: Sendable {
    public var record: TaskRecord
    /// Nil where it is at work or has ended.
    public var wait: TaskWait?

    public init(_ record: TaskRecord, wait: TaskWait? = nil) {
        self.record = record
        self.wait = wait
    }
}

public struct HelloReply: Sendable, JSONWritable {
    public var server: String
    public var version: String
    public var limits: Limits
    public var peer: Peer

    public init(server: String, version: String, limits: Limits, peer: Peer) {
        self.server = server
        self.version = version
        self.limits = limits
        self.peer = peer
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("server")
            writer.object { writer in
                writer.member("name", server)
                writer.member("version", version)
            }
            writer.member("protocol", 1)
            writer.member("limits", limits)
            writer.key("peer")
            writer.object { writer in
                writer.member("uid", Int(peer.uid))
                writer.member("gid", Int(peer.gid))
                writer.member("pid", Int(peer.pid))
                writer.member("role", peer.role)
            }
        }
    }
}

/// The answer to `status.get`.
public struct StatusReport: Sendable, JSONWritable {
    public struct Process: Sendable {
        public var version: String
        public var pid: Int32
        public var uptime: Duration
        public var startedAt: Timestamp
        public var storePath: String
        public var storeBytes: Int64
        public var connections: Int

        public init(
            version: String, pid: Int32, uptime: Duration, startedAt: Timestamp, storePath: String, storeBytes: Int64,
            connections: Int
        ) {
            self.version = version
            self.pid = pid
            self.uptime = uptime
            self.startedAt = startedAt
            self.storePath = storePath
            self.storeBytes = storeBytes
            self.connections = connections
        }
    }

    public var process: Process
    public var counts: StatusCounts

    public init(process: Process, counts: StatusCounts) {
        self.process = process
        self.counts = counts
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("version", process.version)
            writer.member("protocol", 1)
            writer.member("pid", Int(process.pid))
            writer.member("uptime_seconds", process.uptime)
            writer.member("started_at", process.startedAt)
            writer.key("store")
            writer.object { writer in
                writer.member("path", process.storePath)
                writer.member("bytes", process.storeBytes)
                writer.member("events", counts.events)
            }
            counts.writeMembers(to: &writer)
            writer.member("connections", process.connections)
        }
    }
}

extension StatusCounts {
    public func writeMembers(to writer: inout JSONWriter) {
        write("agents", agents, to: &writer)
        write("tasks", tasks, to: &writer)
        write("workflows", workflows, to: &writer)
        writer.member("queued", queued)
        writer.member("dead_letters", deadLetters)
    }

    private func write<Status: CountedStatus>(
        _ name: StaticString, _ counts: CountByStatus<Status>, to writer: inout JSONWriter
    ) {
        writer.key(name)
        writer.object { writer in
            for status in Status.allCases { writer.member(status.rawValue, counts[status]) }
        }
    }
}
