import ConductorModel

/// A table of all tasks: state, agent, waiting time, duration and size of the output.
struct TaskSection {
    private let run: ReportedRun
    private static let columns = ["Task", "State", "Type", "Agent", "Attempts", "Waited", "Duration", "Output"]

    init(_ run: ReportedRun) {
        self.run = run
    }

    func write(to markup: inout Markup) {
        guard !run.tasks.isEmpty else { return }
        ReportPage.section("Tasks", id: "tasks", &markup) { markup in
            markup.element("table") { markup in
                markup.element("thead") { markup in
                    markup.element("tr") { markup in
                        for column in Self.columns { markup.element("th", ["scope": "col"], text: column) }
                    }
                }
                markup.element("tbody") { markup in
                    for index in run.tasks.indices.prefix(ReportPage.maximumTasks) { write(index, to: &markup) }
                }
            }
            let hidden = run.tasks.count - ReportPage.maximumTasks
            if hidden > 0 { markup.element("p", ["class": "note"], text: "\(hidden) further tasks are not shown.") }
        }
    }

    private func write(_ index: Int, to markup: inout Markup) {
        let task = run.tasks[index]
        markup.newline()
        markup.element("tr", ["id": ReportPage.anchor(of: index), "tabindex": "-1"]) { markup in
            markup.element("th", ["scope": "row"]) { writeName(of: task, to: &$0) }
            markup.element("td") { markup in
                ReportPage.write(task.state.mark, to: &markup)
                if let detail = detail(of: task) { markup.element("small", text: " \(detail)") }
            }
            cell("Type", task.type.clipped(to: 60), to: &markup)
            cell("Agent", task.attempts.last?.agent.clipped(to: 128) ?? "", to: &markup)
            let attempts = max(task.attemptCount, task.attempts.count)
            cell("Attempts", attempts == 0 ? "" : attempts == 1 ? "1" : "↻ \(attempts)", isNumber: true, to: &markup)
            cell("Waited", waited(task).map(Wording.duration) ?? "", isNumber: true, to: &markup)
            cell("Duration", task.lastDuration.map(Wording.duration) ?? "", isNumber: true, to: &markup)
            cell("Output", task.outputBytes.map(Wording.bytes) ?? "", isNumber: true, to: &markup)
        }
    }

    private func writeName(of task: ReportedTask, to markup: inout Markup) {
        markup.element("bdi", ["class": "name"], text: task.name.clipped(to: 200))
        guard task.id != task.name else { return }
        markup.text(" ")
        markup.element("code", text: task.id.clipped(to: 128))
    }

    private func detail(of task: ReportedTask) -> String? {
        if let code = task.errorCode { return code.clipped(to: 100) }
        if task.phase == nil { return "never runs: no phase" }
        return task.state == .waiting ? task.waitingFor?.clipped(to: 120) : nil
    }

    /// Narrow screens show the column's name before the value, and no empty ones.
    private func cell(_ column: String, _ value: String, isNumber: Bool = false, to markup: inout Markup) {
        markup.element(
            "td", ["data-column": value.isEmpty ? nil : column, "class": isNumber ? "number" : nil], text: value)
    }

    /// In all its attempts.
    private func waited(_ task: ReportedTask) -> Duration? {
        let waits = task.attempts.compactMap { attempt in
            attempt.due.flatMap { due in attempt.begun.map { max(.zero, $0 - due) } }
        }
        return waits.isEmpty ? nil : waits.reduce(.zero, +)
    }
}
