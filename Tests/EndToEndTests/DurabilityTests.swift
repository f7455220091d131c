import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("kill -9")
struct DurabilityTests {
    @Test("between submission and completion: the task is there, its agent is adopted, its result counts once")
    func adoption() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        let id = try await client.dispatchDetached(TaskDefinition(name: "survives", assignedTo: .coding))
        let assignment = try await agent.nextAssignment()
        await daemon.crash()

        let next = try await DaemonProcess(in: daemon.folder)
        let clientAgain = try await next.connect()
        let task = try await clientAgain.task(TaskKey(taskID: id))
        #expect(task["task"]?["status"]?.string == "in_progress")
        let agentAgain = try await TestAgent("coder", .coding, on: next, running: [assignment.held])
        try await agentAgain.complete(assignment, output: #"{"kept": 1.50}"#)
        try await agentAgain.complete(assignment, output: #"{"kept": 1.50}"#)

        let done = try await clientAgain.task(TaskKey(taskID: id))
        #expect(done["result"]?["status"]?.string == "completed")
        #expect(done["result"]?["output_data"]?.text.string == #"{"kept": 1.50}"#)
        #expect(done["attempts"]?.integer == 1)
        let events = try await clientAgain.subscribe(EventFilter(taskID: id, afterSequence: 0))
        let kinds = try await events.kinds(until: "task.completed")
        #expect(kinds == ["task.started", "task.adopted", "task.completed"])
    }

    @Test("work that its agent does not name afterwards is given out again, and not counted as a failure")
    func requeued() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        var definition = TaskDefinition(name: "again", assignedTo: .coding)
        definition.retry = RetryPolicy()
        definition.retry?.maxRetries = 0
        let id = try await client.dispatchDetached(definition)
        let first = try await agent.nextAssignment()
        await daemon.crash()

        let next = try await DaemonProcess(in: daemon.folder)
        let agentAgain = try await TestAgent("coder", .coding, on: next)
        let second = try await agentAgain.nextAssignment()
        #expect(second.task.taskID == id)
        #expect(second.attempt == 2)
        await #expect { try await agentAgain.complete(first) } throws: { ($0 as? Refusal)?.code == .staleAttempt }
        try await agentAgain.complete(second)
        let done = try await next.connect().task(TaskKey(taskID: id))
        #expect(done["result"]?["status"]?.string == "completed")
    }

    @Test("a workflow goes on where it stood")
    func workflow() async throws {
        let daemon = try await DaemonProcess()
        let coder = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        var definition = WorkflowDefinition(name: "phases")
        definition.tasks = [
            TaskDefinition(name: "first", assignedTo: .coding), TaskDefinition(name: "second", assignedTo: .coding),
            TaskDefinition(name: "third", assignedTo: .monitor),
        ]
        let id = try await client.runDetached(definition).workflowID
        try await coder.complete(try await coder.nextAssignment())
        let second = try await coder.nextAssignment()
        await daemon.crash()

        let next = try await DaemonProcess(in: daemon.folder)
        let watcher = try await TestAgent("watcher", .monitor, on: next)
        let coderAgain = try await TestAgent("coder", .coding, on: next, running: [second.held])
        try await coderAgain.complete(second)
        try await watcher.complete(try await watcher.nextAssignment())
        let state = try await next.connect().workflow(id)
        #expect(state.status == .completed)
        #expect(state.completedTaskCount == 3)
        #expect(state.phaseHistory.map(\.phase) == [.development, .devops, .monitoring])
    }

    @Test("in the middle of a stream of submissions: every one that was acknowledged is there")
    func acknowledged() async throws {
        let daemon = try await DaemonProcess()
        let client = try await daemon.connect()
        let ledger = await withTaskGroup(of: [TaskID].self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var acknowledged: [TaskID] = []
                    for number in 0..<10_000 {
                        var task = TaskDefinition(name: "t", assignedTo: .coding)
                        task.taskID = TaskID("t-\(worker)-\(number)")
                        guard let id = try? await client.dispatchDetached(task, whenBusy: .queue) else { break }
                        acknowledged.append(id)
                        if worker == 0, number == 50 { daemon.child.signal(SIGKILL) }
                    }
                    return acknowledged
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        _ = await daemon.child.exit
        #expect(ledger.count >= 50)

        let next = try await DaemonProcess(in: daemon.folder)
        let clientAgain = try await next.connect()
        for id in ledger {
            let task = try await clientAgain.task(TaskKey(taskID: id))
            #expect(task["task"]?["status"]?.string == "pending")
        }
        let status = try await clientAgain.status()
        #expect(status["queued"]?.integer ?? 0 >= ledger.count)
    }
}

extension Subscription {
    /// The kinds of the events up to the first of kind `last`.
    func kinds(until last: String) async throws -> [String] {
        var kinds: [String] = []
        for try await event in events {
            kinds.append(event.kind)
            if event.kind == last { break }
        }
        return kinds
    }
}
