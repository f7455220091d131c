import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorPictures
import ConductorProtocol

extension ConductorClient {
    /// Of so many tasks every attempt is asked for; of the others the list tells the last one.
    private static let detailedTasks = 1_000
    private static let loggedFailures = 30
    private static let logLines = 20

    /// A run as pictures show it.
    /// - Parameter inDetail: With attempts, logs and earlier runs.
    package func reportedRun(_ id: WorkflowID, inDetail: Bool) async throws -> ReportedRun {
        let workflow = try await call(WorkflowGetMethod.self, id)
        let tasks = try await allTasks(of: id)
        guard inDetail else { return ReportedRun(workflow, tasks: tasks, among: [], at: .now) }
        var details: [TaskID: TaskDetails] = [:], logs: [TaskID: [String]] = [:]
        for entry in tasks.prefix(Self.detailedTasks) where entry.attempts > 0 {
            details[entry.key.taskID] = try await task(entry.key)
        }
        let failed = tasks.filter { $0.status.known == .failed && $0.attempts > 0 }
        for entry in failed.prefix(Self.loggedFailures) {
            let lines = try await log(of: entry.key, LogRange(.last(Self.logLines))).lines
            logs[entry.key.taskID] = lines.map { TerminalText.lastState(of: $0.text) }
        }
        return ReportedRun(
            workflow, tasks: tasks, details: details, logs: logs, among: try await runs(named: workflow.state.name),
            at: .now)
    }

    /// The newest of a name; none where the name is an id.
    private func runs(named name: String) async throws -> [WorkflowListEntry] {
        let found = try await call(WorkResolveMethod.self, .text(name))
        return found.matchedBy.known == .name ? found.workflows : []
    }
}
