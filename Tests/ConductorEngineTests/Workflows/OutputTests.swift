import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Outputs of a workflow")
struct OutputTests {
    private func run(_ outputs: String, output: String = "{}") throws -> WorkflowOutputs {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = try scene.run(
            """
            {'name': 'w', 'tasks': [{'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'}], 'outputs': \(outputs)}
            """, inputs: "{'who': 'Ada'}")
        scene.workThrough { _ in .completed(output) }
        return try scene.state(caller).record.outputs
    }

    @Test("take the value's own type, also of a result's other members, of inputs and of feedback")
    func values() throws {
        let outputs = try run(
            """
            {'n': '${{ tasks.a.output_data.n }}', 'who': 'to ${{ inputs.who }}', 'by': '${{ tasks.a.agent_id }}',
             'found': '${{ feedback }}', 'plain': 'x'}
            """, output: #"{"n": [1.50, {"x": "${{ inputs.secret }}"}]}"#)
        #expect(
            outputs.values.string
                == #"{"n":[1.50, {"x": "${{ inputs.secret }}"}],"who":"to Ada","by":"coder","found":null,"plain":"x"}"#)
        #expect(outputs.missing.isEmpty)
    }

    @Test("that lead nowhere are missing, in their order, and take none of the others with them")
    func missing() throws {
        let outputs = try run(
            "{'b': '${{ tasks.a.output_data.b }}', 'x': 'x', 'nobody': '${{ inputs.nobody }}'}")
        #expect(outputs.values.string == #"{"x":"x"}"#)
        #expect(outputs.missing.map(\.name) == ["b", "nobody"])
        #expect(outputs.missing.first?.reason.hasSuffix(": task a has no output b") == true)
        #expect(outputs.missing.last?.reason.hasSuffix(": input nobody was not given") == true)
    }

    @Test("have 64 KiB together; one that is too long is missing, and shorter ones after it are not")
    func bounded() throws {
        let long = String(repeating: "x", count: 60_000)
        let outputs = try run(
            "{'a': '${{ tasks.a.output_data.v }}', 'b': '${{ tasks.a.output_data.v }}', 'c': 'c'}",
            output: #"{"v": "\#(long)"}"#)
        #expect(outputs.values.string == #"{"a":"\#(long)","c":"c"}"#)
        #expect(outputs.missing.map(\.name) == ["b"])
        #expect(outputs.missing.first?.reason.contains("above 65536 bytes") == true)
    }

    @Test("may read 4 MiB together, as they are evaluated in one turn")
    func costBound() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let tasks = (0..<6).map { "{'task_id': 't\($0)', 'name': 't', 'assigned_to': 'coding'}" }
        let outputs = (0..<6).map { "'o\($0)': '${{ tasks.t\($0).output_data.n }}'" }
        let caller = try scene.run(
            """
            {'name': 'w', 'tasks': [\(tasks.joined(separator: ","))], 'outputs': {\(outputs.joined(separator: ","))}}
            """)
        let long = String(repeating: "x", count: 900_000)
        scene.workThrough { _ in .completed(#"{"n": 1, "v": "\#(long)"}"#) }
        let found = try scene.state(caller).record.outputs
        #expect(found.values.string == #"{"o0":1,"o1":1,"o2":1,"o3":1}"#)
        #expect(found.missing.first?.reason.contains("may read and write 4194304 bytes") == true)
    }

    @Test("are there for a workflow that failed or was cancelled too, and gone while it runs again")
    func otherEndings() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("tester", .test)
        let caller = try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'test'}],
             'outputs': {'n': '${{ tasks.a.output_data.n }}', 'b': '${{ tasks.b.status }}'}}
            """)
        scene.answer(try scene.order("a"), .completed(#"{"n": 1}"#))
        scene.ask(.workflowCancel(id("w"), reason: nil))
        let cancelled = try scene.state(caller).record
        #expect(cancelled.status == .cancelled)
        #expect(cancelled.outputs.values.string == #"{"n":1,"b":"cancelled"}"#)
        scene.ask(.workflowRetry(WorkflowRetry(workflowID: id("w"))))
        let running = try scene.workflowState("w").record
        #expect(running.status == .inProgress)
        #expect(running.outputs.values == .emptyObject && running.outputs.missing.isEmpty)
    }
}
