/// What each gate was asked, and what it said.
struct GateSection {
    private let run: ReportedRun

    init(_ run: ReportedRun) {
        self.run = run
    }

    func write(to markup: inout Markup) {
        guard !run.gates.isEmpty else { return }
        ReportPage.section("Gates", &markup) { markup in
            markup.element("ul", ["class": "gates"]) { markup in
                for gate in run.gates.suffix(ReportPage.maximumGates) {
                    markup.element("li") { write(gate, to: &$0) }
                }
            }
            let hidden = run.gates.count - ReportPage.maximumGates
            if hidden > 0 { markup.element("p", ["class": "note"], text: "\(hidden) earlier ones are not shown.") }
        }
    }

    private func write(_ gate: ReportedGate, to markup: inout Markup) {
        ReportPage.write(gate.decision.mark, to: &markup)
        markup.text(" after \(gate.phase.clipped(to: 100))")
        if run.rounds > 1 { markup.text(", round \(gate.round)") }
        let asked = run.requiredSuccessRate.map { "; asked for \(Wording.share($0))" } ?? ""
        let of = gate.succeeded + gate.failed
        markup.element("small", text: " \(gate.succeeded) of \(of) tasks of the phase succeeded\(asked)")
    }
}
