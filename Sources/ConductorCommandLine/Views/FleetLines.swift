import ConductorAgent
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What the agents of a fleet do and say, line by line behind their ids.
package struct FleetLines: Sendable {
    private let style: Style
    private let margin: Int

    package init(_ file: FleetFile, style: Style) {
        self.style = style
        margin = file.members.map { $0.registration.agentID.description.count }.max() ?? 0
    }

    /// Nil for what is not worth a line.
    package func text(_ notice: Fleet.Notice, of member: FleetFile.Member) -> String? {
        guard let (text, tone) = Self.sentence(notice, member.registration) else { return nil }
        let id = TerminalText.padded(member.registration.agentID.description, margin)
        return style.paint(id, .strong) + "  " + style.paint(TerminalText.sanitized(text), tone)
    }

    private static func sentence(
        _ notice: Fleet.Notice, _ registration: AgentRegistration
    ) -> (String, Style.Tone)? {
        switch notice {
        case .failed(let error, let delay): ("\(reason(error)); again in \(delay.shown)", .bad)
        case .runner(.registered):
            ("is registered (\(registration.agentType.rawValue), capacity \(registration.capacity))", .good)
        case .runner(.disconnected(let error)):
            // What the daemon refuses ends the runner, and is told with it.
            error is Refusal ? nil : Interruption.sentence(error).map { ($0, .doubtful) }
        case .runner(.unregistered): ("was unregistered by someone else, and stays away", .doubtful)
        case .runner(.held(let assignment, let shortage)):
            (
                "\(assignment.task.taskID?.description ?? "") waits for the end of another: \(shortage.message)",
                .doubtful
            )
        case .runner(.started(let assignment)):
            ("\(assignment.task.taskID?.description ?? "") started" + attempt(assignment.attempt), .plain)
        case .runner(.reported(let report)): sentence(report)
        case .runner(.finished(let completion)): sentence(completion)
        case .runner(.cancelling(let reason)): ("cancels: \(reason)", .doubtful)
        }
    }

    private static func sentence(_ report: AttemptReport) -> (String, Style.Tone)? {
        switch report.content {
        case .log(_, let line): ("\(report.taskID) | \(TerminalText.lastState(of: line))", .plain)
        case .progress: nil
        }
    }

    private static func sentence(_ completion: TaskCompletion) -> (String, Style.Tone) {
        let error = [completion.errorCode, completion.errorMessage].compactMap { $0 }.joined(separator: ": ")
        let text = "\(completion.taskID) \(completion.status.rawValue)" + (error.isEmpty ? "" : ": \(error)")
        switch completion.status {
        case .completed: return (text, .good)
        case .failed: return (text, .bad)
        case .rejected: return (text, .doubtful)
        }
    }

    private static func attempt(_ number: Int) -> String { number > 1 ? " (attempt \(number))" : "" }

    private static func reason(_ error: any Error) -> String {
        String(Failure(error).message.prefix { $0 != "\n" })
    }

    /// One object for each notice.
    package static func json(_ notice: Fleet.Notice, of member: FleetFile.Member) -> JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("agent_id", member.registration.agentID)
            switch notice {
            case .failed(let error, let delay):
                writer.member("kind", "failed")
                writer.member("reason", reason(error))
                writer.member("again_in_seconds", delay)
            case .runner(.registered):
                writer.member("kind", "registered")
                writer.member("agent_type", member.registration.agentType)
                writer.member("capacity", member.registration.capacity)
            case .runner(.disconnected(let error)):
                writer.member("kind", "disconnected")
                writer.member("reason", reason(error))
            case .runner(.unregistered): writer.member("kind", "unregistered")
            case .runner(.held(let assignment, let shortage)):
                writer.member("kind", "held")
                writer.member("task_id", assignment.task.taskID)
                writer.member("attempt", assignment.attempt)
                writer.member("reason", shortage.message)
            case .runner(.started(let assignment)):
                writer.member("kind", "started")
                writer.member("task_id", assignment.task.taskID)
                writer.member("workflow_id", assignment.workflowID)
                writer.member("attempt", assignment.attempt)
            case .runner(.reported(let report)): write(report, to: &writer)
            case .runner(.finished(let completion)):
                writer.member("kind", "finished")
                writer.member("task_id", completion.taskID)
                writer.member("attempt", completion.attempt)
                writer.member("status", completion.status.rawValue)
                writer.member("error_code", completion.errorCode)
                writer.member("error_message", completion.errorMessage)
            case .runner(.cancelling(let reason)):
                writer.member("kind", "cancelling")
                writer.member("reason", reason)
            }
        }
        return writer.text
    }

    /// In place of lines that nobody read.
    package static func json(dropped count: Int) -> JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("kind", "dropped")
            writer.member("lines", count)
        }
        return writer.text
    }

    private static func write(_ report: AttemptReport, to writer: inout JSONWriter) {
        writer.member("task_id", report.taskID)
        writer.member("attempt", report.attempt)
        switch report.content {
        case .log(let stream, let line):
            writer.member("kind", "log")
            writer.member("stream", stream)
            writer.member("line", line)
        case .progress(let percent, let message):
            writer.member("kind", "progress")
            writer.member("percent", percent)
            writer.member("message", message)
        }
    }
}
