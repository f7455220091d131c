import ConductorJSON
import ConductorModel

/// `status.get`: the daemon's process, and how many there are of each thing.
public enum StatusMethod: RemoteMethod {
    public typealias Params = NoParams
    public typealias Reply = StatusReport

    public static var name: StaticString { "status.get" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ params: NoParams) -> StoreQuery { .process }
}

public struct StatusReport: MethodReply {
    public struct Process: Sendable {
        public var version: String
        public var pid: Int32
        public var uptime: Duration
        public var startedAt: Timestamp
        public var storePath: String
        public var storeBytes: Int64
        /// Why the store takes no changes at present, for people; nil while it does.
        public var storeFault: String?
        public var connections: Int
        /// How long the daemon's loop was busy at once, in the last minute or two; metrics alone tell it.
        public var longestTurn = Duration.zero
        /// What it measures besides; metrics alone tell it.
        public var measured: [MetricsReport.Family] = []

        public init(
            version: String, pid: Int32, uptime: Duration, startedAt: Timestamp, storePath: String, storeBytes: Int64,
            storeFault: String? = nil, connections: Int
        ) {
            self.version = version
            self.pid = pid
            self.uptime = uptime
            self.startedAt = startedAt
            self.storePath = storePath
            self.storeBytes = storeBytes
            self.storeFault = storeFault
            self.connections = connections
        }
    }

    public var process: Process
    public var counts: StatusCounts

    public init(process: Process, counts: StatusCounts) {
        self.process = process
        self.counts = counts
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        let store = try fields.required("store", as: StoreReport.self)
        process = Process(
            version: try fields.required("version"),
            pid: Int32(clamping: try fields.required("pid", as: Int.self)),
            uptime: Duration(inSeconds: try fields.required("uptime_seconds")),
            startedAt: try fields.required("started_at"), storePath: store.path, storeBytes: store.bytes,
            storeFault: store.fault, connections: try fields.required("connections"))
        counts = try StatusCounts(&fields)
        counts.events = store.events
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("version", process.version)
        writer.member("protocol", 1)
        writer.member("pid", Int(process.pid))
        writer.member("uptime_seconds", process.uptime)
        writer.member("started_at", process.startedAt)
        writer.member(
            "store",
            StoreReport(
                path: process.storePath, bytes: process.storeBytes, events: counts.events, fault: process.storeFault))
        counts.writeMembers(to: &writer)
        writer.member("connections", process.connections)
    }
}

private struct StoreReport: MethodReply {
    let path: String
    let bytes: Int64
    let events: Int64
    let fault: String?

    init(path: String, bytes: Int64, events: Int64, fault: String?) {
        self.path = path
        self.bytes = bytes
        self.events = events
        self.fault = fault
    }

    init(_ fields: inout JSONFields) throws(JSONFieldError) {
        path = try fields.required("path")
        bytes = try fields.required("bytes")
        events = try fields.required("events")
        fault = try fields.optional("fault")
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("path", path)
        writer.member("bytes", bytes)
        writer.member("events", events)
        writer.member("healthy", fault == nil)
        writer.nullableMember("fault", fault)
    }
}

/// As they stand in a larger object, without the number of events.
extension StatusCounts {
    init(_ fields: inout JSONFields) throws(JSONFieldError) {
        self.init()
        agents = try fields.value("agents", default: CountsByStatus()).counts
        tasks = try fields.value("tasks", default: CountsByStatus()).counts
        workflows = try fields.value("workflows", default: CountsByStatus()).counts
        queued = try fields.value("queued", default: 0)
        deadLetters = try fields.value("dead_letters", default: 0)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("agents", CountsByStatus(agents))
        writer.member("tasks", CountsByStatus(tasks))
        writer.member("workflows", CountsByStatus(workflows))
        writer.member("queued", queued)
        writer.member("dead_letters", deadLetters)
    }
}

private struct CountsByStatus<Status: CountedStatus>: JSONReadable, JSONWritable {
    var counts = CountByStatus<Status>()

    init(_ counts: CountByStatus<Status> = CountByStatus()) {
        self.counts = counts
    }

    /// Statuses that only a newer daemon knows are left out.
    init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .object else { throw JSONFieldError(reason: "must be an object") }
        for (word, count) in json.members {
            if let status = Status(rawValue: word), let count = count.integer { counts[status] = Int(count) }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for status in Status.allCases { writer.member(status.rawValue, counts[status]) }
        }
    }
}
