/// What monitors found, round by round, and what became of it.
struct FindingSection {
    private let run: ReportedRun

    init(_ run: ReportedRun) {
        self.run = run
    }

    func write(to markup: inout Markup) {
        guard !run.findings.isEmpty else { return }
        ReportPage.section("Findings", &markup) { markup in
            for finding in run.findings.prefix(ReportPage.maximumFindings) { write(finding, to: &markup) }
            let hidden = run.findings.count - ReportPage.maximumFindings
            if hidden > 0 { markup.element("p", ["class": "note"], text: "\(hidden) further findings are not shown.") }
        }
    }

    private func write(_ finding: ReportedFinding, to markup: inout Markup) {
        markup.element("article", ["class": "finding"]) { markup in
            markup.element("h3") { markup in
                ReportPage.write(finding.severity.mark, to: &markup)
                markup.text(" ")
                markup.element("bdi", text: finding.source.clipped(to: 128))
                if let round = finding.round { markup.element("small", text: " round \(round)") }
            }
            list(finding.findings, "findings", to: &markup)
            list(finding.recommendations, "recommendations", to: &markup)
            guard finding.beganRound else { return }
            let next = finding.round.map { "round \($0 + 1)" } ?? "another round"
            markup.element("p", ["class": "note"], text: "↻ sent the run back to development: \(next)")
        }
    }

    private func list(_ texts: [String], _ kind: String, to markup: inout Markup) {
        guard !texts.isEmpty else { return }
        let limit = 20
        markup.element("ul", ["class": kind]) { markup in
            for text in texts.prefix(limit) {
                markup.element("li") { $0.element("bdi", text: text.clipped(to: ReportPage.maximumFinding)) }
            }
            if texts.count > limit { markup.element("li", text: "… and \(texts.count - limit) more") }
        }
    }
}
