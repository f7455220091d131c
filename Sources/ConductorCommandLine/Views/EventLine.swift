import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// One event of any kind as a line.
package enum EventLine {
    package static func text(_ event: ClientEvent, style: Style) -> String {
        let number = event.sequence.map { "\($0)" } ?? "·"
        let subject = [
            event.workflowID?.description, event.taskID?.description, event.agentID?.description,
            event.phase?.rawValue,
        ].compactMap { $0 }.joined(separator: " ")
        let rest = event.data.members.filter { $0.value.kind != .null }
            .map { "\($0.key)=\($0.value.string ?? $0.value.text.string)" }.joined(separator: " ")
        let margin = TerminalText.padded(number, 6) + " " + String(event.timestamp.shown.dropFirst(11))
        return style.paint(margin, .faint) + " " + style.paint(TerminalText.padded(event.kind, 18), .strong) + " "
            + TerminalText.sanitized([subject, rest].filter { !$0.isEmpty }.joined(separator: " "))
    }
}
