import ConductorJSON

/// An agent as the registry knows it.
public struct AgentState: Sendable {
    /// What only a registration changes.
    private struct Profile {
        let agentID: AgentID
        var agentType: AgentType
        var capacity: Int
        var labels = AgentLabels.none
        var name: String?
        var version: String?
        var description: String?
        var metadata: JSONText = .emptyObject
        var ownerUID: UInt32
        var pid: Int32
        let createdAt: Timestamp
    }

    /// A state is stored at every change of it, and hardly any changes this.
    private var profile: Shared<Profile>
    public var running: [TaskID] = []
    public var status: AgentStatus
    /// Paused by an operator: it gets no further work.
    public var isPaused = false
    /// About to stop: it finishes what runs and gets no further work, until it registers anew.
    public var isDraining = false
    /// How its breaker stands; while open it gets no work.
    public var breaker = Breaker.Name.closed
    /// The newest of each, oldest first; the counts are whole.
    public var completedTasks: [TaskID] = []
    public var failedTasks: [TaskID] = []
    public var completedCount = 0
    public var failedCount = 0
    /// What reached the error handler: lost, timed out, rejected, transient.
    public var errorCount = 0
    public var lastHeartbeat: Timestamp
    public var updatedAt: Timestamp

    public init(
        agentID: AgentID, agentType: AgentType, capacity: Int, status: AgentStatus, ownerUID: UInt32, pid: Int32,
        at time: Timestamp
    ) {
        profile = Shared(
            Profile(
                agentID: agentID, agentType: agentType, capacity: capacity, ownerUID: ownerUID, pid: pid,
                createdAt: time))
        self.status = status
        lastHeartbeat = time
        updatedAt = time
    }

    public var agentID: AgentID { profile.value.agentID }

    public var agentType: AgentType {
        get { profile.value.agentType }
        set { profile.value.agentType = newValue }
    }

    /// Tasks it may run at once.
    public var capacity: Int {
        get { profile.value.capacity }
        set { profile.value.capacity = newValue }
    }

    /// What it says that it is or has; its own `id=` label is not among them.
    public var labels: AgentLabels {
        get { profile.value.labels }
        set { profile.value.labels = newValue }
    }

    public var name: String? {
        get { profile.value.name }
        set { profile.value.name = newValue }
    }

    public var version: String? {
        get { profile.value.version }
        set { profile.value.version = newValue }
    }

    public var description: String? {
        get { profile.value.description }
        set { profile.value.description = newValue }
    }

    public var metadata: JSONText {
        get { profile.value.metadata }
        set { profile.value.metadata = newValue }
    }

    public var ownerUID: UInt32 {
        get { profile.value.ownerUID }
        set { profile.value.ownerUID = newValue }
    }

    public var pid: Int32 {
        get { profile.value.pid }
        set { profile.value.pid = newValue }
    }

    public var createdAt: Timestamp { profile.value.createdAt }

    /// Completed among those that ended by the agent's word; 0 where none has.
    public var successRate: Double {
        let ended = completedCount + failedCount
        return ended == 0 ? 0 : Double(completedCount) / Double(ended)
    }

    /// It is in the registry no longer; what is stored of it tells whose its id is.
    public var hasLeft: Bool { status == .cancelled }

    public var currentTaskID: TaskID? { running.last }
}

extension AgentState: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        var profile = Profile(
            agentID: try fields.required("agent_id"), agentType: try fields.required("agent_type"),
            capacity: try fields.count("capacity"),
            ownerUID: UInt32(clamping: try fields.required("owner_uid", as: Int.self)),
            pid: Int32(clamping: try fields.required("pid", as: Int.self)),
            createdAt: try fields.required("created_at"))
        profile.labels = try fields.value("labels", default: .none)
        profile.name = try fields.optional("name")
        profile.version = try fields.optional("version")
        profile.description = try fields.optional("description")
        profile.metadata = try fields.optional("metadata") ?? .emptyObject
        self.profile = Shared(profile)
        running = try fields.value("running", default: [])
        status = try fields.required("status")
        isPaused = try fields.value("paused", default: false)
        isDraining = try fields.value("draining", default: false)
        breaker = try fields.value("breaker", default: .closed)
        completedTasks = try fields.value("completed_tasks", default: [])
        failedTasks = try fields.value("failed_tasks", default: [])
        completedCount = try fields.count("completed_count")
        failedCount = try fields.count("failed_count")
        errorCount = try fields.count("error_count")
        lastHeartbeat = try fields.required("last_heartbeat")
        updatedAt = try fields.required("updated_at")
    }

    public func write(to writer: inout JSONWriter) {
        write(to: &writer, listingTasks: true)
    }

    /// Without the lists of tasks it is small enough to be stored at every change; they stand in the tasks' records.
    public func write(to writer: inout JSONWriter, listingTasks: Bool) {
        writer.object { writer in
            writer.member("agent_id", agentID)
            writer.member("agent_type", agentType)
            writer.member("capacity", capacity)
            writer.member("labels", labels.ifAny)
            if listingTasks { writer.member("running", running) }
            writer.nullableMember("name", name)
            writer.nullableMember("version", version)
            writer.nullableMember("description", description)
            writer.member("status", status)
            writer.member("paused", isPaused)
            writer.member("draining", isDraining)
            if listingTasks { writer.member("breaker", breaker) }
            if listingTasks {
                writer.nullableMember("current_task_id", currentTaskID)
                writer.member("completed_tasks", completedTasks)
                writer.member("failed_tasks", failedTasks)
            }
            writer.member("completed_count", completedCount)
            writer.member("failed_count", failedCount)
            writer.member("error_count", errorCount)
            writer.member("success_rate", successRate)
            writer.member("last_heartbeat", lastHeartbeat)
            writer.member("metadata", metadata)
            writer.member("owner_uid", Int(ownerUID))
            writer.member("pid", Int(pid))
            writer.member("created_at", createdAt)
            writer.member("updated_at", updatedAt)
        }
    }
}
