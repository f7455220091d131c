import ConductorModel

/// Draws a timeline: a row for each agent, whose bars lead to their tasks. All is placed by shares of the width, so that
/// text stays as large on a small screen.
struct TimelineDrawing {
    private let run: ReportedRun
    private let timeline: Timeline
    private static let laneHeight = 26
    private static let laneGap = 4
    /// Of lanes, in one row; more agents' work is too small to be seen apart.
    private static let maximumLanes = 64
    /// Shares of the width below which a bar has no room for its name, and for its symbol.
    private static let leastNamed = 0.07
    /// And from which on its name has all the room that it needs.
    private static let roomyName = 0.16
    private static let leastMarked = 0.025

    init(_ run: ReportedRun) {
        self.run = run
        timeline = Timeline(run)
    }

    var isEmpty: Bool { timeline.agents.isEmpty }

    func write(to markup: inout Markup) {
        markup.element("div", ["class": "timeline"]) { markup in
            writePhases(to: &markup)
            for agent in timeline.agents { write(agent, to: &markup) }
            writeWaiting(to: &markup)
            writeAxis(to: &markup)
        }
        for note in notes { markup.element("p", ["class": "note"], text: note) }
    }

    private var notes: [String] {
        var notes = ["Bars are attempts, by agent; the thin line before one is how long it waited."]
        if run.tasks.contains(where: { $0.attemptCount > $0.attempts.count && !$0.attempts.isEmpty }) {
            notes.append("Of tasks with several attempts only the last one is known.")
        }
        if timeline.omittedBars > 0 {
            notes.append("\(Wording.count(timeline.omittedBars, "later attempt")) not drawn.")
        }
        if timeline.omittedAgents > 0 { notes.append("\(Wording.count(timeline.omittedAgents, "agent")) not drawn.") }
        return notes
    }

    /// A name, and what is drawn beside it.
    private func row(
        _ name: String, detail: String, height: Int, _ markup: inout Markup, _ draw: (inout Markup) -> Void
    ) {
        markup.newline()
        markup.element("div", ["class": "row"]) { markup in
            markup.element("div", ["class": "who"]) { markup in
                markup.element("bdi", text: name.clipped(to: 60))
                if !detail.isEmpty { markup.element("small", text: detail) }
            }
            markup.element(
                "svg",
                [
                    "xmlns": "http://www.w3.org/2000/svg", "width": "100%", "height": "\(height)", "role": "group",
                    "aria-label": name.clipped(to: 60),
                ]
            ) { markup in
                writeGrid(to: &markup)
                draw(&markup)
            }
        }
    }

    private func writeGrid(to markup: inout Markup) {
        for tick in timeline.ticks {
            let x = Wording.coordinate(tick.at)
            markup.empty("line", ["class": "grid", "x1": x, "x2": x, "y1": "0", "y2": "100%"])
        }
        for round in timeline.rounds {
            let x = Wording.coordinate(round.at)
            markup.empty("line", ["class": "round", "x1": x, "x2": x, "y1": "0", "y2": "100%"])
        }
    }

    private func writePhases(to markup: inout Markup) {
        guard !timeline.spans.isEmpty else { return }
        let detail = run.rounds > 1 ? Wording.count(run.rounds, "round") : ""
        row("phases", detail: detail, height: 24, &markup) { markup in
            for span in timeline.spans {
                let phase = run.phaseRuns[span.phase]
                let round = run.rounds > 1 ? ", round \(phase.round)" : ""
                let took = ((phase.ended ?? run.read) - phase.started)
                let label = "\(phase.phase)\(round): \(phase.state.mark.word), \(Wording.duration(took))"
                let short = run.rounds > 1 ? "\(phase.round) · \(phase.phase)" : phase.phase
                piece(from: span.from, to: span.to, y: 2, height: 20, &markup) { markup in
                    markup.element("title", text: label)
                    markup.empty("rect", ["class": "phase", "width": "100%", "height": "100%"])
                    guard span.to - span.from >= Self.leastNamed else { return }
                    markup.element("text", ["class": "phase", "x": "6", "y": "14"], text: short)
                }
            }
        }
    }

    private func write(_ agent: Timeline.Agent, to markup: inout Markup) {
        let lanes = agent.lanes.prefix(Self.maximumLanes)
        let height = lanes.count * (Self.laneHeight + Self.laneGap) + Self.laneGap
        let hidden = agent.lanes.count - lanes.count
        let detail = Wording.count(agent.attempts, "attempt") + (hidden > 0 ? ", \(hidden) rows not drawn" : "")
        row(agent.name, detail: detail, height: height, &markup) { markup in
            for (position, lane) in lanes.enumerated() {
                let y = Self.laneGap + position * (Self.laneHeight + Self.laneGap)
                for (place, bar) in lane.enumerated() {
                    let next = lane.dropFirst(place + 1).first
                    write(bar, y: y, until: next?.waitedFrom ?? 1, to: &markup)
                }
            }
        }
    }

