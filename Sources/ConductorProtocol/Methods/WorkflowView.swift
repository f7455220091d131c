import ConductorJSON
import ConductorModel

/// A workflow's state as the daemon tells it.
public struct WorkflowView: Sendable {
    /// Results keep their outputs as long as the state's text has at most this many bytes.
    public static let outputBudget = 1 << 20
    /// Entries of the error log and of the phases' history that an outline has, the newest.
    private static let outlinedEntries = 100

    public var workflowID: WorkflowID
    public var name: String
    /// Counts the workflows of a daemon; 0 where it does not say.
    public var number: Int
    public var status: WorkflowStatus
    public var isPaused: Bool
    public var isHeldAtGate: Bool
    /// The last phase entered; nil before the first.
    public var currentPhase: Phase?
    public var phaseHistory: [PhaseRun]
    /// Tasks that no phase of the workflow takes.
    public var unscheduled: [TaskID]
    public var errorLog: [ErrorLogEntry]
    public var feedbackCount: Int
    /// One as it is, several as a list.
    public var feedback: JSONText?
    public var startedAt: Timestamp
    /// Nil until it has ended.
    public var completedAt: Timestamp?
    public var completedTaskCount: Int
    public var failedTaskCount: Int
    public var metadata: JSONText
    /// What its outputs came to; none until it has ended.
    public var outputs: WorkflowOutputs
    /// Of tasks that have ended, in the order of the definition.
    public var taskResults: [TaskResult]
    /// The results are without their outputs, as all together are too large; `task.get` has each.
    public private(set) var omitsOutputs = false
    /// The results are left out, as there are too many; `task.list` has their tasks.
    public private(set) var omitsResults = false
    /// As the daemon wrote it; nil where it was not read.
    private var json: JSONValue?

    public init(_ state: WorkflowState) {
        let record = state.record
        workflowID = record.workflowID
        name = record.definition.name
        number = record.number
        status = record.status
        isPaused = record.isPaused
        isHeldAtGate = record.isHeldAtGate
        currentPhase = record.currentPhase
        phaseHistory = record.phaseHistory
        unscheduled = record.unscheduled
        errorLog = record.errorLog
        feedbackCount = record.feedbackCount
        feedback = record.feedback.shown
        startedAt = record.startedAt
        completedAt = record.completedAt
        completedTaskCount = record.completedTaskCount
        failedTaskCount = record.failedTaskCount
        metadata = record.definition.metadata
        outputs = record.outputs
        taskResults = state.taskResults
    }

    /// As the daemon wrote it, with what only a newer one says.
    public var text: JSONText { json?.text ?? jsonText }

    /// Nil until it has ended.
    public var duration: Duration? { completedAt.map { $0 - startedAt } }

    /// The result of one of its tasks; nil until that has ended.
    public func result(of task: TaskID) -> TaskResult? {
        taskResults.first { $0.taskID == task }
    }
}

