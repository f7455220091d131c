import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Glibc
import Testing

@Suite("SIGTERM in the middle of work")
struct StopTests {
    @Test("costs a workflow no attempt: it goes on with the very attempt that ran")
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
            #expect(task.attempts == 1)
        }
    }

    @Test("ends with 0 whatever is under way: requests, lists, removals of history, agents", arguments: 0..<6)
    func busy(round: Int) async throws {
        let daemon = try await DaemonProcess(environment: ["CONDUCTOR_RETENTION_MAX_BYTES": "100000"])
        var agents: [TestAgent] = []
        for number in 0..<40 { agents.append(try await TestAgent("coder-\(number)", .coding, on: daemon)) }
        var clients: [ConductorClient] = []
        for _ in 0..<16 { clients.append(try await daemon.connect()) }
        try await withThrowingDiscardingTaskGroup { group in
            for agent in agents { group.addTask { await agent.serve() } }
            for _ in 0..<4 {
                let reader = try await daemon.connect()
                group.addTask {
                    while (try? await reader.tasks(TaskQuery(page: Page(limit: 200)))) != nil {}
                }
            }
            for (worker, client) in clients.enumerated() {
                group.addTask {
                    for number in 0... {
                        let task = TaskDefinition(name: "busy", assignedTo: .coding)
                        guard (try? await client.dispatchDetached(task, whenBusy: .queue)) != nil else { return }
                        if worker == 0, number == 10 + 3 * round { daemon.child.signal(SIGTERM) }
                    }
                }
            }
        }
        #expect(await daemon.child.exit == ChildProcess.Exit(status: 0))
    }
}
