import ConductorModel

/// Who did what when: a run's attempts by their agents, its phases and its waiting tasks, as shares of its time.
struct Timeline {
    struct Bar {
        var task: Int
        var attempt: Int
        /// When it could have begun, as far as nothing else is drawn there.
        var waitedFrom: Double
        var from: Double
        var to: Double
    }

    /// An agent with its attempts; those at the same time in lanes below each other.
    struct Agent {
        var name: String
        var lanes: [[Bar]]
        var attempts: Int
    }

    struct Span {
        var phase: Int
        var from: Double
        var to: Double
    }

    struct Tick {
        var at: Double
        var label: String
    }

    /// Of a step chart: so many from here on.
    struct Step {
        var at: Double
        var count: Int
    }

    static let maximumBars = 2000
    static let maximumAgents = 100
    private static let maximumSpans = 60
    private static let maximumRounds = 20

    let start: Timestamp
    let length: Duration
    private(set) var agents: [Agent] = []
    private(set) var spans: [Span] = []
    /// Where rounds begin, from the second on.
    private(set) var rounds: [(number: Int, at: Double)] = []
    private(set) var waiting: [Step] = []
    private(set) var omittedBars = 0
    private(set) var omittedAgents = 0

    init(_ run: ReportedRun) {
        let times = run.tasks.flatMap { task in task.attempts.flatMap { [$0.begun, $0.ended].compactMap { $0 } } }
        start = ([run.started] + times).min() ?? run.started
        let end = ([run.ended ?? run.read] + times).max() ?? run.started
        length = max(.milliseconds(1), end - start)
        addBars(run, until: end)
        addPhases(run, until: end)
        addWaiting(run, until: end)
    }

    private func share(_ time: Timestamp) -> Double {
        min(max((time - start).inSeconds / length.inSeconds, 0), 1)
    }

    private mutating func addBars(_ run: ReportedRun, until end: Timestamp) {
        var bars: [(bar: Bar, agent: String)] = []
        for (index, task) in run.tasks.enumerated() {
            for (number, attempt) in task.attempts.enumerated() {
                guard let begun = attempt.begun else { continue }
                let from = share(begun)
                let to = max(from, share(attempt.ended ?? end))
                let due = min(from, attempt.due.map(share) ?? from)
                bars.append((Bar(task: index, attempt: number, waitedFrom: due, from: from, to: to), attempt.agent))
            }
        }
        bars.sort { ($0.bar.from, $0.bar.task, $0.bar.attempt) < ($1.bar.from, $1.bar.task, $1.bar.attempt) }
        omittedBars = max(0, bars.count - Self.maximumBars)
        var positions: [String: Int] = [:]
        for (bar, name) in bars.prefix(Self.maximumBars) {
            let position = positions[name] ?? agents.count
            if position == agents.count {
                positions[name] = position
                agents.append(Agent(name: name, lanes: [], attempts: 0))
            }
            agents[position].add(bar)
        }
        omittedAgents = max(0, agents.count - Self.maximumAgents)
        agents.removeLast(omittedAgents)
    }

    private mutating func addPhases(_ run: ReportedRun, until end: Timestamp) {
        for (index, phase) in run.phaseRuns.enumerated().suffix(Self.maximumSpans) where phase.state != .skipped {
            spans.append(Span(phase: index, from: share(phase.started), to: share(phase.ended ?? end)))
        }
        let begins = Dictionary(run.phaseRuns.map { ($0.round, $0.started) }) { first, _ in first }
        rounds = begins.filter { $0.key > 1 }.map { (number: $0.key, at: share($0.value)) }
            .sorted { $0.number < $1.number }.suffix(Self.maximumRounds)
    }

    /// How many attempts were due and had no agent.
    private mutating func addWaiting(_ run: ReportedRun, until end: Timestamp) {
        var changes: [(at: Timestamp, by: Int)] = []
        for attempt in run.tasks.lazy.flatMap(\.attempts) {
            guard let due = attempt.due, let begun = attempt.begun, due < begun else { continue }
            changes += [(due, 1), (begun, -1)]
        }
        changes.sort { $0.at < $1.at }
        var count = 0
        for (position, change) in changes.enumerated() {
            count += change.by
            let isLast = position + 1 == changes.count || changes[position + 1].at != change.at
            if isLast, waiting.last?.count != count { waiting.append(Step(at: share(change.at), count: count)) }
        }
    }

    /// At most five, at round times.
    var ticks: [Tick] {
        let steps: [Int64] = [
            1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
            600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 86_400_000, 172_800_000,
            604_800_000, 2_592_000_000,
        ]
        let total = max(1, length.microseconds / 1000)
        let step = steps.first { total / $0 < 5 } ?? max(1, total / 4)
        return stride(from: 0, through: total, by: Int64.Stride(step)).map { time in
            Tick(at: Double(time) / Double(total), label: Self.label(time, step: step))
        }
    }

    private static func label(_ milliseconds: Int64, step: Int64) -> String {
        if milliseconds == 0 { return "0" }
        if step < 1000 { return step < 100 ? "\(milliseconds) ms" : Wording.duration(.milliseconds(milliseconds)) }
        let seconds = milliseconds / 1000
        return seconds < 60 ? "\(seconds)s" : Wording.duration(.seconds(seconds))
    }
}

extension Timeline.Agent {
    /// Into the first lane that is free by then.
    fileprivate mutating func add(_ bar: Timeline.Bar) {
        attempts += 1
        var bar = bar
        let free = lanes.firstIndex { ($0.last?.to ?? 0) <= bar.from }
        guard let free else {
            lanes.append([bar])
            return
        }
        bar.waitedFrom = max(bar.waitedFrom, lanes[free].last?.to ?? 0)
        lanes[free].append(bar)
    }
}
