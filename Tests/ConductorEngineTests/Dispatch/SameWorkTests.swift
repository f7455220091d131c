import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Same id, same work")
struct SameWorkTests {
    private func dispatch(_ json: String) throws -> Request {
        .taskDispatch(TaskDispatch(task: try TaskDefinition(json: text(json).parsed())))
    }

    private let original =
        #"{"task_id": "t", "name": "t", "assigned_to": "coding", "input_data": {"a": 1.0, "b": [2]}}"#

    @Test("whoever asks again is attached to the running work, and all are told its outcome")
    func attached() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let first = scene.send(try dispatch(original))
        let second = scene.send(try dispatch(original), on: 2)
        scene.answer(try scene.order("t"), .completed(#"{"x": 1}"#))
        let third = scene.send(try dispatch(original), on: 3)
        for caller in [first, second, third] {
            #expect(try scene.result(caller).outputData.string == #"{"x": 1}"#)
        }
        let marks = [first, second, third].map { try? scene.answer(to: $0)?.get().repetition }
        #expect(marks == [nil, .attached, .recorded])
        #expect(scene.started == ["t"])
    }

    @Test("members may stand in another order")
    func order() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.send(try dispatch(original))
        let again = scene.ask(
            try dispatch(#"{"assigned_to":"coding","input_data":{"b":[2],"a":1.0},"name":"t","task_id":"t"}"#))
        #expect(again?.refusal == nil)
        #expect(scene.started == ["t"])
    }

    @Test(
        "other content is a conflict: numbers are compared as written, and defaults are not filled in",
        arguments: [
            #"{"task_id": "t", "name": "t", "assigned_to": "coding", "input_data": {"a": 1, "b": [2]}}"#,
            #"{"task_id": "t", "name": "t", "assigned_to": "coding", "input_data": {"a": 1.0}}"#,
            #"{"task_id":"t","name":"t","assigned_to":"coding","input_data":{"a":1.0,"b":[2]},"priority":"medium"}"#,
        ])
    func conflict(_ json: String) throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.send(try dispatch(original))
        #expect(scene.ask(try dispatch(json))?.refusal?.code == .conflict)
        scene.answer(try scene.order("t"))
        #expect(scene.ask(try dispatch(json))?.refusal?.code == .conflict)
    }

    @Test("sameness survives a restart")
    func afterRestart() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.send(try dispatch(original))
        scene.restart()
        scene.register("coder", .coding, running: [try scene.order("t")])
        let again = scene.send(try dispatch(original))
        scene.answer(try scene.order("t"))
        #expect(try scene.result(again).status == .completed)
    }

    @Test("a workflow asked for twice runs once")
    func workflowTwice() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let json = "{'workflow_id': 'w', 'name': 'w', 'tasks': [{'name': 'a', 'assigned_to': 'coding'}]}"
        let first = try scene.run(json)
        let second = try scene.run(json)
        scene.workThrough()
        let third = try scene.run(json)
        for caller in [first, second, third] { #expect(try scene.state(caller).record.status == .completed) }
        let marks = [first, second, third].map { try? scene.answer(to: $0)?.get().repetition }
        #expect(marks == [nil, .attached, .recorded])
        #expect(scene.started == ["a"])
        let other = try scene.run(json, inputs: "{'other': 1}")
        #expect(try scene.refusal(other).code == .conflict)
    }
}
