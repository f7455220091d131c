import ConductorJSON
import ConductorModel
import Testing

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test("without a word it is three retries, from one second doubling up to a minute")
    func defaults() throws {
        #expect(try RetryPolicy(json: parse("{}")) == RetryPolicy())
        #expect(
            RetryPolicy().jsonText.string == """
                {"max_retries":3,"initial_delay_seconds":1,"max_delay_seconds":60,"backoff_multiplier":2,\
                "retryable_errors":["LLM_TIMEOUT","LLM_RATE_LIMIT","TRANSIENT_ERROR","AGENT_LOST","TASK_TIMEOUT"]}
                """)
    }

    @Test("the wait grows by the multiplier up to the longest")
    func growth() {
        let delays = (0..<9).map { RetryPolicy().delay(beforeRetry: $0, jitter: 0) }
        #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test("jitter adds up to a tenth, and never lifts the wait above the longest")
    func jitter() {
        #expect(RetryPolicy().delay(beforeRetry: 0, jitter: 1) == .milliseconds(1100))
        #expect(RetryPolicy().delay(beforeRetry: 1, jitter: 0.5) == .milliseconds(2100))
        #expect(RetryPolicy().delay(beforeRetry: 6, jitter: 1) == .seconds(60))
        var policy = RetryPolicy()
        policy.maxDelay = .milliseconds(1050)
        #expect(policy.delay(beforeRetry: 0, jitter: 1) == .milliseconds(1050))
    }

    @Test("an initial wait above the longest is the longest, and none stays none")
    func extremes() {
        var policy = RetryPolicy()
        policy.initialDelay = .seconds(100)
        #expect(policy.delay(beforeRetry: 0, jitter: 0) == .seconds(60))
        policy.initialDelay = .zero
        #expect(policy.delay(beforeRetry: 20, jitter: 1) == .zero)
        policy = RetryPolicy()
        policy.backoffMultiplier = 100
        #expect(policy.delay(beforeRetry: 1000, jitter: 1) == .seconds(60))
        policy.backoffMultiplier = 1
        #expect(policy.delay(beforeRetry: 20, jitter: 0) == .seconds(1))
    }
}
