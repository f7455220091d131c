import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Gates")
struct GateTests {
    private func definition(_ more: String = "") -> String {
        """
        {'workflow_id': 'w', 'name': 'w', \(more) 'tasks': [
          {'name': 'good', 'assigned_to': 'coding'}, {'name': 'bad', 'assigned_to': 'coding'},
          {'name': 'ship', 'assigned_to': 'deploying'}]}
        """
    }

    private func run(_ scene: inout Scene, _ definition: String) throws -> WorkflowState {
        scene.register("coder", .coding)
        scene.register("shipper", .deploying)
        try scene.run(definition)
        scene.workThrough { $0.task.name == "bad" ? .failed(nil, "no") : .completed }
        return try scene.workflowState("w")
    }

    @Test("without a gate of its own a workflow is asked by the registered policy")
    func policy() throws {
        var scene = Scene()
        scene.ask(.policyRegister(.phaseGate(requiredSuccessRate: 0.6)))
        let state = try run(&scene, definition())
        #expect(state.record.status == .failed)
        #expect(state.record.errorLog.map(\.errorCode) == ["PHASE_GATE_BLOCKED"])
        #expect(state.taskResults.map(\.status) == [.completed, .failed, .skipped])
    }

    @Test("its own gate stands in the policy's place")
    func own() throws {
        var scene = Scene()
        scene.ask(.policyRegister(.phaseGate(requiredSuccessRate: 1)))
        let state = try run(&scene, definition("'gate': {'required_success_rate': 0.5},"))
        #expect(state.record.status == .completed)
        #expect(scene.kinds.filter { $0 == .gatePassed }.count == 2)
    }

    @Test("no gate is asked behind the last phase")
    func lastPhase() throws {
        var scene = Scene()
        let state = try run(&scene, definition("'phases': ['development'], 'gate': {'required_success_rate': 1},"))
        #expect(state.record.status == .completed)
        #expect(!scene.kinds.contains(.gateBlocked))
    }

    @Test("a blocked workflow that may be approved is held, also over a restart, and can be cancelled")
    func held() throws {
        var scene = Scene()
        let state = try run(
            &scene, definition("'gate': {'required_success_rate': 1}, 'on_gate_blocked': 'approve',"))
        #expect(state.record.status == .inProgress)
        #expect(state.record.isHeldAtGate)
        scene.restart()
        #expect(try scene.workflowState("w").record.isHeldAtGate)
        scene.ask(.workflowCancel(id("w"), reason: nil))
        #expect(try scene.workflowState("w").record.status == .cancelled)
    }

    @Test("checking the gate answers without changing anything")
    func check() throws {
        var scene = Scene()
        _ = try run(&scene, definition("'gate': {'required_success_rate': 0.4},"))
        let events = scene.events.count
        guard case .success(.gate(allowed: true, let results)) = scene.ask(.workflowCheckGate(id("w"))) else {
            throw Missing("an open gate")
        }
        #expect(results.map(\.policyName) == ["PhaseGatePolicy"])
        #expect(scene.events.count == events)
    }
}
