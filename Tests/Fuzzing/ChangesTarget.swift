import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore

/// A commit's payload in the log. What is read and written is read as the same again.
enum ChangesTarget: FuzzTarget {
    static let name = "changes"

    static func run(_ bytes: [UInt8]) {
        guard let changes = read(bytes) else { return }
        for case .event(let event) in changes { _ = event.jsonText }
        guard let coalesced = try? CoalescedChanges(changes) else { return }
        let written = payload(of: coalesced)
        guard let again = read(written) else { fatalError("what was written is not read") }
        let second = payload(of: promised { try CoalescedChanges(again) })
        promise(second == written, "\(changes) are read as \(again)")
    }

    private static func payload(of changes: CoalescedChanges) -> [UInt8] {
        Array(ChangeWriter(changes).record.dropFirst(LogRecordHeader.length))
    }

    private static func read(_ payload: [UInt8]) -> [Change]? {
        var reader = ChangeReader(payload, of: "commit 1", task: { storedTask($0) }, workflow: { storedWorkflow($0) })
        return try? reader.changes()
    }

    // MARK: What was stored before, under any name

    private static func storedTask(_ key: TaskKey) -> TaskRecord? {
        let progress = """
            {"owner_uid":1000,"created_at":"2026-09-21T14:14:54Z","attempts":[],"iteration":0,"failed_attempts":0,\
            "queue_timeout_seconds":68,\
            "stage":{"is":"queued","since":"2026-09-21T14:14:54Z","until":"2026-09-21T14:16:02Z"}}
            """
        return promised {
            try TaskRecord(
                key: key, definition: JSONText(parsing: #"{"name":"n"}"#), progress: JSONText(parsing: progress))
        }
    }

    private static func storedWorkflow(_ id: WorkflowID) -> WorkflowRecord? {
        let progress = """
            {"owner_uid":1000,"started_at":"2026-09-21T14:13:28Z","stage":{"is":"running","phase":0,"last":2},\
            "paused":false,"current_phase":"development","phase_history":[],"error_log":[],"feedback_count":0,\
            "feedback":[],"iteration":0,"selection":"everything","agent_wait_seconds":10,"completed_task_count":0,\
            "failed_task_count":0,"request_keys":[]}
            """
        return promised {
            try WorkflowRecord(
                workflowID: id, definition: JSONText(parsing: #"{"name":"n","tasks":[{"name":"n"}]}"#),
                inputs: .emptyObject, progress: JSONText(parsing: progress))
        }
    }
}
