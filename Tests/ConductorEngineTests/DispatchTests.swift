import ConductorEngine
import ConductorJSON
import ConductorModel
import Testing

@Suite("Dispatch")
struct DispatchTests {
    @Test("a task goes to an idle agent and its result comes back")
    func success() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(task("write", .coding))
        let assignment = try #require(scene.assignments.first)
        #expect(scene.agent("coder")?.status == .running)
        scene.answer(assignment, output: #"{"lines": 3}"#)
        let result = try scene.result(caller)
        #expect(result.status == .completed)
        #expect(result.outputData.string == #"{"lines": 3}"#)
        #expect(result.agentID == id("coder"))
        #expect(scene.agent("coder")?.status == .idle)
        #expect(scene.kinds == [.agentRegistered, .taskStarted, .taskCompleted])
    }

    @Test("a workflow runs through its phases")
    func workflow() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("ops", .devops)
        scene.register("eye", .monitor)
        let caller = try scene.run(
            #"""
            {"name": "w", "tasks": [
              {"task_id": "a", "name": "a", "assigned_to": "coding"},
              {"task_id": "b", "name": "b", "assigned_to": "devops", "input_data": {"x": "${{ tasks.a.output_data.v }}"}},
              {"task_id": "c", "name": "c", "assigned_to": "monitor"}]}
            """#)
        scene.workThrough { $0.task.taskID == id("a") ? (.completed, #"{"v": [1, 2.50]}"#) : (.completed, "{}") }
        let state = try scene.state(caller)
        #expect(state.record.status == .completed)
        #expect(scene.assignments[1].task.inputData.string == #"{"x":[1, 2.50]}"#)
        #expect(state.record.completedTaskCount == 3)
    }
}