    /// - Parameter end: Where the next bar of the lane begins: a short bar has its name after it.
    private func write(_ bar: Timeline.Bar, y: Int, until end: Double, to markup: inout Markup) {
        let task = run.tasks[bar.task]
        let mark = task.attempts[bar.attempt].outcome.mark
        let (width, room) = (bar.to - bar.from, end - bar.to)
        let isBeside = width < Self.roomyName && room > max(width, Self.leastNamed)
        let isNarrow = width < Self.leastMarked
        let name = Escaping.visible(task.name.clipped(to: 60))
        let retry = isRetry(bar) ? " ↻" : ""
        writeWait(before: bar, y: y, to: &markup)
        let label = label(of: task, task.attempts[bar.attempt])
        markup.element("a", ["href": ReportPage.link(to: bar.task, of: run), "aria-label": label]) { markup in
            piece(from: bar.from, to: bar.to, y: y, height: Self.laneHeight, &markup) { markup in
                markup.element("title", text: label)
                let shape = "bar \(isNarrow ? "narrow " : "")\(mark.tone.rawValue)"
                markup.empty("rect", ["class": shape, "width": "100%", "height": "100%"])
                guard !isNarrow else { return }
                markup.element("text", ["class": mark.tone.rawValue, "x": "6", "y": "17"]) { markup in
                    markup.element("tspan", ["class": "mark"], text: mark.symbol + retry)
                    if !isBeside, width >= Self.leastNamed { markup.text(" " + name) }
                }
            }
            guard isBeside else { return }
            piece(from: bar.to, to: end, y: y, height: Self.laneHeight, &markup) { markup in
                markup.element("text", ["class": "beside", "x": "6", "y": "17"], text: name)
            }
        }
    }

    private func writeWait(before bar: Timeline.Bar, y: Int, to markup: inout Markup) {
        guard bar.from - bar.waitedFrom > 0.001 else { return }
        let middle = "\(y + Self.laneHeight / 2)"
        markup.empty(
            "line",
            [
                "class": "wait", "x1": Wording.coordinate(bar.waitedFrom), "x2": Wording.coordinate(bar.from),
                "y1": middle, "y2": middle,
            ])
    }

    /// Whether the same round had an attempt before, as far as is known.
    private func isRetry(_ bar: Timeline.Bar) -> Bool {
        let attempts = run.tasks[bar.task].attempts
        let attempt = attempts[bar.attempt]
        guard bar.attempt > 0 else { return attempt.number > 1 && attempt.round == 1 }
        return attempts[bar.attempt - 1].round == attempt.round
    }

    private func label(of task: ReportedTask, _ attempt: ReportedAttempt) -> String {
        let took = attempt.begun.map { Wording.duration((attempt.ended ?? run.read) - $0) } ?? ""
        let waited = attempt.due.flatMap { due in
            attempt.begun.flatMap { $0 > due ? "waited \(Wording.duration($0 - due))" : nil }
        }
        let parts = [
            task.name.clipped(to: 120), "\(attempt.outcome.mark.symbol) \(attempt.outcome.mark.word)", took,
            "attempt \(attempt.number)", run.rounds > 1 ? "round \(attempt.round)" : nil, waited, attempt.errorCode,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// A viewport of its own: text ends where the bar does.
    private func piece(
        from: Double, to: Double, y: Int, height: Int, _ markup: inout Markup, _ draw: (inout Markup) -> Void
    ) {
        markup.element(
            "svg",
            [
                "x": Wording.coordinate(from), "y": "\(y)", "width": Wording.coordinate(max(0.0015, to - from)),
                "height": "\(height)",
            ], draw)
    }

    /// How many tasks were due and had no agent.
    private func writeWaiting(to markup: inout Markup) {
        guard let most = timeline.waiting.map(\.count).max(), most > 0 else { return }
        row("waiting", detail: "at most \(Wording.count(most, "task"))", height: 44, &markup) { markup in
            for (step, next) in zip(timeline.waiting, timeline.waiting.dropFirst()) where step.count > 0 {
                let height = max(2, 40 * step.count / most)
                markup.empty(
                    "rect",
                    [
                        "class": "waiting", "x": Wording.coordinate(step.at), "y": "\(42 - height)",
                        "width": Wording.coordinate(next.at - step.at), "height": "\(height)",
                    ])
            }
        }
    }

    private func writeAxis(to markup: inout Markup) {
        row("", detail: "", height: 20, &markup) { markup in
            for tick in timeline.ticks {
                let anchor = tick.at < 0.03 ? "start" : tick.at > 0.94 ? "end" : "middle"
                markup.element(
                    "text",
                    ["class": "axis", "x": Wording.coordinate(tick.at), "y": "15", "text-anchor": anchor],
                    text: tick.label)
            }
        }
    }
}
