import ConductorClient
import ConductorModel
import ConductorProtocol
import ConductorTestSupport

/// A little of everything, one request at a time: so that it is known which of them a fault must have hit.
struct ScriptedSession {
    let name: String
    let ledger: Ledger

    /// Called behind each acknowledgement.
    var acknowledged: @Sendable () async -> Void = {}

    func run(on daemon: DaemonProcess) async throws {
        let agent = try await TestAgent("scripted-\(name)", .coding, on: daemon)
        let client = try await daemon.connect()
        for number in 0..<3 {
            let definition = Workload.task("\(name)-\(number)")
            _ = try await client.dispatchDetached(definition, whenBusy: .queue)
            await note(.submitted(definition))
            try await complete(try await agent.nextAssignment(), agent)
        }
        var failing = Workload.task("\(name)-failing")
        failing.retry = RetryPolicy()
        failing.retry?.maxRetries = 0
        _ = try await client.dispatchDetached(failing, whenBusy: .queue)
        await note(.submitted(failing))
        try await agent.fail(try await agent.nextAssignment())
        await acknowledged()
        try await redrive(failing, client, agent)

        let workflow = Workload.workflow(name)
        _ = try await client.runDetached(workflow)
        await note(.started(workflow))
        try await complete(try await agent.nextAssignment(), agent)
        try await read(client)
    }

    private func redrive(_ task: TaskDefinition, _ client: ConductorClient, _ agent: TestAgent) async throws {
        let letters = try await client.deadLetters().letters
        guard let letter = letters.first(where: { $0.key.taskID == task.taskID }) else { return }
        _ = try await client.redrive(DeadLetterRedrive(id: letter.id))
        await note(.redriven(letter.id, letter.key))
        try await complete(try await agent.nextAssignment(), agent)
    }

    private func read(_ client: ConductorClient) async throws {
        _ = try await client.tasks()
        _ = try await client.workflows()
        _ = try await client.status()
        for number in 0..<3 {
            guard let id = Workload.task("\(name)-\(number)").taskID else { continue }
            _ = try await client.task(TaskKey(taskID: id))
        }
    }

    private func complete(_ assignment: TaskAssignment, _ agent: TestAgent) async throws {
        let output = #"{"attempt": \#(assignment.attempt)}"#
        try await agent.complete(assignment, output: output)
        guard let id = assignment.task.taskID else { return }
        let outcome = Ledger.Outcome(attempt: assignment.attempt, status: "completed", output: output)
        await note(.result(TaskKey(workflowID: assignment.workflowID, taskID: id), outcome))
    }

    private func note(_ fact: Ledger.Fact) async {
        await ledger.note(fact)
        await acknowledged()
    }
}
