import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("What each user has")
struct AccountTests {
    private func accounts(_ scene: inout Scene) -> [AccountUsage] {
        guard case .success(.accounts(let accounts)) = scene.ask(.accountList, on: 9999) else { return [] }
        return accounts
    }

    private func quota(_ refusal: Refusal?) -> Refusal.Detail? { refusal?.details["quota"] }

    @Test("is listed while it is there, and is nothing once all has ended")
    func list() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.enqueue(task("first", .coding), as: Scene.bob)
        scene.enqueue(task("second", .coding) { $0.inputData = text(#"{"a": 1}"#) }, as: Scene.bob)
        try scene.run("{'workflow_id': 'w', 'name': 'w', 'tasks': [{'name': 't', 'assigned_to': 'review'}]}")
        let before = accounts(&scene)
        #expect(before.map(\.uid) == [1000, 1001])
        #expect(before[0].agents == 1 && before[0].liveWorkflows == 1 && before[0].liveTasks == 1)
        #expect(before[1].liveTasks == 2)
        #expect(before[0].liveBytes > 0)
        scene.workThrough()
        _ = scene.ask(.workflowCancel(id("w"), reason: nil))
        let after = accounts(&scene)
        #expect(after.map(\.uid) == [1000])
        #expect(after[0].liveTasks == 0 && after[0].liveWorkflows == 0 && after[0].liveBytes == 0)
        #expect(after[0].agents == 1)
    }

    @Test("agents: one more than a user may have is refused, and another user registers")
    func agents() {
        var scene = Scene { $0.limits.maxAgentsPerUID = 2 }
        #expect(scene.register("a", .coding)?.refusal == nil)
        #expect(scene.register("b", .coding)?.refusal == nil)
        #expect(quota(scene.register("c", .coding)?.refusal) == .text("max_agents_per_uid"))
        #expect(scene.register("d", .coding, as: Scene.bob)?.refusal == nil)
        // It is there already.
        scene.disconnect("a")
        #expect(scene.register("a", .coding)?.refusal == nil)
    }

    @Test("agents: one that was lost makes room for a new one, the oldest first")
    func lostAgents() {
        var scene = Scene { $0.limits.maxAgentsPerUID = 2 }
        for name in ["a", "b"] {
            scene.register(name, .coding)
            scene.disconnect(name)
            scene.wait(.seconds(120))
        }
        #expect(scene.register("c", .coding)?.refusal == nil)
        #expect(scene.agent("a") == nil)
        #expect(scene.agent("b")?.status == .failed)
    }

    @Test("agents: one that was lost leaves the registry after a week, over a restart too", arguments: [false, true])
    func lostForAWeek(restarts: Bool) {
        var scene = Scene()
        scene.register("a", .coding)
        scene.disconnect("a")
        scene.wait(.seconds(6 * 86_400))
        #expect(scene.agent("a")?.status == .failed)
        if restarts { scene.restart(after: .seconds(60)) }
        scene.wait(.seconds(2 * 86_400))
        #expect(scene.agent("a") == nil)
        #expect(scene.kinds.last == .agentUnregistered)
    }

    @Test("workflows: one more than a user may have is refused")
    func workflows() throws {
        var scene = Scene { $0.limits.maxLiveWorkflowsPerUID = 1 }
        let definition = "{'name': 'w', 'agent_wait_seconds': 600, 'tasks': [{'name': 't', 'assigned_to': 'coding'}]}"
        try scene.run(definition)
        let second = try scene.run(definition)
        #expect(quota(try scene.refusal(second)) == .text("max_live_workflows_per_uid"))
        try scene.run(definition, as: Scene.bob)
        #expect(accounts(&scene).map(\.liveWorkflows) == [1, 1])
    }

    @Test("bytes of live tasks: one byte more than a user may have is refused, and nothing of it stays")
    func bytes() throws {
        let one = task("t", .coding) { $0.inputData = text(#"{"a": "bcd"}"#) }
        let size = one.source.bytes.count
        var scene = Scene { $0.limits.maxLiveBytesPerUID = 2 * size }
        scene.enqueue(one)
        scene.enqueue(one)
        let third = scene.enqueue(one)
        #expect(quota(try scene.refusal(third)) == .text("max_live_bytes_per_uid"))
        #expect(accounts(&scene).map(\.liveBytes) == [2 * size])
    }

    @Test("a result that a workflow's owner has no room for fails its task, and whoever waits is told")
    func results() throws {
        var scene = Scene { $0.limits.maxLiveBytesPerUID = 2_000 }
        scene.register("coder", .coding)
        let caller = try scene.run(
            "{'name': 'w', 'tasks': [{'task_id': 't', 'name': 't', 'assigned_to': 'coding'}]}")
        let long = String(repeating: "x", count: 2_000)
        scene.workThrough { _ in .completed(#"{"text": "\#(long)"}"#) }
        let result = try #require(try scene.state(caller).result("t"))
        #expect(result.status == .failed)
        #expect(result.errorCode == "QUOTA_EXCEEDED")
        // It was not the agent's fault.
        #expect(scene.agent("coder")?.breaker == .closed)
        #expect(accounts(&scene).map(\.liveBytes) == [0])
    }

    @Test("of a failure that has no room the code and the message are kept, and the output is not")
    func failures() throws {
        var scene = Scene { $0.limits.maxLiveBytesPerUID = 2_000 }
        scene.register("coder", .coding)
        let caller = try scene.run(
            "{'name': 'w', 'tasks': [{'task_id': 't', 'name': 't', 'assigned_to': 'coding'}]}")
        let order = try scene.order("t")
        var failure = WorkAnswer.failed("BROKEN", "it broke").completion(of: order)
        failure.outputData = text("{\"a\":\"\(String(repeating: "x", count: 2_000))\"}")
        _ = scene.ask(.taskComplete(failure), on: 50)
        let result = try #require(try scene.state(caller).result("t"))
        #expect(result.errorCode == "BROKEN")
        #expect(result.outputData == .emptyObject)
        #expect(accounts(&scene).map(\.liveBytes) == [0])
    }

    @Test("an input that is too large once its expressions are evaluated fails its task")
    func inputs() throws {
        var scene = Scene { $0.limits.maxLiveBytesPerUID = 3_000 }
        scene.register("coder", .coding)
        let long = String(repeating: "x", count: 2_000)
        let caller = try scene.run(
            """
            {'name': 'w', 'tasks': [{'task_id': 't', 'name': 't', 'assigned_to': 'coding',
             'input_data': {'v': '${{ inputs.long }}'}}]}
            """, inputs: "{'long': '\(long)'}")
        #expect(try scene.state(caller).result("t")?.errorCode == "QUOTA_EXCEEDED")
    }

    @Test("channels: a user may listen on so many, over all connections")
    func channels() {
        var scene = Scene { $0.limits.maxSubscriptionsPerUID = 2 }
        #expect(scene.ask(.busSubscribe(channel: "a"), on: 1)?.refusal == nil)
        #expect(scene.ask(.busSubscribe(channel: "a"), on: 2)?.refusal == nil)
        #expect(quota(scene.ask(.busSubscribe(channel: "b"), on: 3)?.refusal) == .text("max_subscriptions_per_uid"))
        #expect(scene.ask(.busSubscribe(channel: "a"), on: 1)?.refusal == nil)
        scene.feed(.disconnected(ConnectionID(1)))
        #expect(scene.ask(.busSubscribe(channel: "b"), on: 3)?.refusal == nil)
    }

    @Test("a submitter sees lists of work, but not everybody's dead letters, which have inputs")
    func submitterLists() {
        var scene = Scene()
        let peer = Peer(uid: 1002, gid: 1002, pid: 1, role: .submitter)
        #expect(scene.ask(.deadLetterList(Page()), as: peer)?.refusal?.code == .permissionDenied)
        #expect(scene.ask(.taskList(TaskQuery()), as: peer)?.refusal == nil)
    }
}
