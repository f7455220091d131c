import ConductorJSON

/// Every bound that Conductor keeps, by its name on the wire (`hello` tells them to clients). What varies can be
/// configured.
public struct Limits: Hashable, Sendable {
    public static let identifierBytes = 128
    /// Labels of an agent, or of a task's demand, and bytes of each; one with an agent's id may be longer.
    public static let labels = 16
    public static let labelBytes = 64
    /// Outputs of a workflow.
    public static let workflowOutputs = 64
    /// The id of a request, where it is a string.
    public static let requestIDBytes = 1024
    /// `input_data`, `output_data`, a workflow's `inputs`, each list of a feedback, a bus message's `payload`.
    public static let valueBytes = 1 << 20
    public static let valueDepth = 24
    /// Descriptions, reasons, error messages.
    public static let textBytes = 64 << 10
    /// `metadata` of anything.
    public static let metadataBytes = 64 << 10
    /// Deepest nesting of a whole frame; the outermost value counts as 1.
    public static let depth = JSONDocument.maximumDepth
    public static let policies = 100
    /// What is counted, and what is numbered one after another: as far as every reader of JSON is exact.
    public static let counts = 0...(1 << 53 - 1)
    public static let pageSize = 1_000
    /// Connections of a user who has no role.
    public static let connectionsWithoutRole = 64
    /// A message of the bus times its listeners: so much is written in one turn.
    public static let fanOutBytes = 64 << 20
    /// What a request in flight counts among the bytes that wait in connections.
    public static let requestBytes = 256

    public var maxFrameBytes = 4 << 20
    /// Connections of all, and of one uid.
    public var maxConnections = 32_768
    public var maxConnectionsPerUID = 10_000
    public var maxRequestsInFlightPerConnection = 10_000
    /// Bytes that wait to be written to one connection before it is closed.
    public var maxQueuedBytesPerConnection = 64 << 20
    /// Bytes that wait in the connections of one uid and of all, to be read or written; a request in flight counts as
    /// `requestBytes`.
    public var maxQueuedBytesPerUID = 512 << 20
    public var maxQueuedBytes = 2 << 30
    public var maxSubscriptionsPerConnection = 100
    /// Event subscriptions of one uid and of all; as many channels of the bus may be listened on.
    public var maxSubscriptionsPerUID = 10_000
    public var maxSubscriptions = 32_768
    public var maxParseErrorsPerConnection = 10
    /// Agents in the registry, of all and of one uid.
    public var maxAgents = 32_768
    public var maxAgentsPerUID = 10_000
    /// Tasks that are not terminal, of one uid and of all.
    public var maxLiveTasksPerUID = 200_000
    public var maxLiveTasks = 500_000
    /// Workflows that have not ended, of all and of one uid.
    public var maxLiveWorkflows = 32_768
    public var maxLiveWorkflowsPerUID = 10_000
    /// Bytes of inputs, definitions and results of work that has not ended, of one uid and of all.
    public var maxLiveBytesPerUID = 1 << 30
    public var maxLiveBytes = 4 << 30
    /// Different demands for labelled agents among tasks that have not ended, of one uid, and those of all uids added.
    public var maxAgentDemandsPerUID = 64
    public var maxAgentDemands = 256
    public var maxTasksPerWorkflow = 10_000
    public var maxErrorLogEntries = 1_000
    /// Seconds that a frame may take from its first byte to its last.
    public var frameTimeout: Duration = .seconds(10)
    /// Seconds that a client may read nothing of what waits for it.
    public var stallTimeout: Duration = .seconds(60)
    /// Newest task ids that an agent's state lists.
    public var maxListedTasksPerAgent = 100

    public init() {}
}

