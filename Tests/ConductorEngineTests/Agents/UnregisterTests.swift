import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("An agent that is unregistered while it works")
struct UnregisterTests {
    private static func scene() throws -> (Scene, TaskAssignment) {
        var scene = Scene()
        scene.register("busy", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        let order = try scene.order("t")
        scene.register("other", .coding)
        scene.ask(.agentUnregister(id("busy")))
        return (scene, order)
    }

    @Test("is told to stop the command, and loses the attempt")
    func told() throws {
        let (scene, order) = try Self.scene()
        let told = scene.outputs.contains { output in
            guard case .notify(let connection, .cancel(let task, _, let attempt, _)) = output else { return false }
            return connection == ConnectionID(Scene.connection(of: "busy")) && task == order.task.taskID
                && attempt == order.attempt
        }
        #expect(told)
        #expect(scene.kinds.contains(.taskRetrying))
    }

    @Test("has the task started elsewhere once it has stopped")
    func stopped() throws {
        var (scene, order) = try Self.scene()
        scene.wait(.seconds(5))
        #expect(scene.started == ["t"])
        #expect(scene.answer(order, .failed("CANCELLED", "as told"))?.refusal?.code == .staleAttempt)
        scene.wait(.zero)
        #expect(scene.started == ["t", "t"])
    }

    @Test("has the task started elsewhere after ten seconds if it says nothing, once")
    func silent() throws {
        var (scene, order) = try Self.scene()
        scene.wait(.milliseconds(9_999))
        #expect(scene.started == ["t"])
        scene.wait(.milliseconds(1))
        #expect(scene.started == ["t", "t"])
        scene.answer(order, .failed("CANCELLED", "late"))
        scene.wait(.seconds(5))
        #expect(scene.started == ["t", "t"])
    }

    @Test("that stops after the task was cancelled starts nothing")
    func cancelled() throws {
        var (scene, order) = try Self.scene()
        scene.ask(.taskCancel(TaskKey(taskID: id("t")), reason: nil))
        scene.answer(order, .failed("CANCELLED", "as told"))
        scene.wait(.seconds(60))
        #expect(scene.started == ["t"])
    }
}
