import ConductorModel
import ConductorSystemd

/// One key of the configuration: its name, what it takes, and what it sets.
struct Setting: Sendable {
    let key: String
    /// For people: `must be …`.
    let expectation: String
    /// False where the text is not what is expected.
    let set: @Sendable (inout DaemonConfiguration, String) -> Bool

    static let all: [Setting] = [
        path("socket", "an absolute path") { $0.socket = $1 },
        path("state_dir", "an absolute path") { $0.stateFolder = $1 },
        Setting(key: "log_level", expectation: "must be one of \(levels.map(\.0).joined(separator: ", "))") {
            target, text in
            guard let level = levels.first(where: { $0.0 == text }) else { return false }
            target.logLevel = level.1
            return true
        },
        seconds("lease_seconds", in: 0.1...86_400) { $0.lease = $1 },
        seconds("grace_seconds", in: 0...86_400) { $0.grace = $1 },
        seconds("limits.frame_timeout_seconds", in: 0.1...3_600) { $0.limits.frameTimeout = $1 },
        limit("max_frame_bytes", in: 1 << 10...64 << 20) { $0.maxFrameBytes = $1 },
        limit("max_connections", in: 1...1_000_000) { $0.maxConnections = $1 },
        limit("max_requests_in_flight_per_connection", in: 1...1_000_000) {
            $0.maxRequestsInFlightPerConnection = $1
        },
        limit("max_queued_bytes_per_connection", in: 1 << 20...1 << 30) { $0.maxQueuedBytesPerConnection = $1 },
        limit("max_subscriptions_per_connection", in: 1...100_000) { $0.maxSubscriptionsPerConnection = $1 },
        limit("max_agents", in: 1...1_000_000) { $0.maxAgents = $1 },
        limit("max_live_tasks", in: 1...10_000_000) { $0.maxLiveTasks = $1 },
        limit("max_live_tasks_per_uid", in: 1...10_000_000) { $0.maxLiveTasksPerUID = $1 },
        limit("max_live_workflows", in: 1...1_000_000) { $0.maxLiveWorkflows = $1 },
        limit("max_tasks_per_workflow", in: 1...1_000_000) { $0.maxTasksPerWorkflow = $1 },
    ]

    private static let levels: [(String, JournalPriority)] = [
        ("debug", .debug), ("info", .info), ("notice", .notice), ("warning", .warning), ("error", .error),
        ("critical", .critical),
    ]

    private static func path(
        _ key: String, _ what: String, _ assign: @escaping @Sendable (inout DaemonConfiguration, String) -> Void
    ) -> Setting {
        Setting(key: key, expectation: "must be \(what)") { target, text in
            guard text.hasPrefix("/") else { return false }
            assign(&target, text)
            return true
        }
    }

    private static func seconds(
        _ key: String, in range: ClosedRange<Double>,
        _ assign: @escaping @Sendable (inout DaemonConfiguration, Duration) -> Void
    ) -> Setting {
        let expectation = "must be a number of seconds from \(range.lowerBound) to \(range.upperBound)"
        return Setting(key: key, expectation: expectation) { target, text in
            guard let value = Double(text), range.contains(value) else { return false }
            assign(&target, Duration(inSeconds: value))
            return true
        }
    }

    private static func limit(
        _ name: String, in range: ClosedRange<Int>, _ assign: @escaping @Sendable (inout Limits, Int) -> Void
    ) -> Setting {
        let expectation = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Setting(key: "limits." + name, expectation: expectation) { target, text in
            guard let value = Int(text), range.contains(value) else { return false }
            assign(&target.limits, value)
            return true
        }
    }
}
