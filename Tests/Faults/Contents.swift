import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport

/// All that a daemon shows over its socket.
struct Contents {
    private var events: [ClientEvent] = []
    private var tasks: [TaskKey: TaskDetails] = [:]
    private var workflows: [WorkflowID: WorkflowView] = [:]
    private var letters: Set<DeadLetterID> = []

    /// - Throws: `Refusal` where the daemon says that it cannot show something.
    static func read(from daemon: DaemonProcess) async throws -> Contents {
        let client = try await daemon.connect()
        var contents = Contents()
        let subscription = try await client.subscribe(EventFilter(afterSequence: 0))
        if subscription.sequence > 0 {
            for try await event in subscription.events {
                contents.events.append(event)
                if event.sequence ?? 0 >= subscription.sequence { break }
            }
        }
        var page = Page(limit: 1000)
        while true {
            let list = try await client.tasks(TaskQuery(page: page))
            for task in list.tasks { contents.tasks[task.key] = try await client.task(task.key) }
            guard let next = list.nextCursor else { break }
            page.before = next
        }
        for workflow in try await client.workflows(WorkflowQuery(page: Page(limit: 1000))).workflows {
            let id = workflow.workflowID
            contents.workflows[id] = try await client.workflow(id)
        }
        contents.letters = try await LedgerCheck(client).keptLetters()
        return contents
    }

    /// What somebody who knows this thinks of what is found after a damage.
    func verdict(on found: Contents) -> DamageRun.Verdict {
        let common = zip(events, found.events).prefix { $0.text == $1.text }.count
        // A start may add events of its own, on agents.
        if let foreign = found.events.dropFirst(common).first(where: { !$0.kind.hasPrefix("agent.") }) {
            return .silentLoss("event \(foreign.sequence ?? 0) is another one")
        }
        if common == events.count {
            return difference(from: found).map { .silentLoss($0) } ?? .whole
        }
        return found.contradiction(to: Array(events.prefix(common))).map { .silentLoss($0) } ?? .prefix(Int64(common))
    }

    private func difference(from found: Contents) -> String? {
        for (key, task) in tasks {
            guard let other = found.tasks[key] else { return "task \(key) is not there" }
            // What has not ended goes on after a start: why it waits, and until when, is another matter each time.
            let isSame =
                task.status.isTerminal
                ? other.jsonText == task.jsonText : other.definition.jsonText == task.definition.jsonText
            if !isSame { return "task \(key) is another one" }
        }
        for (id, workflow) in workflows {
            guard let other = found.workflows[id] else { return "workflow \(id) is not there" }
            guard workflow.status.isTerminal else { continue }
            if other.jsonText != workflow.jsonText { return "workflow \(id) is another one" }
        }
        if letters != found.letters { return "the dead letters are other ones" }
        return tasks.count == found.tasks.count ? nil : "there are more tasks than were submitted"
    }

    /// Where this is not what these events have led to.
    private func contradiction(to events: [ClientEvent]) -> String? {
        var known: Set<TaskKey> = []
        var completed: Set<TaskKey> = []
        for event in events {
            guard let id = event.taskID else { continue }
            let key = TaskKey(workflowID: event.workflowID, taskID: id)
            known.insert(key)
            if event.kind == EventKind.taskCompleted.rawValue { completed.insert(key) }
        }
        if let lost = known.first(where: { tasks[$0] == nil }) { return "task \(lost) has events and is not there" }
        let undone = completed.first { tasks[$0]?.result?.status != .completed }
        if let undone { return "task \(undone) was completed and is not" }
        let early = tasks.first { key, task in
            task.result?.status == .completed && !completed.contains(key)
        }
        return early.map { "task \($0.key) is completed without an event" }
    }
}
