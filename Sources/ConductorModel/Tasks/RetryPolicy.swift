import ConductorJSON

/// How a failed attempt is tried again: after `min(initial_delay · backoff^retry · (1 + jitter), max_delay)`.
public struct RetryPolicy: Hashable, Sendable {
    /// Retries after the first attempt, in each iteration of the task.
    public var maxRetries = 3
    public var initialDelay: Duration = .seconds(1)
    public var maxDelay: Duration = .seconds(60)
    public var backoffMultiplier = 2.0
    /// Error codes that are worth another attempt.
    public var retryableErrors = ["LLM_TIMEOUT", "LLM_RATE_LIMIT", "TRANSIENT_ERROR", "AGENT_LOST", "TASK_TIMEOUT"]

    public init() {}

    /// The wait before retry number `retry` (from 0); `jitter` from 0 to 1 adds up to a tenth.
    public func delay(beforeRetry retry: Int, jitter: Double) -> Duration {
        var seconds = initialDelay.inSeconds
        for _ in 0..<retry where seconds < maxDelay.inSeconds { seconds *= backoffMultiplier }
        return Duration(inSeconds: min(seconds * (1 + 0.1 * jitter), maxDelay.inSeconds))
    }
}

extension RetryPolicy: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        self.init()
        var fields = try JSONFields(json)
        maxRetries = try fields.integer("max_retries", in: 0...20) ?? maxRetries
        initialDelay = try fields.duration("initial_delay_seconds", in: 0...86_400) ?? initialDelay
        maxDelay = try fields.duration("max_delay_seconds", in: 0...86_400) ?? maxDelay
        backoffMultiplier = try fields.number("backoff_multiplier", in: 1...100) ?? backoffMultiplier
        retryableErrors = try fields.optional("retryable_errors") ?? retryableErrors
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("max_retries", maxRetries)
            writer.member("initial_delay_seconds", initialDelay)
            writer.member("max_delay_seconds", maxDelay)
            writer.member("backoff_multiplier", backoffMultiplier)
            writer.member("retryable_errors", retryableErrors)
        }
    }
}
