import ConductorJSON
import ConductorModel
import Testing

@testable import ConductorCommandLine

@Suite("The JSON Schema of files")
struct JSONSchemaTests {
    private func property(_ path: String..., in schema: JSONSchema) throws -> JSONValue {
        var value = try schema.jsonText.parsed()
        for name in path {
            value = try #require(value["properties"]?[name] ?? value["items"]?["properties"]?[name], "\(name)")
        }
        return value
    }

    @Test("names every key that the check knows, with what it must be")
    func keys() throws {
        guard case .mapping(let keys) = WorkflowDefinition.sourceForm else { return }
        let properties = try #require(try JSONSchema.workflow.jsonText.parsed()["properties"])
        #expect(properties.members.map(\.key) == keys.map(\.name))
        #expect(
            try property("parallelism", in: .workflow).text.string
                == #"{"description":"must be a whole number from 1 to 1000, such as 4","type":"integer","#
                + #""minimum":1,"maximum":1000}"#)
        #expect(try property("tasks", "assigned_to", in: .workflow)["enum"]?.elements.count { _ in true } == 7)
        #expect(try property("tasks", "timeout_seconds", in: .workflow)["anyOf"]?.elements.count { _ in true } == 2)
        #expect(try property("agents", "environment", in: .fleet)["additionalProperties"]?["type"]?.string == "string")
    }

    @Test("says what is required, and that no other key may stand there")
    func required() throws {
        let workflow = try JSONSchema.workflow.jsonText.parsed()
        #expect(workflow["required"]?.text.string == #"["name"]"#)
        #expect(workflow["additionalProperties"]?.bool == false)
        #expect(workflow["$schema"]?.string == "http://json-schema.org/draft-07/schema#")
        let agents = try JSONSchema.fleet.jsonText.parsed()["properties"]?["agents"]?["items"]
        #expect(agents?["required"]?.text.string == #"["id","type","command"]"#)
    }
}
