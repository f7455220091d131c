import ConductorCommandLine
import ConductorJSON
import Testing

@Suite struct WorkflowInputsTests {
    private func json(_ settings: [String], file: String? = nil) throws -> String {
        let document = try file.map { try SourceDocument(name: "inputs.yaml", bytes: Array($0.utf8)) }
        return try WorkflowInputs(file: document, settings: settings.compactMap(WorkflowInputs.Setting.init)).json()
            .string
    }

    @Test("a value that is JSON is taken as JSON, anything else is a string")
    func values() throws {
        #expect(
            try json(["n=1.50", "b=true", "o={\"x\": [1]}", "s=hello", "q=\"5\"", "e=", "u=a=b", "j={"])
                == #"{"n":1.50,"b":true,"o":{"x": [1]},"s":"hello","q":"5","e":"","u":"a=b","j":"{"}"#)
    }

    @Test("settings stand above the file, and of two the last counts")
    func precedence() throws {
        #expect(try json(["a=2", "a=3"], file: "a: 1\nb: 2\n") == #"{"b":2,"a":3}"#)
    }

    @Test("a setting needs a name and an equals sign")
    func malformed() {
        #expect(WorkflowInputs.Setting("name") == nil)
        #expect(WorkflowInputs.Setting("=1") == nil)
    }

    @Test("inputs are an object")
    func object() {
        #expect(throws: SourceProblems.self) { try json([], file: "[1]") }
        #expect(throws: SourceProblems.self) { try WorkflowInputs.object("[1]", option: "--input") }
    }
}
