import ConductorModel

/// How long the run took beside earlier ones of the same name.
struct DurationSection {
    private let run: ReportedRun
    private let earlier: ArraySlice<EarlierRun>

    init(_ run: ReportedRun) {
        self.run = run
        earlier = run.earlier.prefix(ReportPage.maximumEarlier)
    }

    func write(to markup: inout Markup) {
        guard !earlier.isEmpty else { return }
        let longest = max(run.duration, earlier.map(\.duration).max() ?? .zero, .milliseconds(1))
        ReportPage.section("Durations", &markup) { markup in
            if let comparison { markup.element("p", text: comparison) }
            markup.element("div", ["class": "durations"]) { markup in
                row(run.started, run.duration, run.state, isOwn: true, longest, to: &markup)
                for run in earlier { row(run.started, run.duration, run.state, isOwn: false, longest, to: &markup) }
            }
        }
    }

    /// Against the median of those that came to their end.
    private var comparison: String? {
        let comparable = earlier.filter { $0.state == .succeeded || $0.state == .failed }.map(\.duration).sorted()
        guard run.state.hasEnded, !comparable.isEmpty else { return nil }
        let median = comparable[comparable.count / 2]
        guard median > .zero else { return nil }
        let ratio = run.duration.inSeconds / median.inSeconds
        let of = "the median of \(Wording.count(comparable.count, "earlier run")), \(Wording.duration(median))"
        if abs(ratio - 1) < 0.05 { return "As long as \(of)." }
        if ratio > 3 { return "Longer than three times \(of)." }
        return ratio > 1
            ? "\(Wording.share(ratio - 1)) longer than \(of)." : "\(Wording.share(1 - ratio)) shorter than \(of)."
    }

    private func row(
        _ started: Timestamp, _ duration: Duration, _ state: RunState, isOwn: Bool, _ longest: Duration,
        to markup: inout Markup
    ) {
        markup.newline()
        markup.element("div", ["class": isOwn ? "duration own" : "duration"]) { markup in
            markup.element("span", ["class": "when"], text: isOwn ? "this run" : Wording.minute(started))
            ReportPage.write(state.mark, to: &markup)
            markup.element(
                "svg",
                ["xmlns": "http://www.w3.org/2000/svg", "width": "100%", "height": "12", "aria-hidden": "true"]
            ) { markup in
                markup.empty(
                    "rect",
                    [
                        "class": "share \(state.mark.tone.rawValue)", "rx": "2", "height": "12",
                        "width": Wording.coordinate(max(0.004, duration.inSeconds / longest.inSeconds)),
                    ])
            }
            markup.element("span", ["class": "took"], text: Wording.duration(duration))
        }
    }
}
