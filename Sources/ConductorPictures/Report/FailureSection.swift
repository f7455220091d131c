import ConductorModel

/// What failed, why, and the end of its log.
struct FailureSection {
    private let run: ReportedRun
    private let failures: [Int]

    init(_ run: ReportedRun) {
        self.run = run
        failures = run.failures
    }

    /// Errors of the run itself, and those of tasks that have not failed in the end.
    private var otherErrors: [ReportedError] {
        let told = Set(failures.map { run.tasks[$0].id })
        return run.errors.filter { error in error.task.map { !told.contains($0) } ?? true }
    }

    func write(to markup: inout Markup) {
        let others = otherErrors.suffix(ReportPage.maximumFailures)
        guard !failures.isEmpty || !others.isEmpty else { return }
        ReportPage.section(failures.isEmpty ? "Errors on the way" : "Failures", id: "failures", &markup) { markup in
            for error in others where error.task == nil { write(error, to: &markup) }
            for (place, index) in failures.prefix(ReportPage.maximumFailures).enumerated() {
                write(index, place: place, to: &markup)
            }
            let hidden = failures.count - ReportPage.maximumFailures
            if hidden > 0 {
                markup.element("p", ["class": "note"], text: "\(hidden) further failures stand among the tasks.")
            }
            for error in others where error.task != nil { write(error, to: &markup) }
        }
    }

    private func write(_ error: ReportedError, to markup: inout Markup) {
        markup.element("p", ["class": "failure"]) { markup in
            markup.element("span", ["class": "state bad"], text: "✗")
            if let task = error.task {
                markup.text(" ")
                markup.element("bdi", ["class": "name"], text: task.clipped(to: 128))
            }
            markup.text(" ")
            markup.element("code", text: error.code.clipped(to: 100))
            markup.text(" ")
            markup.element("bdi", ["class": "message"], text: error.message.clipped(to: ReportPage.maximumLine))
            if run.rounds > 1 { markup.element("small", text: " round \(error.round)") }
        }
    }

    private func write(_ index: Int, place: Int, to markup: inout Markup) {
        let task = run.tasks[index]
        guard place < ReportPage.detailedFailures else {
            return markup.element("p", ["class": "failure"]) { writeLine(task, index, to: &$0) }
        }
        markup.element("details", ["class": "failure", "open": place < ReportPage.openFailures ? "open" : nil]) {
            markup in
            markup.element("summary") { writeLine(task, index, to: &$0) }
            if let message = task.errorMessage, message.unicodeScalars.count > ReportPage.maximumLine {
                let text = message.clipped(to: ReportPage.maximumMessage)
                markup.element("pre", ["class": "message", "tabindex": "0", "aria-label": "Its message"], text: text)
            }
            writeAttempts(of: task, to: &markup)
            writeLog(of: task, to: &markup)
        }
    }

    private func writeLine(_ task: ReportedTask, _ index: Int, to markup: inout Markup) {
        markup.element("span", ["class": "state bad"], text: "✗")
        markup.text(" ")
        markup.element("a", ["class": "name", "href": ReportPage.link(to: index, of: run)]) {
            $0.element("bdi", text: task.name.clipped(to: 200))
        }
        if let code = task.errorCode {
            markup.text(" ")
            markup.element("code", text: code.clipped(to: 100))
        }
        if let message = task.errorMessage {
            markup.text(" ")
            markup.element("bdi", ["class": "message"], text: message.clipped(to: ReportPage.maximumLine))
        }
        let facts = [
            task.attempts.last?.agent.clipped(to: 128), task.lastDuration.map(Wording.duration),
            task.attemptCount > 1 ? "↻ \(task.attemptCount) attempts" : nil,
        ].compactMap { $0 }
        markup.element("small", text: " " + facts.joined(separator: " · "))
    }

    /// Where there is more to tell than the line above says.
    private func writeAttempts(of task: ReportedTask, to markup: inout Markup) {
        guard task.attempts.count > 1 else { return }
        markup.element("ol", ["class": "attempts"]) { markup in
            for attempt in task.attempts.suffix(10) {
                markup.element("li", ["value": "\(attempt.number)"]) { markup in
                    ReportPage.write(attempt.outcome.mark, to: &markup)
                    markup.text(" ")
                    markup.element("bdi", text: attempt.agent.clipped(to: 128))
                    if let begun = attempt.begun, let ended = attempt.ended {
                        markup.text(" \(Wording.duration(ended - begun)) ")
                    }
                    if run.rounds > 1 { markup.text(" round \(attempt.round) ") }
                    if let code = attempt.errorCode { markup.element("code", text: code.clipped(to: 100)) }
                    if let message = attempt.errorMessage {
                        markup.text(" ")
                        markup.element("bdi", text: message.clipped(to: ReportPage.maximumLine))
                    }
                }
            }
        }
    }

    private func writeLog(of task: ReportedTask, to markup: inout Markup) {
        let lines = task.logTail.suffix(ReportPage.maximumLogLines)
        guard !lines.isEmpty else { return }
        let text = lines.map { $0.clipped(to: ReportPage.maximumLogLine) }.joined(separator: "\n")
        markup.element("pre", ["class": "log", "tabindex": "0", "aria-label": "The end of its log"], text: text)
    }
}