extension WorkflowView: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        workflowID = try fields.required("workflow_id")
        name = try fields.required("name")
        number = try fields.value("number", default: 0)
        status = try fields.required("status")
        isPaused = try fields.required("paused")
        isHeldAtGate = try fields.required("held_at_gate")
        currentPhase = try fields.optional("current_phase")
        phaseHistory = try fields.value("phase_history", default: [])
        unscheduled = try fields.value("unscheduled", default: [])
        errorLog = try fields.value("error_log", default: [])
        feedbackCount = try fields.required("feedback_count")
        feedback = try fields.optional("feedback")
        startedAt = try fields.required("started_at")
        completedAt = try fields.optional("completed_at")
        completedTaskCount = try fields.required("completed_task_count")
        failedTaskCount = try fields.required("failed_task_count")
        metadata = try fields.value("metadata", default: .emptyObject)
        outputs = try WorkflowOutputs(&fields)
        let results = try fields.value("task_results", default: ResultsByTask())
        taskResults = results.results
        omitsOutputs = results.omitsOutputs
        omitsResults = try fields.value("task_results_omitted", default: false)
        self.json = json
    }

    public func write(to writer: inout JSONWriter) {
        // Outputs that are too large by themselves are not even written to find out.
        if writer.detail == .whole, !omitsOutputs, taskResults.reduce(0, { $0 + $1.outputBytes }) <= Self.outputBudget {
            var whole = JSONWriter(reserving: 4096)
            write(to: &whole, omittingOutputs: false)
            if whole.count <= Self.outputBudget { return writer.raw(whole.text) }
        }
        let asked = writer.detail
        // The same for messages and metadata.
        if textBytes > Self.outputBudget { writer.detail = max(asked, .outline) }
        write(to: &writer, omittingOutputs: true)
        writer.detail = asked
    }

    private var textBytes: Int {
        let results = taskResults.reduce(0) { $0 + ($1.errorMessage?.utf8.count ?? 0) + $1.metadata.bytes.count }
        return errorLog.reduce(results) { $0 + $1.error.utf8.count } + (feedback?.bytes.count ?? 0)
    }

    /// The newest of `entries`, and in an outline only some.
    private func write<Entry: JSONWritable>(
        _ entries: [Entry], _ key: StaticString, omitted: StaticString, to writer: inout JSONWriter
    ) {
        let isCut = writer.detail > .whole && entries.count > Self.outlinedEntries
        writer.member(key, isCut ? Array(entries.suffix(Self.outlinedEntries)) : entries)
        if isCut { writer.member(omitted, true) }
    }

    private func write(to writer: inout JSONWriter, omittingOutputs: Bool) {
        writer.object { writer in
            writer.member("workflow_id", workflowID)
            writer.member("name", name)
            writer.member("number", number)
            writer.member("status", status)
            writer.member("paused", isPaused)
            writer.member("held_at_gate", isHeldAtGate)
            writer.nullableMember("current_phase", currentPhase)
            write(phaseHistory, "phase_history", omitted: "phase_history_omitted", to: &writer)
            write(unscheduled, "unscheduled", omitted: "unscheduled_omitted", to: &writer)
            write(errorLog, "error_log", omitted: "error_log_omitted", to: &writer)
            writer.member("feedback_count", feedbackCount)
            if writer.detail > .whole, feedback != nil {
                writer.member("feedback", JSONText.null)
                writer.member("feedback_omitted", true)
            } else {
                writer.nullableMember("feedback", feedback)
            }
            writer.member("started_at", startedAt)
            writer.nullableMember("completed_at", completedAt)
            writer.nullableMember("duration_seconds", duration)
            writer.member("completed_task_count", completedTaskCount)
            writer.member("failed_task_count", failedTaskCount)
            writer.member("metadata", metadata)
            outputs.writeMembers(to: &writer)
            if writer.detail == .least {
                writer.member("task_results", ResultsByTask())
                writer.member("task_results_omitted", true)
            } else {
                writer.member("task_results", ResultsByTask(results: taskResults, omitsOutputs: omittingOutputs))
            }
        }
    }
}

/// Results by the ids of their tasks, with or without their outputs.
private struct ResultsByTask: JSONReadable, JSONWritable {
    var results: [TaskResult] = []
    var omitsOutputs = false

    init(results: [TaskResult] = [], omitsOutputs: Bool = false) {
        self.results = results
        self.omitsOutputs = omitsOutputs
    }

    init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .object else { throw JSONFieldError(reason: "must be an object") }
        for (task, value) in json.members {
            do throws(JSONFieldError) {
                results.append(try TaskResult(json: value))
                omitsOutputs = omitsOutputs || value["output_omitted"]?.bool == true
            } catch {
                throw error.within(task)
            }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for result in results {
                writer.key(result.taskID.description)
                result.write(to: &writer, omittingOutput: omitsOutputs)
            }
        }
    }
}

extension TaskResult {
    fileprivate var outputBytes: Int {
        guard let feedback else { return outputData.bytes.count }
        return outputData.bytes.count + feedback.findings.bytes.count + feedback.recommendations.bytes.count
            + feedback.metrics.bytes.count
    }
}

extension WorkflowState: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        WorkflowView(self).write(to: &writer)
    }
}
