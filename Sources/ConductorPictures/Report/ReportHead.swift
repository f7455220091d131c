import ConductorModel

/// What is to be known at once: the verdict, and the run in numbers.
struct ReportHead {
    private let run: ReportedRun

    init(_ run: ReportedRun) {
        self.run = run
    }

    func write(to markup: inout Markup) {
        let mark = run.state.mark
        markup.element("header", ["class": mark.tone.rawValue]) { markup in
            markup.element("h1") { $0.element("bdi", text: run.name.clipped(to: 200)) }
            markup.element("p", ["class": "verdict"]) { markup in
                markup.element("strong", ["class": mark.tone.rawValue], text: "\(mark.symbol) \(mark.word)")
                markup.text(" \(verdictEnd)")
            }
            if !counts.isEmpty { writeProgress(to: &markup) }
            markup.element("dl", ["class": "figures"]) { markup in
                for (term, value) in figures {
                    markup.element("div") { markup in
                        markup.element("dt", text: term)
                        markup.element("dd", text: value)
                    }
                }
            }
        }
    }

    private var verdictEnd: String {
        let time = Wording.duration(run.duration)
        switch run.state {
        case .running, .paused: return "for \(time)"
        case .held:
            let after = run.gates.last { $0.decision == .held }.map { " after \($0.phase)" } ?? ""
            return "at the gate\(after), \(time) since it began"
        case .succeeded, .failed, .cancelled: return "in \(time)"
        }
    }

    private var counts: [(state: TaskState, count: Int)] {
        TaskState.allCases.reversed().compactMap { state in
            let count = run.tasks.count { $0.state == state }
            return count == 0 ? nil : (state, count)
        }
    }

    /// The shares of the states, and their numbers.
    private func writeProgress(to markup: inout Markup) {
        let total = Double(run.tasks.count)
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "progress", "width": "100%", "height": "8",
                "aria-hidden": "true",
            ]
        ) { markup in
            var done = 0
            for (state, count) in counts {
                markup.empty(
                    "rect",
                    [
                        "class": "share \(state.mark.tone.rawValue)", "x": Wording.coordinate(Double(done) / total),
                        "width": Wording.coordinate(Double(count) / total), "height": "8",
                    ])
                done += count
            }
        }
        markup.element("p", ["class": "counts"]) { markup in
            for (state, count) in counts {
                let mark = state.mark
                markup.element(
                    "span", ["class": "state \(mark.tone.rawValue)"],
                    text: "\(mark.symbol)\u{A0}\(count)\u{A0}\(mark.word)")
                markup.text(" ")
            }
        }
    }

    private var figures: [(term: String, value: String)] {
        let attempts = run.tasks.reduce(0) { $0 + max($1.attemptCount, $1.attempts.count) }
        let agents = Set(run.tasks.flatMap { $0.attempts.map(\.agent) }).count
        let output = run.tasks.compactMap(\.outputBytes).reduce(0) { $0.addingReportingOverflow($1).partialValue }
        var figures = [
            ("Started", Wording.moment(run.started)), ("Rounds", "\(run.rounds)"), ("Tasks", "\(run.tasks.count)"),
            ("Attempts", "\(attempts)"), ("Agents", "\(agents)"),
        ]
        if output > 0 { figures.append(("Output", Wording.bytes(output))) }
        figures.append(("Run", run.id.clipped(to: 128)))
        return figures
    }
}
