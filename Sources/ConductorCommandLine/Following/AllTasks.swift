import ConductorClient
import ConductorModel
import ConductorProtocol

extension ConductorClient {
    /// All tasks of a workflow, the oldest first, in as many requests as that takes.
    package func allTasks(of id: WorkflowID) async throws -> [TaskListEntry] {
        var tasks: [TaskListEntry] = []
        var cursor: Int64?
        repeat {
            let page = try await self.tasks(
                TaskQuery(workflowID: id, page: Page(limit: Limits.pageSize, before: cursor)))
            tasks += page.tasks
            // A daemon that does not get on would be asked without end.
            cursor = page.nextCursor.flatMap { next in cursor.map { next < $0 } ?? true ? next : nil }
        } while cursor != nil
        return tasks.reversed()
    }
}
