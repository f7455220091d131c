import ConductorJSON
import ConductorModel
import Testing

@Suite("Workflow plan")
struct WorkflowPlanTests {
    @Test("a workflow that can be run has no problems", arguments: rightTasks)
    func valid(tasks: String) throws {
        #expect(try problems(tasks) == [])
    }

    @Test("each problem is named by its place", arguments: wrongTasks)
    func problem(tasks: String, paths: String) throws {
        let problems = try problems(tasks)
        #expect(problems.map(\.path).joined(separator: " ") == paths)
        #expect(problems.allSatisfy { !$0.message.isEmpty })
        let definition = try definition(tasks)
        #expect(throws: try #require(problems.first)) { try WorkflowPlan(definition) }
    }

    @Test(
        "phases must be some, each once",
        arguments: [
            ("[]", "phases"), (#"["devops","devops"]"#, "phases[1]"),
        ])
    func phases(phases: String, path: String) throws {
        let definition = try WorkflowDefinition(json: parse(#"{"name":"w","phases":\#(phases)}"#))
        #expect(WorkflowPlan.problems(of: definition).map(\.path) == [path])
    }

    @Test("a task needs what it says and what its expressions name, each once and in that order")
    func impliedNeeds() throws {
        let plan = try WorkflowPlan(
            definition(
                [
                    task("a"), task("b"), task("an.id"),
                    task("c", needs: "b", "b", input: "${{ tasks.a.status }}${{ tasks['an.id'] }}${{tasks.b}}"),
                ].joined(separator: ",")))
        #expect(plan.needs[try taskID("c")]?.map(\.description) == ["b", "a", "an.id"])
        #expect(plan.needs[try taskID("a")] == [])
    }

    @Test(
        "each cycle is told once, by all that is on it, and not by what needs it",
        arguments: [
            (list(task("a", needs: "b"), task("b", needs: "a")), ["a → b → a"]),
            (list(task("x", needs: "c"), task("b", needs: "c"), task("c", needs: "b")), ["b → c → b"]),
            (
                list(task("a", needs: "b"), task("b", needs: "a"), task("c", needs: "d"), task("d", needs: "c")),
                ["a → b → a", "c → d → c"]
            ),
            (list(task("c", needs: "a"), task("a", needs: "b"), task("b", needs: "c")), ["c → a → b → c"]),
        ])
    func cycles(tasks: String, cycles: [String]) throws {
        #expect(try problems(tasks).map(\.message) == cycles.map { "form a cycle: \($0)" })
    }

    @Test("a task that is not there may be one whose name is nearly the same")
    func suggestion() throws {
        let definition = try definition(list(task("compile"), task("b", needs: "complie")))
        let missing = "there is no task \"complie\" in this workflow"
        #expect(WorkflowPlan.problems(of: definition).map(\.message) == [missing])
        #expect(
            WorkflowPlan.problems(of: definition, suggesting: true).map(\.message)
                == [missing + "; did you mean \"compile\"?"])
    }

    @Test("a task may need one that no phase takes")
    func unscheduledNeed() throws {
        #expect(try problems(list(task("a", type: nil), task("b", needs: "a"))) == [])
    }

    @Test(
        "an output is a template over tasks of the workflow, inputs and feedback",
        arguments: [
            ("${{ tasks.a.output_data.url }}", nil), ("v${{ inputs.v }}, ${{ feedback }}", nil), ("constant", nil),
            ("${{ tasks.b.output_data.url }}", "there is no task \"b\" in this workflow"),
            ("${{ tasks.a.output_data.url", "\"${{\" without \"}}\""),
        ] as [(String, String?)])
    func outputs(template: String, problem: String?) throws {
        let json = #"{"name":"w","tasks":[\#(task("a"))],"outputs":{"url":\#(template.jsonText.string)}}"#
        let definition = try WorkflowDefinition(json: parse(json))
        #expect(definition.outputs == [OutputDefinition(name: "url", template: template)])
        let problems = WorkflowPlan.problems(of: definition)
        #expect(problems == [problem.map { Problem(path: "outputs.url", message: $0) }].compactMap { $0 })
        let again = try WorkflowDefinition(json: parse(definition.jsonText.string))
        #expect(again.outputs == definition.outputs)
    }

    @Test(
        "outputs that cannot be named, are no texts, or are too many or too long are refused",
        arguments: [
            (#"{"a.b":"x"}"#, "outputs.a.b"), (#"{"":"x"}"#, "outputs"), (#"{"a":1}"#, "outputs.a"),
            ("[]", "outputs"),
            ("{" + (0...64).map { #""o\#($0)":"x""# }.joined(separator: ",") + "}", "outputs"),
            (#"{"a":"\#(String(repeating: "x", count: 70_000))"}"#, "outputs"),
        ])
    func wrongOutputs(outputs: String, field: String) throws {
        let json = try parse(#"{"name":"w","outputs":\#(outputs)}"#)
        #expect {
            _ = try WorkflowDefinition(json: json)
        } throws: { error in
            (error as? JSONFieldError)?.field == field
        }
    }

    @Test("however much is wrong, what is told of it stays small")
    func bounded() throws {
        let key = String(repeating: "k", count: 100_000)
        let wrong = Array(repeating: #""${{ \#(String(repeating: "n", count: 400)) }}""#, count: 1000)
        let text = #"{"name":"t","task_id":"t","input_data":{"\#(key)":[\#(wrong.joined(separator: ","))]}}"#
        let problems = try problems(text)
        #expect(problems.count == WorkflowPlan.maximumProblems)
        #expect(problems.allSatisfy { $0.path.utf8.count < 200 && $0.message.utf8.count < 300 })
    }

    @Test("a hundred thousand needs are checked without looking each up in all the others")
    func manyNeeds() throws {
        let tasks = (0..<2000).map { task("t\($0)") }
        let needs = (0..<100_000).map { "\"t\($0 % 2000)\"" }.joined(separator: ",")
        let last = #"{"name":"z","task_id":"z","needs":[\#(needs)]}"#
        let plan = try WorkflowPlan(definition((tasks + [last]).joined(separator: ",")))
        #expect(plan.needs[try taskID("z")]?.count == 2000)
    }

    private func definition(_ tasks: String) throws -> WorkflowDefinition {
        try WorkflowDefinition(json: parse(#"{"name":"w","tasks":[\#(tasks)]}"#))
    }

    private func problems(_ tasks: String) throws -> [Problem] {
        WorkflowPlan.problems(of: try definition(tasks))
    }
}

private func task(_ id: String, type: String? = "coding", needs: String..., input: String = "") -> String {
    let assigned = type.map { #","assigned_to":"\#($0)""# } ?? ""
    let list = needs.map { "\"\($0)\"" }.joined(separator: ",")
    return """
        {"name":"\(id)","task_id":"\(id)"\(assigned),"needs":[\(list)],"input_data":{"deep":[0,"\(input)"]}}
        """
}

/// Tasks of workflows that can be run.
private let rightTasks: [String] = [
    "",
    task("a"),
    list(task("a"), task("b", needs: "a")),
    list(task("a", needs: "b"), task("b")),
    list(task("a"), task("m", type: "monitor", needs: "a", "a")),
    task("a", input: "${{ inputs.x }} and ${{ feedback }}"),
    task("a", type: nil),
]

/// Tasks of workflows that cannot, and the paths of what is wrong.
private let wrongTasks: [(String, String)] = [
    (list(task("a"), task("a")), "tasks[1].task_id"),
    (task("a", needs: "x"), "tasks[0].needs[0]"),
    (list(task("b"), task("a", needs: "b", "x")), "tasks[1].needs[1]"),
    (task("a", needs: "a"), "tasks[0].needs[0]"),
    (list(task("m", type: "monitor"), task("a", needs: "m")), "tasks[1].needs[0]"),
    (list(task("a", needs: "b"), task("b", needs: "a")), "tasks[0].needs"),
    (task("a", input: "${{ tasks.x.status }}"), "tasks[0].input_data.deep[1]"),
    (task("a", input: "${{ tasks.a.status }}"), "tasks[0].input_data.deep[1]"),
    (task("a", input: "${{ nope }}"), "tasks[0].input_data.deep[1]"),
    (task("a", input: "${{ inputs.x"), "tasks[0].input_data.deep[1]"),
    (list(task("m", type: "monitor"), task("a", input: "${{ tasks.m.status }}")), "tasks[1].input_data.deep[1]"),
    (list(task("a", input: "${{ tasks.b.status }}"), task("b", needs: "a")), "tasks[0].needs"),
]

private func list(_ tasks: String...) -> String { tasks.joined(separator: ",") }
