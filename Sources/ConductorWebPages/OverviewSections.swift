import ConductorModel
import ConductorPictures

/// Lists of what there is, each up to a bound beyond which it says what is left out.
struct OverviewSections {
    private static let maximumRows = 200
    private let overview: Overview

    init(_ overview: Overview) {
        self.overview = overview
    }

    func write(to markup: inout Markup) {
        markup.element("h1", text: "Conductor")
        markup.element("main") { markup in
            writeNeeds(to: &markup)
            writeRuns(to: &markup)
            writeQueue(to: &markup)
            writeLetters(to: &markup)
        }
        writeFooter(to: &markup)
    }

    func writeAgents(to markup: inout Markup) {
        markup.element("h1", text: "Agents")
        markup.element("main") { markup in
            table(
                "Registered", ["Agent", "State", "Type", "Running", "Completed", "Failed", "Last seen"],
                overview.agents, empty: "No agent is registered.", to: &markup
            ) { agent, markup in
                Self.name(agent.id, to: &markup)
                markup.element("td") { ReportPage.write(agent.mark, to: &$0) }
                Self.cell("Type", agent.type, to: &markup)
                Self.cell("Running", "\(agent.running)/\(agent.capacity)", to: &markup)
                Self.cell("Completed", "\(agent.completed)", to: &markup)
                Self.cell("Failed", "\(agent.failed)", to: &markup)
                Self.cell("Last seen", "\(Wording.duration(overview.read - agent.seen)) ago", to: &markup)
            }
        }
        writeFooter(to: &markup)
    }

    private func writeNeeds(to markup: inout Markup) {
        ReportPage.section("Needs you", &markup) { markup in
            guard !overview.needs.isEmpty else {
                return markup.element("p", ["class": "note"], text: "Nothing waits for a decision.")
            }
            markup.element("ul", ["class": "gates"]) { markup in
                for need in overview.needs.prefix(Self.maximumRows) {
                    markup.element("li") { markup in
                        ReportPage.write(need.mark, to: &markup)
                        markup.text(" ")
                        let link = need.run.map(WebPath.run)
                        guard let link else { return markup.element("bdi", text: need.text.clipped(to: 300)) }
                        markup.element("a", ["href": link]) {
                            $0.element("bdi", text: need.text.clipped(to: 300))
                        }
                    }
                }
            }
        }
    }

    private func writeRuns(to markup: inout Markup) {
        table("Runs", ["Run", "State", "Tasks", "Started", "Duration"], overview.runs, empty: "No runs.", to: &markup) {
            run, markup in
            markup.element("th", ["scope": "row"]) { markup in
                markup.element("a", ["class": "name", "href": WebPath.run(run.id)]) {
                    $0.element("bdi", text: run.name.clipped(to: 200))
                }
            }
            markup.element("td") { ReportPage.write(run.state.mark, to: &$0) }
            let total = run.total.map { "/\($0)" } ?? ""
            Self.cell("Tasks", "\(run.succeeded)\(total)" + (run.failed > 0 ? " \(run.failed)✗" : ""), to: &markup)
            Self.cell("Started", Wording.minute(run.started), to: &markup)
            Self.cell("Duration", Wording.duration(run.duration ?? overview.read - run.started), to: &markup)
        }
    }

    private func writeQueue(to markup: inout Markup) {
        table("Queue", ["Task", "Type", "Waiting for", "Age"], overview.queue, empty: "No task waits.", to: &markup) {
            waiting, markup in
            Self.name(waiting.task, to: &markup)
            Self.cell("Type", waiting.type, to: &markup)
            Self.cell("Waiting for", waiting.reason, to: &markup)
            Self.cell("Age", Wording.duration(overview.read - waiting.created), to: &markup)
        }
    }

    private func writeLetters(to markup: inout Markup) {
        table(
            "Dead letters", ["Task", "Agent", "Error", "Message", "Age"], overview.letters, empty: "None.",
            to: &markup
        ) { letter, markup in
            Self.name(letter.task, to: &markup)
            Self.cell("Agent", letter.agent, to: &markup)
            Self.cell("Error", letter.code, to: &markup)
            Self.cell("Message", letter.message, to: &markup)
            Self.cell("Age", Wording.duration(overview.read - letter.time), to: &markup)
        }
    }

    private func writeFooter(to markup: inout Markup) {
        markup.element("footer", text: "Read \(Wording.moment(overview.read)).")
    }

    private func table<Row>(
        _ title: String, _ columns: [String], _ rows: [Row], empty: String, to markup: inout Markup,
        _ write: (Row, inout Markup) -> Void
    ) {
        ReportPage.section(title, &markup) { markup in
            guard !rows.isEmpty else { return markup.element("p", ["class": "note"], text: empty) }
            markup.element("table", ["class": "list"]) { markup in
                markup.element("thead") { markup in
                    markup.element("tr") { markup in
                        for column in columns { markup.element("th", ["scope": "col"], text: column) }
                    }
                }
                markup.element("tbody") { markup in
                    for row in rows.prefix(Self.maximumRows) {
                        markup.newline()
                        markup.element("tr") { write(row, &$0) }
                    }
                }
            }
            let hidden = rows.count - Self.maximumRows
            if hidden > 0 { markup.element("p", ["class": "note"], text: "\(hidden) further ones are not shown.") }
        }
    }

    private static func name(_ text: String, to markup: inout Markup) {
        markup.element("th", ["scope": "row"]) { $0.element("bdi", ["class": "name"], text: text.clipped(to: 260)) }
    }

    private static func cell(_ column: String, _ value: String, to markup: inout Markup) {
        markup.element("td", ["data-column": value.isEmpty ? nil : column]) { markup in
            markup.element("bdi", text: value.clipped(to: 300))
        }
    }
}
