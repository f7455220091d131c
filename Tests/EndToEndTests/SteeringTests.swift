import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Testing

@Suite("Steering workflows over the socket", .timeLimit(.minutes(5)))
struct SteeringTests {
    @Test("a paused workflow keeps its next task, over kill -9 too, until it is resumed")
    func pause() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        var definition = WorkflowDefinition(name: "two")
        definition.tasks = [
            TaskDefinition(name: "first", assignedTo: .coding), TaskDefinition(name: "second", assignedTo: .coding),
        ]
        let id = try await client.runDetached(definition).workflowID
        let first = try await agent.nextAssignment()
        #expect(try await client.pause(id).isPaused)
        try await agent.complete(first)
        await daemon.crash()

        let next = try await DaemonProcess(in: daemon.folder)
        let agentAgain = try await TestAgent("coder", .coding, on: next)
        let clientAgain = try await next.connect()
        let paused = try await clientAgain.workflow(id)
        #expect(paused.isPaused && paused.completedTaskCount == 1)
        #expect(try await clientAgain.agents(AgentQuery(available: true)).count == 1)
        #expect(try await !clientAgain.resume(id).isPaused)
        let second = try await agentAgain.nextAssignment()
        #expect(second.task.name == "second")
        try await agentAgain.complete(second)
        #expect(try await clientAgain.workflow(id).status == .completed)
    }

    @Test("a workflow that is held at a gate goes on when it is approved, and what failed is retried")
    func approveAndRetry() async throws {
        let daemon = try await DaemonProcess()
        let coder = try await TestAgent("coder", .coding, on: daemon)
        let shipper = try await TestAgent("shipper", .deploying, on: daemon)
        let client = try await daemon.connect()
        let text = """
            {"name":"gated","gate":{"required_success_rate":0.5},"on_gate_blocked":"approve","tasks":[
              {"task_id":"bad","name":"bad","assigned_to":"coding"},
              {"task_id":"ship","name":"ship","assigned_to":"deploying"}]}
            """
        let definition = try WorkflowDefinition(json: JSONText(parsing: text).parsed())
        let subscription = try await client.subscribe(EventFilter(kinds: ["gate.blocked", "gate.approved"]))
        let id = try await client.runDetached(definition).workflowID
        try await coder.fail(try await coder.nextAssignment(), code: "BROKEN")
        var events = subscription.events.makeAsyncIterator()
        #expect(try await events.next()?.kind == "gate.blocked")
        #expect(try await client.workflow(id).isHeldAtGate)

        _ = try await client.approve(WorkflowApproval(workflowID: id, approve: true, comment: "known"))
        #expect(try await events.next()?.data["comment"]?.string == "known")
        try await shipper.complete(try await shipper.nextAssignment())
        #expect(try await client.workflow(id).status == .completed)

        #expect(try await client.retry(WorkflowRetry(workflowID: id)).status == .inProgress)
        let again = try await coder.nextAssignment()
        #expect(again.task.name == "bad" && again.attempt == 2)
        try await coder.complete(again)
        let state = try await client.workflow(id)
        #expect(state.status == .completed && state.completedTaskCount == 2 && state.failedTaskCount == 0)
        #expect(state.phaseHistory.map(\.iteration) == [0, 0, 0, 1, 1, 1])
    }
}
