import ConductorEngine
import ConductorModel
import ConductorStore

/// One key of the configuration: its name, what it takes, and what it sets.
struct Setting: Sendable {
    enum Effect: Hashable, Sendable {
        case atReload
        case atRestart
    }

    let key: String
    /// For people: `must be …`; of each element where it is a list.
    let expectation: String
    /// Of each element where it is a list.
    let kind: SettingKind
    let isList: Bool
    let effect: Effect
    /// Sets it, unless some of the texts are not what is expected; gives the positions of those.
    let take: @Sendable (inout DaemonConfiguration, [String]) -> [Int]
    /// For people.
    let text: @Sendable (DaemonConfiguration) -> String
    let copy: @Sendable (_ from: DaemonConfiguration, _ into: inout DaemonConfiguration) -> Void

    /// The variable that stands over the file.
    var variable: String { "CONDUCTOR_" + key.uppercased().replacing(".", with: "_") }

    typealias Path<Value> = any WritableKeyPath<DaemonConfiguration, Value> & Sendable

    private static func one<Value>(
        _ key: String, _ path: Path<Value>, _ form: SettingForm<Value>, _ effect: Effect = .atReload
    ) -> Setting {
        Setting(
            key: key, expectation: form.expectation, kind: form.kind, isList: false, effect: effect,
            take: { configuration, texts in
                guard texts.count == 1, let value = form.parse(texts[0]) else { return [0] }
                configuration[keyPath: path] = value
                return []
            },
            text: { form.text($0[keyPath: path]) },
            copy: { $1[keyPath: path] = $0[keyPath: path] })
    }

    private static func many<Value>(
        _ key: String, _ path: Path<[Value]>, _ form: SettingForm<Value>
    ) -> Setting {
        Setting(
            key: key, expectation: form.expectation, kind: form.kind, isList: true, effect: .atReload,
            take: { configuration, texts in
                let values = texts.map(form.parse)
                let wrong = values.indices.filter { values[$0] == nil }
                if wrong.isEmpty { configuration[keyPath: path] = values.compactMap { $0 } }
                return wrong
            },
            text: { configuration in
                "[" + configuration[keyPath: path].map(form.text).joined(separator: ", ") + "]"
            },
            copy: { $1[keyPath: path] = $0[keyPath: path] })
    }
}

extension Setting {
    static let all = places + times + limits + retry + breaker + retention + access

    /// The keys that hold others.
    static let sections = Set(all.compactMap { $0.key.split(separator: ".").dropLast().first.map(String.init) })

    private static let places = [
        one("socket", \.socket, .path, .atRestart),
        one("state_dir", \.stateFolder, .path, .atRestart),
        one("log_level", \.logLevel, .level),
    ]

    private static let times = [
        one("lease_seconds", \.engine.lease, .seconds(in: 0.1...86_400)),
        one("grace_seconds", \.engine.grace, .seconds(in: 0...86_400)),
        one("cancel_patience_seconds", \.engine.cancelPatience, .seconds(in: 0...3_600)),
    ]

