import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Expressions")
struct ExpressionTests {
    @Test("many of them into one long list are evaluated, each to its own element")
    func manyElements() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let list = (0..<20_000).map(String.init).joined(separator: ",")
        let expressions = (0..<5_000).map { "'${{ inputs.a[\(19_999 - $0)] }}'" }.joined(separator: ",")
        try scene.run(
            """
            {'name': 'w', 'tasks': [{'name': 't', 'assigned_to': 'coding', 'input_data': {'v': [\(expressions)]}}]}
            """, inputs: "{'a': [\(list)]}")
        let input = try #require(scene.assignments.first?.task.inputData)
        let expected = (0..<5_000).map { "\(19_999 - $0)" }.joined(separator: ",")
        #expect(input.string == #"{"v":[\#(expected)]}"#)
    }

    @Test("names that differ in their bytes alone are told apart, however often they are asked for")
    func equivalentNames() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let expressions = (0..<4).map { _ in "'${{ inputs.\u{E9} }}','${{ inputs.e\u{301} }}'" }.joined(separator: ",")
        try scene.run(
            """
            {'name': 'w', 'tasks': [{'name': 't', 'assigned_to': 'coding', 'input_data': {'v': [\(expressions)]}}]}
            """, inputs: "{'\u{E9}': 1, 'e\u{301}': 2}")
        let input = try #require(scene.assignments.first?.task.inputData)
        #expect(input.string == #"{"v":[1,2,1,2,1,2,1,2]}"#)
    }

    @Test(
        "those of many tasks with large inputs are evaluated over several turns, over a restart too",
        arguments: [false, true])
    func severalTurns(restarts: Bool) throws {
        var scene = Scene()
        let tasks = (0..<8).map {
            "{'task_id': 't\($0)', 'name': 't\($0)', 'assigned_to': 'coding', 'input_data': {'v': '${{ inputs }}'}}"
        }.joined(separator: ",")
        let long = String(repeating: "x", count: 700_000)
        try scene.run(
            "{'workflow_id': 'w', 'name': 'w', 'parallelism': 8, 'agent_wait_seconds': 600, 'tasks': [\(tasks)]}",
            inputs: "{'a': '\(long)'}")
        let queued = scene.kinds.count { $0 == .taskQueued }
        #expect(queued > 1 && queued < 5)
        if restarts { scene.restart() }
        scene.wait(.zero)
        #expect(scene.kinds.count { $0 == .taskQueued } == 8)
    }

    private let output =
        #"{"n": 2.50, "big": 12345678901234567890, "list": [1, {"x": "é"}], "text": "say \"hi\"", "none": null}"#

    private func input(_ expression: String) throws -> (input: String?, errors: [ErrorLogEntry]) {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 2)
        let caller = try scene.run(
            """
            {'name': 'w', 'parallelism': 2, 'tasks': [
              {'task_id': 'an.id', 'name': 'first', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'second', 'assigned_to': 'coding', 'input_data': {'v': '\(expression)'}}]}
            """, inputs: "{'who': 'Ada', 'deep': {'er': [true]}}")
        scene.workThrough { $0.task.name == "first" ? .completed(output) : .completed }
        let order = scene.assignments.first { $0.task.name == "second" }
        return (order?.task.inputData.string, try scene.state(caller).record.errorLog)
    }

    @Test(
        "a string that is only an expression takes the value's own type and digits; within a text it is inserted",
        arguments: [
            ("${{ tasks[\\'an.id\\'].output_data.n }}", "2.50"),
            ("${{tasks[\\'an.id\\'].output_data.big}}", "12345678901234567890"),
            ("${{ tasks[\\'an.id\\'].output_data.list[1].x }}", #""é""#),
            ("${{ tasks[\\'an.id\\'].output_data.list }}", #"[1, {"x": "é"}]"#),
            ("${{ tasks[\\'an.id\\'].output_data.none }}", "null"),
            ("${{ tasks[\\'an.id\\'].status }}", #""completed""#),
            ("${{ inputs.who }}", #""Ada""#),
            ("${{ inputs.deep.er[0] }}", "true"),
            ("${{ feedback }}", "null"),
            ("n=${{ tasks[\\'an.id\\'].output_data.n }}!", #""n=2.50!""#),
            ("${{ tasks[\\'an.id\\'].output_data.text }} to ${{ inputs.who }}", #""say \"hi\" to Ada""#),
            ("no expression", #""no expression""#),
            ("echo $${{ github.sha }}", #""echo ${{ github.sha }}""#),
            ("$${{ inputs.who }} costs $$${{ inputs.who }}", #""${{ inputs.who }} costs $Ada""#),
        ])
    func value(_ expression: String, _ expected: String) throws {
        let (input, errors) = try input(expression.replacing("\\'", with: "\\\""))
        let value = try #require(try input.map { try JSONText(parsing: $0).parsed() }?["v"])
        #expect(value.isEquivalent(to: try JSONText(parsing: expected).parsed()))
        #expect(errors.isEmpty)
    }

    @Test(
        "a path that is not there fails the task with EXPRESSION_ERROR, and the workflow goes on",
        arguments: [
            ("${{ tasks[\\'an.id\\'].output_data.missing }}", "task an.id has no output missing"),
            ("${{ tasks[\\'an.id\\'].output_data.list[2] }}", "there is no element 2 in it"),
            ("${{ tasks[\\'an.id\\'].output_data.n.deeper }}", "there is no member deeper in it"),
            ("${{ tasks[\\'an.id\\'].nothing }}", "the result of task an.id has no nothing"),
            ("${{ inputs.nobody }}", "input nobody was not given"),
            ("${{ feedback.severity }}", "the feedback has no severity"),
        ])
    func notThere(_ expression: String, _ reason: String) throws {
        let (input, errors) = try input(expression.replacing("\\'", with: "\\\""))
        #expect(input == nil)
        #expect(errors.map(\.errorCode) == ["EXPRESSION_ERROR"])
        #expect(errors.first?.taskID == id("b"))
        #expect(errors.first?.error.hasSuffix(": \(reason)") == true)
    }

    @Test("what an output holds is not evaluated again")
    func onlyOnce() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        try scene.run(
            """
            {'name': 'w', 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding',
               'input_data': {'v': '${{ tasks.a.output_data.v }}'}}]}
            """)
        scene.workThrough { _ in .completed(#"{"v": "${{ inputs.secret }}"}"#) }
        #expect(try scene.order("b").task.inputData.parsed()["v"]?.string == "${{ inputs.secret }}")
    }

    @Test("a short input that names a long output many times fails before it grows")
    func bounded() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let many = Array(repeating: "'${{ tasks.a.output_data }}'", count: 5000).joined(separator: ",")
        let caller = try scene.run(
            """
            {'name': 'w', 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding', 'input_data': {'v': [\(many)]}}]}
            """)
        let long = String(repeating: "x", count: 100_000)
        scene.workThrough { _ in .completed(#"{"v": "\#(long)"}"#) }
        #expect(try scene.state(caller).record.errorLog.map(\.errorCode) == ["EXPRESSION_ERROR"])
    }
}
