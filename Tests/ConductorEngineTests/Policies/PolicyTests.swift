import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Policies")
struct PolicyTests {
    private func evaluate(
        _ scene: inout Scene, task: TaskDefinition? = nil, agent: String? = nil, workflow: String? = nil
    ) throws -> [PolicyResult] {
        let question = PolicyQuestion(task: task, agentID: agent.map { id($0) }, workflowID: workflow.map { id($0) })
        guard case .success(.policyResults(let allowed, let results)) = scene.ask(.policyEvaluate(question)) else {
            throw Missing("an evaluation")
        }
        #expect(allowed == results.allSatisfy(\.allowed))
        return results
    }

    /// All four, in the order in which they are asked.
    private func scene() -> Scene {
        var scene = Scene()
        for policy in [
            Policy.maxConcurrentTasks(limit: 1), .taskTimeout(standard: .seconds(5), maximum: .seconds(10)),
            .agentAvailability, .phaseGate(requiredSuccessRate: 0.5),
        ] {
            scene.ask(.policyRegister(policy), as: Scene.root)
        }
        return scene
    }

    @Test("those are asked that fit what is given")
    func fitting() throws {
        var scene = scene()
        scene.register("coder", .coding)
        try scene.run("{'workflow_id': 'w', 'name': 'w'}")
        let short = task("t", .coding) { $0.timeout = .seconds(9) }
        #expect(try evaluate(&scene).isEmpty)
        #expect(
            try evaluate(&scene, task: short).map(\.policyName) == ["MaxConcurrentTasksPolicy", "TaskTimeoutPolicy"])
        #expect(
            try evaluate(&scene, agent: "coder").map(\.policyName) == [
                "AgentAvailabilityPolicy", "MaxConcurrentTasksPolicy",
            ])
        #expect(try evaluate(&scene, workflow: "w").map(\.policyName) == ["PhaseGatePolicy"])
    }

    @Test(
        "a timeout is allowed between 0 and the maximum, both excluded", arguments: [(1, true), (9, true), (10, false)])
    func timeout(seconds: Int, isAllowed: Bool) throws {
        var scene = scene()
        let results = try evaluate(&scene, task: task("t", .coding) { $0.timeout = .seconds(seconds) })
        #expect(results.last?.allowed == isAllowed)
    }

    @Test("an agent that is unknown, failed or without a free slot is denied")
    func availability() throws {
        var scene = scene()
        scene.register("coder", .coding)
        #expect(try evaluate(&scene, agent: "nobody").first?.allowed == false)
        #expect(try evaluate(&scene, agent: "coder").first?.allowed == true)
        scene.dispatch(task("t", .coding) { $0.timeout = .seconds(9) })
        #expect(try evaluate(&scene, agent: "coder").map(\.allowed) == [false, false])
        scene.disconnect("coder")
        scene.wait(.seconds(60))
        #expect(try evaluate(&scene, agent: "coder").first?.allowed == false)
    }

    @Test("a gate where nothing has completed is blocked")
    func emptyGate() throws {
        var scene = scene()
        try scene.run("{'workflow_id': 'w', 'name': 'w'}")
        #expect(try evaluate(&scene, workflow: "w").map(\.allowed) == [false])
    }

    @Test("registered policies replace those of their kind, survive a restart, and are unregistered by name")
    func registration() throws {
        var scene = scene()
        scene.ask(.policyRegister(.maxConcurrentTasks(limit: 7)), as: Scene.root)
        scene.restart()
        guard case .success(.policies(let policies)) = scene.ask(.policyList) else { throw Missing("policies") }
        #expect(policies.count == 4)
        #expect(policies.contains(.maxConcurrentTasks(limit: 7)))
        for isKnown in [true, false] {
            let answer = scene.ask(.policyUnregister(name: "PhaseGatePolicy"), as: Scene.root)
            guard case .success(.unregistered(isKnown)) = answer else { throw Missing("unregistered") }
        }
    }
}
