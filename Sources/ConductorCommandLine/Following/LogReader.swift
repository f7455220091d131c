import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The lines that the attempts of a task, or of all tasks of a workflow, have logged: each once, in the order of tasks
/// and attempts.
package struct LogReader: Sendable {
    package enum Subject: Hashable, Sendable {
        case task(TaskKey)
        case workflow(WorkflowID)
    }

    package struct Selection: Hashable, Sendable {
        /// Nil for all.
        package var attempt: Int?
        /// As many of each attempt at most, the newest.
        package var tail: Int?
        package var since: Timestamp?
        /// Only attempts that failed.
        package var onlyFailed = false

        package init() {}
    }

    package struct Line: Sendable {
        package var key: TaskKey
        package var attempt: ReportedAttempt
        package var line: LogLine
    }

    private struct Position: Hashable {
        let key: TaskKey
        let attempt: Int
    }

    package let subject: Subject
    private let selection: Selection
    private let show: @Sendable (Line) async throws -> Void
    /// The number of the last line that was shown of each.
    private var shown: [Position: Int] = [:]
    package private(set) var count = 0

    package init(
        _ subject: Subject, _ selection: Selection, show: @escaping @Sendable (Line) async throws -> Void
    ) {
        self.subject = subject
        self.selection = selection
        self.show = show
    }

    /// Shows what was logged and has not been shown.
    package mutating func catchUp(_ client: ConductorClient) async throws {
        switch subject {
        case .task(let key): try await catchUp(key, client)
        case .workflow(let id):
            for task in try await client.allTasks(of: id) where task.attempts > 0 {
                try await catchUp(task.key, client)
            }
        }
    }

    /// Shows a line that has just come.
    /// - Returns: false where lines are missing before it.
    package mutating func take(_ event: ClientEvent) async throws -> Bool {
        guard event.kind == "task.log", includes(event), !selection.onlyFailed, let task = event.taskID,
            let agent = event.agentID, let number = event.attempt,
            let line = event.data["number"]?.integer.flatMap({ Int(exactly: $0) })
        else { return true }
        let key = TaskKey(workflowID: event.workflowID, taskID: task)
        let last = shown[Position(key: key, attempt: number)] ?? 0
        guard line == last + 1 else { return line <= last }
        let attempt = ReportedAttempt(
            number: number, iteration: 0, agentID: agent, startedAt: event.timestamp, ending: nil, isRunning: true)
        let text = LogLine(
            number: line, timestamp: event.timestamp, stream: event.data["stream"]?.string ?? "",
            text: event.data["line"]?.string ?? "")
        try await show(text, of: key, attempt)
        return true
    }

    private func includes(_ event: ClientEvent) -> Bool {
        guard selection.attempt == nil || selection.attempt == event.attempt else { return false }
        return switch subject {
        case .task(let key): key.workflowID == event.workflowID && key.taskID == event.taskID
        case .workflow(let id): id == event.workflowID
        }
    }

    private mutating func catchUp(_ key: TaskKey, _ client: ConductorClient) async throws {
        let task = try await client.task(key)
        for attempt in task.attemptHistory where takes(attempt) {
            try await catchUp(key, attempt, client)
        }
    }

    private func takes(_ attempt: ReportedAttempt) -> Bool {
        if let number = selection.attempt, number != attempt.number { return false }
        guard selection.onlyFailed else { return true }
        return switch attempt.ending?.outcome {
        case .failed, .rejected: true
        case .completed, .cancelled, .returned, nil: false
        }
    }

    private mutating func catchUp(
        _ key: TaskKey, _ attempt: ReportedAttempt, _ client: ConductorClient
    ) async throws {
        var after = shown[Position(key: key, attempt: attempt.number)]
        if after == nil, let tail = selection.tail {
            let end = try await client.log(of: key, attempt: attempt.number, LogRange(.last(1))).last
            after = max(0, end - tail)
        }
        var next: Int? = after ?? 0
        while let start = next {
            let page = try await client.log(of: key, attempt: attempt.number, LogRange(.after(start)))
            for line in page.lines { try await show(line, of: key, attempt) }
            next = page.nextAfter
        }
    }

    private mutating func show(_ line: LogLine, of key: TaskKey, _ attempt: ReportedAttempt) async throws {
        shown[Position(key: key, attempt: attempt.number)] = line.number
        if let since = selection.since, line.timestamp < since { return }
        count += 1
        try await show(Line(key: key, attempt: attempt, line: line))
    }
}
