import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorTestSupport
import Testing

@Suite("SIGTERM in the middle of a workflow")
struct StopTests {
    @Test("costs no attempt: the workflow goes on with the very attempt that ran")
    func noAttemptBurnt() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        var definition = WorkflowDefinition(name: "steps")
        definition.tasks = ["first", "second"].map { name in
            var task = TaskDefinition(name: name, assignedTo: .coding)
            task.taskID = TaskID(name)
            return task
        }
        let id = try await daemon.connect().runDetached(definition).workflowID
        try await agent.complete(try await agent.nextAssignment())
        let second = try await agent.nextAssignment()
        #expect(await daemon.stop() == ChildProcess.Exit(status: 0))

        let next = try await DaemonProcess(in: daemon.folder)
        let again = try await TestAgent("coder", .coding, on: next, running: [second.held])
        try await again.complete(second)
        let client = try await next.connect()
        let state = try await client.workflow(id)
        #expect(state.status == .completed)
        for name in ["first", "second"] {
            let task = try await client.task(TaskKey(workflowID: id, taskID: #require(TaskID(name))))
            #expect(task["attempts"]?.integer == 1)
        }
    }
}
