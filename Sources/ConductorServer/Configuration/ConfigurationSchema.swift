import ConductorJSON
import ConductorModel

/// The form of `conductor.yaml` as JSON Schema, draft 7, for editors.
public enum ConfigurationSchema {
    public static var text: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("$schema", "http://json-schema.org/draft-07/schema#")
            writer.member("title", "The configuration of conductord")
            writeMapping(to: &writer) { writer in
                for setting in Setting.all where !setting.key.contains(".") { write(setting, to: &writer) }
                for section in Setting.sections.sorted() { write(section: section, to: &writer) }
                writer.key("policies")
                writer.object { writePolicies(to: &$0) }
            }
        }
        return writer.text.string
    }

    private static func write(section: String, to writer: inout JSONWriter) {
        let prefix = section + "."
        writer.key(section)
        writer.object { writer in
            writeMapping(to: &writer) { writer in
                for setting in Setting.all where setting.key.hasPrefix(prefix) { write(setting, to: &writer) }
                // By users, whose names are not known here: the daemon's check says more.
                for key in AccessBoundList.keys.sorted() where key.hasPrefix(prefix) {
                    writer.key(String(key.dropFirst(prefix.count)))
                    writer.object { $0.member("type", "object") }
                }
            }
        }
    }

    private static func write(_ setting: Setting, to writer: inout JSONWriter) {
        writer.key(setting.key.split(separator: ".").last.map(String.init) ?? setting.key)
        writer.object { writer in
            writer.member("description", setting.expectation)
            guard setting.isList else { return setting.kind.writeKeywords(to: &writer) }
            writer.member("type", "array")
            writer.key("items")
            writer.object { setting.kind.writeKeywords(to: &$0) }
        }
    }

    private static func writePolicies(to writer: inout JSONWriter) {
        writer.member("type", "array")
        writer.key("items")
        writer.object { writer in
            writeMapping(to: &writer) { writer in
                writer.key("kind")
                writer.object { $0.member("enum", Policy.Kind.words) }
                writer.key("parameters")
                writer.object { $0.member("type", "object") }
            }
            writer.member("required", ["kind"])
        }
    }

    private static func writeMapping(to writer: inout JSONWriter, _ properties: (inout JSONWriter) -> Void) {
        writer.member("type", "object")
        writer.key("properties")
        writer.object(properties)
        writer.member("additionalProperties", false)
    }
}

extension SettingKind {
    fileprivate func writeKeywords(to writer: inout JSONWriter) {
        switch self {
        case .text: writer.member("type", "string")
        case .path:
            writer.member("type", "string")
            writer.member("pattern", "^/")
        case .words(let words): writer.member("enum", words)
        case .count(let range):
            writer.member("type", "integer")
            writer.member("minimum", range.lowerBound)
            writer.member("maximum", range.upperBound)
        case .factor(let range): Self.write(range, to: &writer)
        case .seconds(let range):
            writer.key("anyOf")
            writer.beginArray()
            writer.object { Self.write(range, to: &$0) }
            writer.object { writer in
                writer.member("type", "string")
                writer.member("pattern", "^([0-9]+([.][0-9]+)?(ms|s|m|h|d))+$")
            }
            writer.endArray()
        case .account: writer.member("type", ["string", "integer"])
        }
    }

    private static func write(_ range: ClosedRange<Double>, to writer: inout JSONWriter) {
        writer.member("type", "number")
        writer.member("minimum", range.lowerBound)
        writer.member("maximum", range.upperBound)
    }
}
