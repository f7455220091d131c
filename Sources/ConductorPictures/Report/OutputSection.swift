/// What the run gave as a whole.
struct OutputSection {
    private let run: ReportedRun

    init(_ run: ReportedRun) {
        self.run = run
    }

    func write(to markup: inout Markup) {
        guard !run.outputs.isEmpty else { return }
        ReportPage.section("Outputs", &markup) { markup in
            markup.element("dl", ["class": "outputs"]) { markup in
                for output in run.outputs.prefix(ReportPage.maximumOutputs) { write(output, to: &markup) }
            }
            let hidden = run.outputs.count - ReportPage.maximumOutputs
            if hidden > 0 { markup.element("p", ["class": "note"], text: "\(hidden) further outputs are not shown.") }
        }
    }

    private func write(_ output: ReportedOutput, to markup: inout Markup) {
        markup.element("dt") { $0.element("bdi", text: output.name.clipped(to: 128)) }
        markup.element("dd") { markup in
            switch output.content {
            case .value(let text): markup.element("bdi", text: text.clipped(to: ReportPage.maximumMessage))
            case .missing(let reason):
                ReportPage.write(Mark("✗", "missing", .doubtful), to: &markup)
                markup.element("small") { markup in
                    markup.text(" ")
                    markup.element("bdi", text: reason.clipped(to: ReportPage.maximumMessage))
                }
            }
        }
    }
}
