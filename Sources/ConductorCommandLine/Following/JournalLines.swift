import ConductorAgent
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

    /// What was read.
    package struct Summary: Sendable {
        package var count = 0
        /// Of the last line.
        package var timestamp: Timestamp?
    }

    /// The MESSAGE_IDs of such lines, and of the entries that tell how many were left out; see conductor-journal(7).
    private static let messageIDs = ["27c560f18d4b4e0a8f3d95b61a2ce7d4", "8f0d3a5c6b1e4c279d52e07f41b8a693"]
    /// Of an entry in JSON: a line of 8 KiB may be an array of its bytes.
    private static let entryBytes = 128 << 10

    /// Gives `body` those of a workflow, or of one task, oldest first; none where this machine has no journal, or nobody
    /// may read it.
    package static func read(
        workflow: WorkflowID?, task: TaskID? = nil, _ body: @escaping @Sendable (Line) async throws -> Void
    ) async throws -> Summary {
        // Without `--all`, fields of 4 KiB and more are left out.
        var arguments = ["--quiet", "--no-pager", "--output=json", "--all"]
        arguments += messageIDs.map { "MESSAGE_ID=\($0)" }
        if let workflow { arguments.append("CONDUCTOR_WORKFLOW_ID=\(workflow)") }
        if let task { arguments.append("CONDUCTOR_TASK_ID=\(task)") }
        let outcome: Result<Summary, any Error>
        do {
            outcome = try await Subprocess.run(
                .name("journalctl"), arguments: Arguments(arguments), input: .none, output: .sequence, error: .discarded
            ) { execution in
                await summary(of: execution.standardOutput, workflow, body)
            }.closureResult
        } catch {
            return Summary()
        }
        return try outcome.get()
    }

    private static func summary(
        of output: SubprocessOutputSequence, _ workflow: WorkflowID?, _ body: (Line) async throws -> Void
    ) async -> Result<Summary, any Error> {
        var splitter = LineSplitter(maximumBytes: entryBytes)
        var summary = Summary()
        do {
            for try await chunk in output {
                for text in chunk.withUnsafeBytes({ splitter.append($0) }) {
                    // A task that was dispatched alone is not the one of this name in some workflow.
                    guard let line = Line(entry: text), line.workflowID == workflow else { continue }
                    summary.count += 1
                    summary.timestamp = line.timestamp
                    try await body(line)
                }
            }
            return .success(summary)
        } catch {
            return .failure(error)
        }
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
