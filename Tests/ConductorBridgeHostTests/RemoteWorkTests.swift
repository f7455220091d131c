import ConductorBridge
import ConductorBridgeHost
import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Testing

@Suite("Work for another host")
struct RemoteWorkTests {
    @Test("a task runs on the other host's agent, what it says of itself is seen, and its result comes back")
    func result() async throws {
        try await TwoHosts.run { hosts in
            let bridges = [hosts.ownerBridge(), hosts.workerBridge()]
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            let events = try await hosts.east.connect().subscribe(EventFilter(kinds: ["task.progress"])).events
            async let result = hosts.dispatch("build")
            let assignment = try await agent.nextAssignment()
            let report = AttemptReport(
                taskID: try assignment.held.taskID, attempt: assignment.attempt, token: assignment.token,
                content: .progress(percent: 40, message: "compiling"))
            try await agent.client.report(report)
            var said: [String] = []
            for try await event in events {
                said.append(event.data["message"]?.string ?? "")
                break
            }
            #expect(said == ["compiling"])
            try await agent.complete(assignment, output: #"{"binary":"a.out"}"#)
            #expect(try await result.outputData.string == #"{"binary":"a.out"}"#)
            #expect(try await hosts.details("build").attempts == 1)
            for bridge in bridges { await bridge.kill() }
        }
    }

    @Test("an answer that comes while the owner's bridge is dead reaches the daemon after its restart")
    func ownerBridgeKilled() async throws {
        try await TwoHosts.run { hosts in
            let first = hosts.ownerBridge()
            let worker = hosts.workerBridge()
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            async let result = hosts.dispatch("build")
            let assignment = try await agent.nextAssignment()
            await first.kill()
            try await agent.complete(assignment, output: #"{"made":1}"#)
            let second = hosts.ownerBridge()
            #expect(try await result.outputData.string == #"{"made":1}"#)
            #expect(try await hosts.details("build").attempts == 1)
            for bridge in [second, worker] { await bridge.kill() }
        }
    }

    @Test("an answer that comes while the worker's bridge is dead reaches the owner after its restart")
    func workerBridgeKilled() async throws {
        try await TwoHosts.run { hosts in
            let owner = hosts.ownerBridge()
            let first = hosts.workerBridge()
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            async let result = hosts.dispatch("build")
            let assignment = try await agent.nextAssignment()
            await first.kill()
            try await agent.complete(assignment, output: #"{"made":2}"#)
            let second = hosts.workerBridge()
            #expect(try await result.outputData.string == #"{"made":2}"#)
            #expect(try await hosts.details("build").attempts == 1)
            for bridge in [owner, second] { await bridge.kill() }
        }
    }

    @Test("work goes on over a kill -9 of the worker's daemon")
    func workerDaemonKilled() async throws {
        try await TwoHosts.run { hosts in
            let bridges = [hosts.ownerBridge(), hosts.workerBridge()]
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            async let result = hosts.dispatch("build")
            let assignment = try await agent.nextAssignment()
            await hosts.farm.crash()
            let daemon = try await DaemonProcess(in: hosts.farm.folder)
            let returned = try await TestAgent("builder", .coding, on: daemon, running: [try assignment.held])
            try await returned.complete(assignment, output: #"{"made":3}"#)
            #expect(try await result.outputData.string == #"{"made":3}"#)
            #expect(try await hosts.details("build").attempts == 1)
            for bridge in bridges { await bridge.kill() }
        }
    }

    @Test("a kill -9 of the owner's daemon costs no work of other hosts")
    func ownerDaemonKilled() async throws {
        try await TwoHosts.run { hosts in
            let bridges = [hosts.ownerBridge(), hosts.workerBridge()]
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            async let lost = try? hosts.dispatch("build")
            let assignment = try await agent.nextAssignment()
            await hosts.east.crash()
            _ = await lost
            let daemon = try await DaemonProcess(in: hosts.east.folder)
            try await agent.complete(assignment, output: #"{"made":4}"#)
            // The same task asked for again is the one that runs.
            #expect(try await hosts.dispatch("build").outputData.string == #"{"made":4}"#)
            #expect(try await hosts.details("build").attempts == 1)
            for bridge in bridges { await bridge.kill() }
            await daemon.crash()
        }
    }

    @Test("whatever the network loses and doubles, each task is done once")
    func badNetwork() async throws {
        try await TwoHosts.run { hosts in
            hosts.network.decide { number, _ in number.isMultiple(of: 4) ? 0 : number.isMultiple(of: 3) ? 2 : 1 }
            let bridges = [hosts.ownerBridge(), hosts.workerBridge()]
            let agent = try await TestAgent("builder", .coding, on: hosts.farm, capacity: 4)
            async let begun = Self.serve(agent)
            try await withThrowingTaskGroup(of: TaskResult.self) { group in
                for number in 1...20 { group.addTask { try await hosts.dispatch("build-\(number)") } }
                for try await result in group { #expect(result.status == .completed) }
            }
            for bridge in bridges { await bridge.kill() }
            await agent.client.close()
            // An attempt whose grant was lost goes back and is another one then, which nobody has begun.
            #expect(await begun.sorted() == (1...20).map { "build-\($0)" }.sorted())
        }
    }

    /// Completes what comes until the connection ends; gives the names of all that was begun.
    private static func serve(_ agent: TestAgent) async -> [String] {
        var names: [String] = []
        while let assignment = try? await agent.nextAssignment() {
            names.append(assignment.task.name)
            try? await agent.complete(assignment)
        }
        return names
    }

    @Test("a cancelled task is cancelled on the other host")
    func cancellation() async throws {
        try await TwoHosts.run { hosts in
            let bridges = [hosts.ownerBridge(), hosts.workerBridge()]
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            let result = Task { try await hosts.dispatch("build") }
            let assignment = try await agent.nextAssignment()
            let key = TaskKey(taskID: taskID("build"))
            #expect(try await hosts.east.connect().cancel(key, reason: "nobody needs it"))
            while let command = try await agent.nextCommand() {
                guard case .cancel(let order) = command else { continue }
                #expect(order.taskID == assignment.task.taskID)
                break
            }
            let refusal = await #expect(throws: Refusal.self) { try await result.value }
            #expect(refusal?.code == .cancelled)
            for bridge in bridges { await bridge.kill() }
        }
    }

    @Test("only agents that have the labels of what is lent get tasks of another host")
    func labels() async throws {
        try await TwoHosts.run { hosts in
            let labels = AgentLabels([try #require(AgentLabel("shared"))])
            let bridges = [hosts.ownerBridge(), hosts.workerBridge(labels: labels)]
            let plain = try await TestAgent("plain", .coding, on: hosts.farm)
            let shared = try await hosts.farm.connect()
            var registration = AgentRegistration(agentID: try #require(AgentID("shared")), agentType: .coding)
            registration.labels = labels
            _ = try await shared.register(registration)
            let result = Task { try await hosts.dispatch("build") }
            for try await order in shared.orders {
                guard case .execute(let assignment) = order else { continue }
                try await shared.complete(assignment.completion(output: #"{"made":7}"#))
                break
            }
            let output = try await result.value.outputData.string
            #expect(output == #"{"made":7}"#)
            for bridge in bridges { await bridge.kill() }
            await plain.client.close()
        }
    }

    @Test("a task may demand the host by a label")
    func hostLabel() async throws {
        try await TwoHosts.run { hosts in
            let bridges = [hosts.ownerBridge(), hosts.workerBridge()]
            let own = try await TestAgent("own", .coding, on: hosts.east)
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            let label = try #require(AgentLabel("host=farm"))
            async let served: Void = agent.serve(output: #"{"made":8}"#)
            var task = TaskDefinition(name: "build", assignedTo: .coding)
            task.agentLabels = AgentLabels([label])
            let result = try await hosts.east.connect().dispatch(task, whenBusy: .queue)
            #expect(result.outputData.string == #"{"made":8}"#)
            for bridge in bridges { await bridge.kill() }
            for client in [await own.client, await agent.client] { client.close() }
            await served
        }
    }

    @Test("a bridge that stops gives back what nobody has claimed, and the daemon's own agent has it")
    func stop() async throws {
        try await TwoHosts.run { hosts in
            // The farm says that it has room, and its requests are lost.
            hosts.network.decide { _, packet in
                packet.side == .owner && String(decoding: packet.body, as: UTF8.self).contains(#""request""#) ? 0 : 1
            }
            let owner = hosts.ownerBridge()
            let worker = hosts.workerBridge()
            let agent = try await TestAgent("builder", .coding, on: hosts.farm)
            await owner.happens { if case .registered = $0 { true } else { false } }
            let watcher = try await hosts.east.connect().subscribe(EventFilter(kinds: ["task.started"])).events
            async let result = hosts.dispatch("build")
            for try await _ in watcher { break }
            let own = try await TestAgent("own", .coding, on: hosts.east)
            try await owner.stop()
            try await own.complete(own.nextAssignment(), output: #"{"made":6}"#)
            #expect(try await result.outputData.string == #"{"made":6}"#)
            await worker.kill()
            await agent.client.close()
        }
    }

    @Test("what is no message, or from a host that is not configured, is left out and noticed")
    func strangers() async throws {
        try await TwoHosts.run { hosts in
            let owner = hosts.ownerBridge()
            let farm = hosts.network.port(TwoHosts.farm)
            let stranger = hosts.network.port(name("stranger"))
            let report = #"{"kind":"report","session":1,"number":1,"room":{"coding":9},"claims":[]}"#
            stranger.send(BridgePacket(for: .owner, peer: TwoHosts.east, body: Array(report.utf8)))
            farm.send(BridgePacket(for: .owner, peer: TwoHosts.east, body: Array("no JSON".utf8)))
            farm.send(BridgePacket(for: .worker, peer: TwoHosts.east, body: Array(#"{"kind":"offer"}"#.utf8)))
            var reasons: [String] = []
            for await notice in owner.notices {
                if case .malformed(let host, let reason) = notice { reasons.append("\(host): \(reason)") }
                if reasons.count == 3 { break }
            }
            #expect(reasons[0] == "stranger: it is not configured as a host of this one")
            #expect(reasons[1].hasPrefix("farm: "))
            #expect(reasons[2] == "farm: it is not configured as a host of this one")
            let agents = try await hosts.east.connect().agents()
            #expect(agents.isEmpty)
            await owner.kill()
        }
    }
}