    private static let limits = [
        limit("max_frame_bytes", \.engine.limits.maxFrameBytes, in: 1 << 10...64 << 20),
        one("limits.frame_timeout_seconds", \.engine.limits.frameTimeout, .seconds(in: 0.1...3_600)),
        one("limits.stall_timeout_seconds", \.engine.limits.stallTimeout, .seconds(in: 0.1...86_400)),
        limit("max_connections", \.engine.limits.maxConnections, in: 1...1_000_000),
        limit("max_connections_per_uid", \.engine.limits.maxConnectionsPerUID, in: 1...1_000_000),
        limit(
            "max_requests_in_flight_per_connection", \.engine.limits.maxRequestsInFlightPerConnection, in: 1...1_000_000
        ),
        limit("max_queued_bytes_per_connection", \.engine.limits.maxQueuedBytesPerConnection, in: 1 << 20...1 << 30),
        limit("max_queued_bytes_per_uid", \.engine.limits.maxQueuedBytesPerUID, in: 1 << 20...1 << 40),
        limit("max_queued_bytes", \.engine.limits.maxQueuedBytes, in: 1 << 20...1 << 40),
        limit("max_subscriptions_per_connection", \.engine.limits.maxSubscriptionsPerConnection, in: 1...100_000),
        limit("max_subscriptions_per_uid", \.engine.limits.maxSubscriptionsPerUID, in: 1...1_000_000),
        limit("max_subscriptions", \.engine.limits.maxSubscriptions, in: 1...1_000_000),
        limit("max_parse_errors_per_connection", \.engine.limits.maxParseErrorsPerConnection, in: 1...1_000_000),
        limit("max_agents", \.engine.limits.maxAgents, in: 1...1_000_000),
        limit("max_agents_per_uid", \.engine.limits.maxAgentsPerUID, in: 1...1_000_000),
        limit("max_listed_tasks_per_agent", \.engine.limits.maxListedTasksPerAgent, in: 0...10_000),
        limit("max_live_tasks", \.engine.limits.maxLiveTasks, in: 1...10_000_000),
        limit("max_live_tasks_per_uid", \.engine.limits.maxLiveTasksPerUID, in: 1...10_000_000),
        limit("max_live_workflows", \.engine.limits.maxLiveWorkflows, in: 1...1_000_000),
        limit("max_live_workflows_per_uid", \.engine.limits.maxLiveWorkflowsPerUID, in: 1...1_000_000),
        limit("max_live_bytes_per_uid", \.engine.limits.maxLiveBytesPerUID, in: 1 << 20...1 << 40),
        limit("max_live_bytes", \.engine.limits.maxLiveBytes, in: 1 << 20...1 << 40),
        limit("max_agent_demands_per_uid", \.engine.limits.maxAgentDemandsPerUID, in: 1...1024),
        limit("max_agent_demands", \.engine.limits.maxAgentDemands, in: 1...1024),
        limit("max_tasks_per_workflow", \.engine.limits.maxTasksPerWorkflow, in: 1...1_000_000),
        limit("max_error_log_entries", \.engine.limits.maxErrorLogEntries, in: 1...100_000),
    ]

    private static let retry = [
        one("retry.max_retries", \.engine.retry.maxRetries, .count(in: 0...20)),
        one("retry.initial_delay_seconds", \.engine.retry.initialDelay, .seconds(in: 0...86_400)),
        one("retry.max_delay_seconds", \.engine.retry.maxDelay, .seconds(in: 0...86_400)),
        one("retry.backoff_multiplier", \.engine.retry.backoffMultiplier, .factor(in: 1...100)),
        many("retry.retryable_errors", \.engine.retry.retryableErrors, .errorCode),
    ]

    private static let breaker = [
        one("breaker.failures_to_open", \.engine.breaker.failuresToOpen, .count(in: 1...1_000_000)),
        one("breaker.open_seconds", \.engine.breaker.openDuration, .seconds(in: 0...86_400)),
        one("breaker.successes_to_close", \.engine.breaker.successesToClose, .count(in: 1...1_000_000)),
    ]

    private static let retention = [
        one("retention.max_age_days", \.retention.maxAgeDays, .count(in: 0...36_500)),
        one("retention.max_bytes", \.retention.maxBytes, .count(in: 0...1 << 50)),
        one("retention.max_dead_letter_age_days", \.retention.maxDeadLetterAgeDays, .count(in: 0...36_500)),
        one("retention.max_log_bytes_per_uid", \.retention.maxLogBytesPerUID, .count(in: 0...1 << 50)),
        one("retention.max_log_bytes", \.retention.maxLogBytes, .count(in: 0...1 << 50)),
        one("retention.max_dead_letters", \.retention.maxDeadLetters, .count(in: 0...10_000_000)),
    ]

    private static let access = [
        many("access.observer", \.access.observers, .account),
        many("access.agent", \.access.agents, .account),
        many("access.submitter", \.access.submitters, .account),
        many("access.operator", \.access.operators, .account),
        many("access.admin", \.access.admins, .account),
        one("access.others", \.access.others, .role),
    ]

    private static func limit(_ name: String, _ path: Path<Int>, in range: ClosedRange<Int>) -> Setting {
        one("limits." + name, path, .count(in: range))
    }
}
