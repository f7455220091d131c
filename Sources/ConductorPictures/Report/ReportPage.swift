import ConductorModel

/// A run on one page of HTML that needs nothing else: no network, no scripts. It grows with the run up to bounds, beyond
/// which it says what is left out.
public struct ReportPage {
    static let maximumTasks = 1000
    static let maximumFailures = 100
    /// With all that is known; the others are told in a line.
    static let detailedFailures = 30
    /// Whose details are open at first; paper shows all of them.
    static let openFailures = 10
    static let maximumLogLines = 20
    static let maximumLogLine = 400
    static let maximumMessage = 2000
    static let maximumLine = 240
    static let maximumFindings = 200
    static let maximumFinding = 1000
    static let maximumOutputs = 100
    static let maximumEarlier = 20
    static let maximumGates = 100
    /// Larger graphs are folded.
    static let maximumBoxes = 120

    private let run: ReportedRun
    private let program: String

    /// - Parameter program: What writes the page, with its version.
    public init(_ run: ReportedRun, program: String) {
        self.run = run
        self.program = program
    }

    /// The whole page.
    public var html: String {
        var markup = Markup()
        markup.literal("<!DOCTYPE html>\n")
        markup.element("html", ["lang": "en"]) { markup in
            markup.element("head") { head(&$0) }
            markup.newline()
            markup.element("body") { body(&$0) }
        }
        markup.newline()
        return markup.text
    }

    /// Where the page tells of a task.
    static func link(to task: Int, of run: ReportedRun) -> String {
        task < maximumTasks ? "#\(anchor(of: task))" : "#tasks"
    }

    static func anchor(of task: Int) -> String { "task-\(task + 1)" }

    private func head(_ markup: inout Markup) {
        markup.empty("meta", ["charset": "utf-8"])
        // Should anything in the page ask for more, the browser refuses it.
        markup.empty(
            "meta",
            ["http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"])
        markup.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        markup.empty("meta", ["name": "referrer", "content": "no-referrer"])
        markup.empty("meta", ["name": "color-scheme", "content": "light dark"])
        markup.empty("meta", ["name": "generator", "content": program])
        markup.element(
            "title", text: "\(run.state.mark.symbol) \(run.name.clipped(to: 100)) \(run.state.mark.word)")
        markup.element("style") { markup in
            markup.literal(Stylesheet.palette)
            markup.literal(Stylesheet.page)
            markup.literal(Stylesheet.graph)
            markup.literal(Stylesheet.timeline)
        }
    }

    /// What stands in the page's body, for a page that brings the looks and a frame of its own.
    package func write(to markup: inout Markup) { body(&markup) }

    /// The looks of pages and pictures, which need nothing else.
    package static var stylesheet: String {
        "\(Stylesheet.palette)\(Stylesheet.page)\(Stylesheet.graph)\(Stylesheet.timeline)"
    }

    private func body(_ markup: inout Markup) {
        ReportHead(run).write(to: &markup)
        markup.element("main") { markup in
            FailureSection(run).write(to: &markup)
            FindingSection(run).write(to: &markup)
            OutputSection(run).write(to: &markup)
            timeline(&markup)
            graph(&markup)
            GateSection(run).write(to: &markup)
            DurationSection(run).write(to: &markup)
            TaskSection(run).write(to: &markup)
        }
        markup.element("footer", text: "Written \(Wording.moment(run.read)) by \(program).")
    }

    private func timeline(_ markup: inout Markup) {
        let drawing = TimelineDrawing(run)
        guard !drawing.isEmpty else { return }
        Self.section("Timeline", &markup) { drawing.write(to: &$0) }
    }

    private func graph(_ markup: inout Markup) {
        guard !run.tasks.isEmpty else { return }
        let whole = WorkflowGraph(run).linked { Self.link(to: $0, of: run) }
        let drawing = GraphDrawing(whole.folded(over: Self.maximumBoxes))
        Self.section("Graph", &markup) { markup in
            markup.element("div", ["class": "wide", "tabindex": "0", "role": "region", "aria-label": "Graph"]) {
                markup in
                drawing.write(to: &markup)
            }
            if run.tasks.count > Self.maximumBoxes {
                let note = "Tasks of one type that stand beside each other are drawn as one."
                markup.element("p", ["class": "note"], text: note)
            }
            if let omission = drawing.omission { markup.element("p", ["class": "note"], text: omission) }
        }
    }

    package static func section(
        _ title: String, id: String? = nil, _ markup: inout Markup, _ body: (inout Markup) -> Void
    ) {
        markup.newline()
        markup.element("section", ["id": id]) { markup in
            markup.element("h2", text: title)
            body(&markup)
        }
    }

    /// A symbol with its word, in its colour.
    package static func write(_ mark: Mark, to markup: inout Markup) {
        markup.element("span", ["class": "state \(mark.tone.rawValue)"], text: "\(mark.symbol)\u{A0}\(mark.word)")
    }
}
