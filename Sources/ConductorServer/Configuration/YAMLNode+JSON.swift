import ConductorJSON
import ConductorModel
import ConductorYAML

extension YAMLNode: JSONWritable {
    /// The value as JSON; plain scalars keep the type that YAML gives them.
    public func write(to writer: inout JSONWriter) {
        switch content {
        case .mapping(let members):
            writer.beginObject()
            for member in members {
                let name = member.key.scalar?.text ?? ""
                if name.hasSuffix("_seconds"), let duration = member.value.duration {
                    writer.member(name, duration)
                } else {
                    writer.member(name, member.value)
                }
            }
            writer.endObject()
        case .sequence(let elements):
            writer.beginArray()
            for element in elements { writer.element(element) }
            writer.endArray()
        case .scalar(let scalar):
            switch scalar.meaning {
            case .null: writer.null()
            case .bool(let value): writer.bool(value)
            case .number(let digits): writer.raw(digits)
            case .string, .notInJSON: writer.string(scalar.text)
            }
        }
    }
}

extension YAMLNode {
    /// What a text with units means, such as `5m`.
    private var duration: Duration? {
        guard let scalar, scalar.meaning == .string else { return nil }
        return Duration(text: scalar.text)
    }
}
