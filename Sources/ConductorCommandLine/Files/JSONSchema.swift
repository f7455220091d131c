import ConductorJSON
import ConductorModel

/// The form of a file as JSON Schema, draft 7, which editors read: what they offer and underline is what the check knows.
package struct JSONSchema: Sendable {
    private let title: String
    private let form: SourceForm

    package static let workflow = JSONSchema(title: "A workflow of Conductor", form: WorkflowDefinition.sourceForm)
    package static let fleet = JSONSchema(title: "A fleet of Conductor", form: FleetFile.sourceForm)

    private static let dialect = "http://json-schema.org/draft-07/schema#"
}

extension JSONSchema: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("$schema", Self.dialect)
            writer.member("title", title)
            form.writeKeywords(to: &writer)
        }
    }
}

extension SourceForm {
    /// Of what can be written in one way; the rest is said in words.
    fileprivate func writeKeywords(to writer: inout JSONWriter) {
        writer.member("description", expectation)
        switch self {
        case .text: writer.member("type", "string")
        case .identifier: Self.write(pattern: "^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$", to: &writer)
        case .label: Self.write(pattern: "^[A-Za-z0-9][A-Za-z0-9._=:-]*$", to: &writer)
        case .timestamp:
            writer.member("type", "string")
            writer.member("format", "date-time")
        case .word(let words): writer.member("enum", words)
        case .integer(let range, _):
            writer.member("type", "integer")
            writer.member("minimum", range.lowerBound)
            writer.member("maximum", range.upperBound)
        case .number(let range, _): Self.write(range, to: &writer)
        case .duration(let range, _):
            writer.key("anyOf")
            writer.beginArray()
            writer.object { Self.write(range, to: &$0) }
            writer.object { Self.write(pattern: "^([0-9]+([.][0-9]+)?(ms|s|m|h|d))+$", to: &$0) }
            writer.endArray()
        case .list(let element, _):
            writer.member("type", "array")
            writer.key("items")
            writer.object { element.writeKeywords(to: &$0) }
        case .mapping(let keys): Self.write(keys, to: &writer)
        case .entries(let element, _):
            writer.member("type", "object")
            writer.key("additionalProperties")
            writer.object { element.writeKeywords(to: &$0) }
        case .anyList: writer.member("type", "array")
        case .anyMapping: writer.member("type", "object")
        }
    }

    private static func write(pattern: String, to writer: inout JSONWriter) {
        writer.member("type", "string")
        writer.member("pattern", pattern)
    }

    private static func write(_ range: ClosedRange<Double>, to writer: inout JSONWriter) {
        writer.member("type", "number")
        writer.member("minimum", range.lowerBound)
        writer.member("maximum", range.upperBound)
    }

    private static func write(_ keys: [Key], to writer: inout JSONWriter) {
        writer.member("type", "object")
        writer.key("properties")
        writer.object { writer in
            for key in keys {
                writer.key(key.name)
                writer.object { key.form.writeKeywords(to: &$0) }
            }
        }
        let required = keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { writer.member("required", required) }
        writer.member("additionalProperties", false)
    }
}
