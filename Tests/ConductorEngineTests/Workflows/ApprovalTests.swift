import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Approving a gate")
struct ApprovalTests {
    /// Held behind DEVELOPMENT, where one of two tasks failed.
    private func scene() throws -> (Scene, Caller) {
        var scene = Scene.patient("coder")
        scene.register("shipper", .deploying)
        let caller = try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'gate': {'required_success_rate': 0.6}, 'on_gate_blocked': 'approve',
             'tasks': [{'name': 'good', 'assigned_to': 'coding'}, {'name': 'bad', 'assigned_to': 'coding'},
               {'name': 'ship', 'assigned_to': 'deploying'}]}
            """)
        for name in ["good", "bad"] {
            scene.answer(try scene.order(name), name == "bad" ? .failed(nil, "no") : .completed)
        }
        #expect(try scene.workflowState("w").record.isHeldAtGate)
        return (scene, caller)
    }

    private func decide(
        _ approve: Bool, comment: String? = nil, key: String? = nil, _ scene: inout Scene
    ) -> Result<Reply, Refusal>? {
        var approval = WorkflowApproval(workflowID: id("w"), approve: approve, comment: comment)
        approval.requestKey = key
        return scene.ask(.workflowApprove(approval))
    }

    private func comments(_ kind: EventKind, _ scene: Scene) throws -> [String?] {
        try scene.events.filter { $0.kind == kind }.map { try $0.data.parsed()["comment"]?.string }
    }

    @Test("lets the workflow go on, with the comment in its event", arguments: [false, true])
    func approved(afterRestart: Bool) throws {
        var (scene, caller) = try scene()
        if afterRestart {
            scene.restart()
            scene.register("shipper", .deploying)
        }
        guard case .success(.workflowState(let state)) = decide(true, comment: "ship it", &scene) else {
            throw Missing("a state")
        }
        #expect(!state.record.isHeldAtGate && state.record.status == .inProgress)
        #expect(state.record.currentPhase == .devops)
        scene.workThrough()
        #expect(try scene.workflowState("w").record.status == .completed)
        if !afterRestart { #expect(try scene.state(caller).record.status == .completed) }
        #expect(try comments(.gateApproved, scene) == ["ship it"])
    }

    @Test("ends the workflow as failed where it is denied, with the comment in its log")
    func denied() throws {
        var (scene, caller) = try scene()
        guard case .success(.workflowState(let state)) = decide(false, comment: "not today", &scene) else {
            throw Missing("a state")
        }
        #expect(state.record.status == .failed)
        #expect(state.record.errorLog.last?.errorCode == "PHASE_GATE_BLOCKED")
        #expect(state.record.errorLog.last?.error.contains("not today") == true)
        #expect(try scene.state(caller).record.status == .failed)
        #expect(!scene.started.contains("ship"))
        #expect(try comments(.gateDenied, scene) == ["not today"])
    }

    @Test("while the workflow is paused takes effect when it is resumed")
    func whilePaused() throws {
        var (scene, _) = try scene()
        scene.ask(.workflowPause(id("w")))
        guard case .success(.workflowState(let state)) = decide(true, &scene) else { throw Missing("a state") }
        #expect(state.record.isPaused && !state.record.isHeldAtGate)
        #expect(!scene.started.contains("ship"))
        scene.ask(.workflowResume(id("w")))
        #expect(scene.started.contains("ship"))
    }

    @Test("with the same request_key is done once, after the workflow's end too", arguments: [true, false])
    func requestKey(approve: Bool) throws {
        var (scene, _) = try scene()
        for _ in 0..<3 {
            guard case .success(.workflowState) = decide(approve, key: "once", &scene) else { throw Missing("a state") }
            scene.workThrough()
        }
        let decided = scene.kinds.filter { $0 == .gateApproved || $0 == .gateDenied }
        #expect(decided == [approve ? .gateApproved : .gateDenied])
    }

    @Test("is CONFLICT where nothing is held, and NOT_FOUND where there is no such workflow")
    func refused() throws {
        var (scene, _) = try scene()
        _ = decide(true, &scene)
        #expect(decide(true, &scene)?.refusal?.code == .conflict)
        scene.workThrough()
        #expect(decide(false, &scene)?.refusal?.code == .conflict)
        var empty = Scene()
        #expect(decide(true, &empty)?.refusal?.code == .notFound)
    }
}
