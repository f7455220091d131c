import ConductorModel

/// How many of the lines that agents write go to the journal: journald takes 10,000 entries in 30 s from a service
/// (`RateLimitBurst=`, `RateLimitIntervalSec=`) and drops what comes then, be it chatter or audit. Token buckets, one for
/// each task and one for all.
struct LogAllowance {
    enum Verdict: Hashable {
        /// After an entry that tells how many are missing before it, unless none is.
        case write(missing: Int)
        case leaveOut
    }

    /// In any 30 s, all together write at most `burst` + 30 `perSecond`, 8,000.
    private static let all = (burst: 6_500.0, perSecond: 50.0)
    private static let task = (burst: 5_000.0, perSecond: 20.0)
    /// A task of which lines are missing goes on only with so many of its own and of all, so that what is missing lies in
    /// few places.
    private static let resumption = (task: 200.0, all: 100.0)

    private struct Bucket {
        var tokens: Double
        var time: Duration

        mutating func fill(at now: Duration, _ rate: (burst: Double, perSecond: Double)) {
            tokens = min(rate.burst, tokens + max(now - time, .zero) / .seconds(1) * rate.perSecond)
            time = now
        }
    }

    private struct TaskLog {
        var bucket: Bucket
        var missing = 0
    }

    private var bucket: Bucket
    /// Of tasks that run.
    private var logs: [TaskKey: TaskLog] = [:]

    init(at now: Duration) {
        bucket = Bucket(tokens: Self.all.burst, time: now)
    }

    /// Decides on one line.
    mutating func take(_ key: TaskKey, at now: Duration) -> Verdict {
        bucket.fill(at: now, Self.all)
        var log = logs[key] ?? TaskLog(bucket: Bucket(tokens: Self.task.burst, time: now))
        defer { logs[key] = log }
        log.bucket.fill(at: now, Self.task)
        let needed = log.missing > 0 ? Self.resumption : (task: 1, all: 1)
        guard log.bucket.tokens >= needed.task, bucket.tokens >= needed.all else {
            log.missing += 1
            return .leaveOut
        }
        // What tells of missing lines is an entry too.
        let cost = log.missing > 0 ? 2.0 : 1.0
        bucket.tokens -= cost
        log.bucket.tokens -= cost
        defer { log.missing = 0 }
        return .write(missing: log.missing)
    }

    /// No more lines come of an attempt.
    /// - Returns: how many are missing at its end.
    mutating func end(_ key: TaskKey) -> Int {
        logs.isEmpty ? 0 : logs.removeValue(forKey: key)?.missing ?? 0
    }
}
