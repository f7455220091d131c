import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Failures that are accepted at a gate")
struct AcceptedFailureTests {
    /// Held after DEVELOPMENT: `build` failed, `check` was skipped for it, `ship` needs it, and so does `tell`.
    private static func scene() throws -> (Scene, Caller) {
        var scene = Scene.patient("coder")
        scene.register("shipper", .deploying)
        scene.register("watcher", .monitor)
        let caller = try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'gate': {'required_success_rate': 1}, 'on_gate_blocked': 'approve',
             'tasks': [
              {'task_id': 'good', 'name': 'good', 'assigned_to': 'coding'},
              {'task_id': 'build', 'name': 'build', 'assigned_to': 'coding'},
              {'task_id': 'check', 'name': 'check', 'assigned_to': 'coding', 'needs': ['build']},
              {'task_id': 'ship', 'name': 'ship', 'assigned_to': 'deploying', 'needs': ['build', 'check']},
              {'task_id': 'tell', 'name': 'tell', 'assigned_to': 'monitor',
               'input_data': {'url': '${{ tasks.build.output_data.url }}'}}]}
            """)
        scene.workThrough { $0.task.name == "build" ? .failed("BROKEN", "no") : .completed }
        #expect(try scene.workflowState("w").record.isHeldAtGate)
        return (scene, caller)
    }

    private static func decide(accept: Bool, approve: Bool = true, _ scene: inout Scene) -> Result<Reply, Refusal>? {
        var approval = WorkflowApproval(workflowID: id("w"), approve: approve)
        approval.acceptFailures = accept
        return scene.ask(.workflowApprove(approval))
    }

    @Test("count as done for what needs them, in their phase and in later ones; later gates do not ask for them")
    func accepted() throws {
        var (scene, caller) = try Self.scene()
        #expect(Self.decide(accept: true, &scene)?.refusal == nil)
        scene.workThrough()
        let state = try scene.state(caller)
        #expect(scene.started == ["good", "build", "check", "ship"])
        #expect(state.record.status == .completed)
        #expect(state.result("build")?.status == .failed, "it stays what it is")
        #expect(state.record.failedTaskCount == 2)
        #expect(scene.kinds.count { $0 == .gateBlocked } == 1)
    }

    @Test("have no output: what asks for it fails with EXPRESSION_ERROR")
    func noOutput() throws {
        var (scene, caller) = try Self.scene()
        _ = Self.decide(accept: true, &scene)
        scene.workThrough()
        #expect(try scene.state(caller).result("tell")?.errorCode == "EXPRESSION_ERROR")
    }

    @Test("that are not, leave what needs them skipped, and are asked for once at each gate")
    func plain() throws {
        var (scene, caller) = try Self.scene()
        _ = Self.decide(accept: false, &scene)
        #expect(try scene.workflowState("w").record.isHeldAtGate)
        _ = Self.decide(accept: false, &scene)
        let state = try scene.state(caller)
        #expect(scene.started == ["good", "build"])
        #expect(state.result("ship")?.status == .skipped)
        #expect(state.record.status == .completed)
        #expect(scene.kinds.count { $0 == .gateBlocked } == 2)
    }

    @Test("stay accepted over a restart, until the task itself is retried")
    func restart() throws {
        var (scene, _) = try Self.scene()
        _ = Self.decide(accept: true, &scene)
        scene.answer(try scene.order("check"), .completed)
        scene.restart()
        scene.register("coder", .coding)
        scene.register("shipper", .deploying)
        scene.register("watcher", .monitor)
        scene.workThrough()
        #expect(try scene.workflowState("w").result("ship")?.status == .completed)
        scene.ask(.workflowRetry(WorkflowRetry(workflowID: id("w"))))
        scene.workThrough { $0.task.name == "build" ? .failed("BROKEN", "still") : .completed }
        #expect(try scene.workflowState("w").record.isHeldAtGate)
    }

    @Test("go with an approval only")
    func denied() throws {
        var (scene, _) = try Self.scene()
        #expect(Self.decide(accept: true, approve: false, &scene)?.refusal?.code == .invalidParams)
        #expect(try scene.workflowState("w").record.isHeldAtGate)
    }

    @Test("may be retried at the gate instead: what failed runs anew, then the gate is asked again")
    func retried() throws {
        var (scene, caller) = try Self.scene()
        #expect(scene.ask(.workflowRetry(WorkflowRetry(workflowID: id("w"))))?.refusal == nil)
        scene.workThrough { $0.task.name == "build" ? .completed(#"{"url": "u"}"#) : .completed }
        let state = try scene.state(caller)
        #expect(state.record.status == .completed && state.record.failedTaskCount == 0)
        #expect(scene.started == ["good", "build", "build", "check", "ship", "tell"])
    }
}
