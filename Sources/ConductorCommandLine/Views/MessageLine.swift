import ConductorJSON
import ConductorModel

/// A message of the bus as a line.
package enum MessageLine {
    package static func text(_ message: BusMessage, style: Style) -> String {
        let time = message.timestamp.map { String($0.shown.dropFirst(11)) } ?? ""
        let parties = message.senderID + (message.recipientID.map { " to \($0)" } ?? "")
        let correlation = message.correlationID.map { " (\($0))" } ?? ""
        return style.paint(time, .faint) + " " + style.paint(message.messageType.rawValue, .strong) + " "
            + TerminalText.sanitized("\(parties)\(correlation): \(message.payload.string)")
    }
}
