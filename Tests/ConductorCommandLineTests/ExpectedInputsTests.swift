import ConductorCommandLine
import ConductorJSON
import ConductorModel
import Testing

@Suite("The inputs that a workflow expects")
struct ExpectedInputsTests {
    private func expected(_ tasks: String) throws -> ExpectedInputs {
        let json = #"{"name":"w","phases":["development"],"tasks":[\#(tasks)]}"#
        return ExpectedInputs(try WorkflowDefinition(json: JSONText(parsing: json).parsed()))
    }

    private func task(_ input: String, type: String = "coding") -> String {
        #"{"name":"t","assigned_to":"\#(type)","input_data":\#(input)}"#
    }

    private func complaint(_ inputs: ExpectedInputs, given: [String], set: [String] = []) -> String? {
        do throws(UnexpectedInputs) {
            try inputs.check(given: given, set: set)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("are those that its expressions name, wherever they stand")
    func names() throws {
        let inputs = try expected(
            task(#"{"a":"to ${{ inputs.host }}:${{ inputs['the port'] }}","b":[{"c":"${{ inputs.user.name }}"}]}"#)
                + "," + task(#"{"d":"${{ feedback }}","e":"inputs.nothing"}"#))
        #expect(inputs.names == ["host", "the port", "user"])
        #expect(complaint(inputs, given: ["host", "the port", "user"]) == nil)
    }

    @Test("of outputs are known, and need not be given")
    func outputs() throws {
        let json = #"{"name":"w","outputs":{"o":"${{ inputs.host }}"}}"#
        let inputs = ExpectedInputs(try WorkflowDefinition(json: JSONText(parsing: json).parsed()))
        #expect(inputs.names == ["host"])
        #expect(complaint(inputs, given: []) == nil)
        #expect(complaint(inputs, given: ["host"], set: ["host"]) == nil)
    }

    @Test("that are misspelt are told with what was meant, and with all names")
    func misspelt() throws {
        let inputs = try expected(task(#"{"a":"${{ inputs.target }} ${{ inputs.env }}"}"#))
        #expect(
            complaint(inputs, given: ["traget", "env"], set: ["traget"]) == """
                unknown input traget; did you mean target?
                input target was not given (--set target=…); is it traget?
                inputs of this workflow: env, target
                """)
        #expect(
            complaint(inputs, given: ["target", "env", "x"], set: ["x"])
                == "unknown input x\ninputs of this workflow: env, target")
    }

    @Test("may be more in a file, which may serve several workflows, and are not missed by a task that never runs")
    func tolerated() throws {
        let inputs = try expected(
            task(#"{"a":"${{ inputs.a }}"}"#) + "," + task(#"{"b":"${{ inputs.b }}"}"#, type: "monitor"))
        #expect(complaint(inputs, given: ["a", "other"]) == nil)
        #expect(complaint(inputs, given: ["a", "b"], set: ["b"]) == nil)
        #expect(complaint(inputs, given: ["b"]) != nil)
    }

    @Test("may have any name where an expression takes them all")
    func whole() throws {
        let inputs = try expected(task(#"{"all":"${{ inputs }}","a":"${{ inputs.a }}"}"#))
        #expect(inputs.takesAny)
        #expect(complaint(inputs, given: ["a", "x"], set: ["x"]) == nil)
        #expect(complaint(inputs, given: ["x"], set: ["x"]) != nil)
    }

    @Test(
        "are thought to be the nearest that is near enough",
        arguments: [
            ("traget", "target"), ("targe", "target"), ("Target", "target"), ("tagretx", "target"), ("tgt", nil),
            ("x", nil), ("", nil),
        ] as [(String, String?)])
    func similarity(word: String, meant: String?) {
        #expect(word.mostSimilar(among: ["env", "target", "verbose"]) == meant)
    }
}