extension Limits: JSONReadable, JSONWritable {
    /// What is not told, as by an older daemon, is as it is by default.
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        func read(_ key: StaticString, _ limit: inout Int) throws(JSONFieldError) {
            limit = try fields.value(key, default: limit)
        }
        try read("max_frame_bytes", &maxFrameBytes)
        try read("max_connections", &maxConnections)
        try read("max_connections_per_uid", &maxConnectionsPerUID)
        try read("max_requests_in_flight_per_connection", &maxRequestsInFlightPerConnection)
        try read("max_queued_bytes_per_connection", &maxQueuedBytesPerConnection)
        try read("max_queued_bytes_per_uid", &maxQueuedBytesPerUID)
        try read("max_queued_bytes", &maxQueuedBytes)
        try read("max_subscriptions_per_connection", &maxSubscriptionsPerConnection)
        try read("max_subscriptions_per_uid", &maxSubscriptionsPerUID)
        try read("max_subscriptions", &maxSubscriptions)
        try read("max_parse_errors_per_connection", &maxParseErrorsPerConnection)
        try read("max_agents", &maxAgents)
        try read("max_agents_per_uid", &maxAgentsPerUID)
        try read("max_live_tasks_per_uid", &maxLiveTasksPerUID)
        try read("max_live_tasks", &maxLiveTasks)
        try read("max_live_workflows", &maxLiveWorkflows)
        try read("max_live_workflows_per_uid", &maxLiveWorkflowsPerUID)
        try read("max_live_bytes_per_uid", &maxLiveBytesPerUID)
        try read("max_live_bytes", &maxLiveBytes)
        try read("max_agent_demands_per_uid", &maxAgentDemandsPerUID)
        try read("max_agent_demands", &maxAgentDemands)
        try read("max_tasks_per_workflow", &maxTasksPerWorkflow)
        try read("max_error_log_entries", &maxErrorLogEntries)
        try read("max_listed_tasks_per_agent", &maxListedTasksPerAgent)
        if let seconds = try fields.optional("frame_timeout_seconds", as: Double.self) {
            frameTimeout = Duration(inSeconds: seconds)
        }
        if let seconds = try fields.optional("stall_timeout_seconds", as: Double.self) {
            stallTimeout = Duration(inSeconds: seconds)
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("max_frame_bytes", maxFrameBytes)
            writer.member("max_depth", Self.depth)
            writer.member("max_value_bytes", Self.valueBytes)
            writer.member("max_value_depth", Self.valueDepth)
            writer.member("max_text_bytes", Self.textBytes)
            writer.member("max_metadata_bytes", Self.metadataBytes)
            writer.member("max_identifier_bytes", Self.identifierBytes)
            writer.member("max_labels", Self.labels)
            writer.member("max_label_bytes", Self.labelBytes)
            writer.member("max_request_id_bytes", Self.requestIDBytes)
            writer.member("max_fan_out_bytes", Self.fanOutBytes)
            writer.member("max_connections", maxConnections)
            writer.member("max_connections_per_uid", maxConnectionsPerUID)
            writer.member("max_connections_without_role", Self.connectionsWithoutRole)
            writer.member("max_requests_in_flight_per_connection", maxRequestsInFlightPerConnection)
            writer.member("max_queued_bytes_per_connection", maxQueuedBytesPerConnection)
            writer.member("max_queued_bytes_per_uid", maxQueuedBytesPerUID)
            writer.member("max_queued_bytes", maxQueuedBytes)
            writer.member("max_subscriptions_per_connection", maxSubscriptionsPerConnection)
            writer.member("max_subscriptions_per_uid", maxSubscriptionsPerUID)
            writer.member("max_subscriptions", maxSubscriptions)
            writer.member("max_parse_errors_per_connection", maxParseErrorsPerConnection)
            writer.member("max_agents", maxAgents)
            writer.member("max_agents_per_uid", maxAgentsPerUID)
            writer.member("max_live_tasks_per_uid", maxLiveTasksPerUID)
            writer.member("max_live_tasks", maxLiveTasks)
            writer.member("max_live_workflows", maxLiveWorkflows)
            writer.member("max_live_workflows_per_uid", maxLiveWorkflowsPerUID)
            writer.member("max_live_bytes_per_uid", maxLiveBytesPerUID)
            writer.member("max_live_bytes", maxLiveBytes)
            writer.member("max_agent_demands_per_uid", maxAgentDemandsPerUID)
            writer.member("max_agent_demands", maxAgentDemands)
            writer.member("max_tasks_per_workflow", maxTasksPerWorkflow)
            writer.member("max_workflow_outputs", Self.workflowOutputs)
            writer.member("max_policies", Self.policies)
            writer.member("max_error_log_entries", maxErrorLogEntries)
            writer.member("max_page_size", Self.pageSize)
            writer.member("frame_timeout_seconds", frameTimeout)
            writer.member("stall_timeout_seconds", stallTimeout)
            writer.member("max_listed_tasks_per_agent", maxListedTasksPerAgent)
        }
    }
}
