import ConductorJSON
import ConductorModel
import Subprocess
import SystemPackage

/// The lines that agents wrote before, as the journal has them.
package struct JournalLines: Sendable {
    package struct Line: Sendable {
        package var workflowID: WorkflowID?
        package var taskID: TaskID
        /// When the daemon got it, as it was told to whoever watched.
        package var timestamp: Timestamp
        package var text: String
        /// All that the journal has of it.
        package var entry: JSONText
    }

    /// The newest that are read.
    package static let limit = 10_000
    private static let bytes = 64 << 20
    /// The MESSAGE_ID of such lines; see conductor-journal(7).
    private static let messageID = "27c560f18d4b4e0a8f3d95b61a2ce7d4"

    /// Those of a workflow, or of one task, oldest first; none where this machine has no journal, or nobody may read it.
    package static func read(workflow: WorkflowID?, task: TaskID? = nil) async -> [Line] {
        var arguments = [
            "--quiet", "--no-pager", "--output=json", "--lines=\(limit)", "MESSAGE_ID=\(messageID)",
        ]
        if let workflow { arguments.append("CONDUCTOR_WORKFLOW_ID=\(workflow)") }
        if let task { arguments.append("CONDUCTOR_TASK_ID=\(task)") }
        let journal = try? await Subprocess.run(
            .name("journalctl"), arguments: Arguments(arguments), output: .string(limit: bytes), error: .discarded)
        guard let text = journal?.standardOutput else { return [] }
        // A task that was dispatched alone is not the one of this name in some workflow.
        return text.split(separator: "\n").compactMap { Line(entry: String($0)) }.filter { $0.workflowID == workflow }
    }
}

extension JournalLines.Line {
    /// Nil where it is no such line.
    package init?(entry text: String) {
        guard let entry = try? JSONText(parsing: text), let fields = try? entry.parsed(),
            let task = fields["CONDUCTOR_TASK_ID"]?.string.flatMap({ TaskID($0) }),
            let timestamp = fields["CONDUCTOR_TIMESTAMP"]?.string.flatMap({ Timestamp($0) }),
            let message = fields["MESSAGE"]
        else { return nil }
        // What is not plain text stands there as an array of its bytes.
        let bytes = message.elements.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
        self.init(
            workflowID: fields["CONDUCTOR_WORKFLOW_ID"]?.string.flatMap { WorkflowID($0) }, taskID: task,
            timestamp: timestamp, text: message.string ?? String(decoding: bytes, as: UTF8.self), entry: entry)
    }
}
