import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The last word on a task for people: its verdict, why it failed with the end of its log, its output, and what to type
/// next.
package struct TaskVerdict: Sendable {
    private static let logLines = 10

    private let key: TaskKey
    private let result: TaskResult
    private var log: [String] = []

    package init(_ key: TaskKey, _ result: TaskResult, log: [String] = []) {
        self.key = key
        self.result = result
        self.log = log
    }

    /// Asks for the end of the log of what failed. What cannot be had is left out.
    package mutating func complete(_ client: ConductorClient) async {
        guard result.status != .completed, result.attempt > 0 else { return }
        let tail = try? await client.log(of: key, attempt: result.attempt, LogRange(.last(Self.logLines)))
        log = tail?.lines.map { TerminalText.lastState(of: $0.text) } ?? []
    }

    package func lines(on page: Layout) -> [String] {
        let agent = result.agentID == .coordinator ? "" : " by \(result.agentID)"
        let attempt = result.attempt > 1 ? ", attempt \(result.attempt)" : ""
        let head =
            "\(result.status.symbol(page.symbols)) \(key.shortened) \(result.status.word)\(agent)"
            + " in \(result.duration.shown)\(attempt)"
        let error = [result.errorCode, result.errorMessage].compactMap { $0 }.joined(separator: "  ")
        var lines = [page.style.paint(page.fitted(head), result.status.tone)]
        if !error.isEmpty { lines.append("  " + page.fitted(error, after: 2)) }
        lines += log.map { "  " + page.style.paint("\(page.symbols.bar) \(page.fitted($0, after: 4))", .faint) }
        if result.outputData != .emptyObject { lines.append(TerminalText.lines(json: result.outputData.string)) }
        guard result.status != .completed else { return lines }
        let commands = [log.isEmpty ? nil : "logs", "show"].compactMap { $0 }.map {
            "conductorctl \($0) \(key.shortened)"
        }
        return lines + ["  next     " + commands.joined(separator: " \(page.symbols.dot) ")]
    }
}
