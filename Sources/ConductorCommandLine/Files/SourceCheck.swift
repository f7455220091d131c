import ConductorJSON
import ConductorModel

/// Compares a file with its form. All that is wrong is found at once; what is left is a value that can be read.
struct SourceCheck {
    private static let maximumProblems = WorkflowPlan.maximumProblems

    private(set) var problems: [Problem] = []

    /// The value as it is read: with durations in seconds, and without what is wrong. Nil where nothing is left.
    mutating func checked(_ value: JSONValue, _ form: SourceForm, at path: String = "") -> JSONText? {
        switch form {
        case .list(let element, _) where value.kind == .array: return list(value, of: element, path)
        case .mapping(let keys) where value.kind == .object: return mapping(value, keys, path)
        case .entries(let entry, _) where value.kind == .object: return entries(value, of: entry, path)
        case .duration(let range, _):
            if let seconds = value.seconds, range.contains(seconds) {
                return value.kind == .number ? value.text : seconds.jsonText
            }
        case .text, .identifier, .label, .timestamp, .word, .integer, .number, .anyList, .anyMapping:
            if form.takes(value) { return value.text }
        case .list, .mapping, .entries: break
        }
        report(path, form.expectation + ", not " + value.shown + form.hint(for: value))
        return nil
    }

    private mutating func list(_ value: JSONValue, of form: SourceForm, _ path: String) -> JSONText? {
        var writer = JSONWriter(), isWhole = true
        writer.beginArray()
        for (index, element) in value.elements.enumerated() {
            guard let text = checked(element, form, at: "\(path)[\(index)]") else {
                isWhole = false
                continue
            }
            writer.element(text)
        }
        writer.endArray()
        // Without one of them the others would have other places.
        return isWhole ? writer.text : nil
    }

    private mutating func mapping(_ value: JSONValue, _ keys: [SourceForm.Key], _ path: String) -> JSONText? {
        var writer = JSONWriter(), missing = keys
        writer.beginObject()
        for (name, member) in value.members {
            guard let key = keys.first(where: { $0.name == name }) else {
                reportUnknown(name, keys, path)
                continue
            }
            if member.kind == .null, !key.isRequired { continue }
            missing.removeAll { $0.name == name }
            guard let text = checked(member, key.form, at: join(path, name)) else {
                guard key.isRequired else { continue }
                guard let standIn = key.form.standIn(problems.count) else { return nil }
                writer.member(name, standIn)
                continue
            }
            writer.member(name, text)
        }
        for key in missing where key.isRequired {
            report(join(path, key.name), "is required")
            guard let standIn = key.form.standIn(problems.count) else { return nil }
            writer.member(key.name, standIn)
        }
        writer.endObject()
        return writer.text
    }

    private mutating func entries(_ value: JSONValue, of form: SourceForm, _ path: String) -> JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, member) in value.members {
            if let text = checked(member, form, at: join(path, name)) { writer.member(name, text) }
        }
        writer.endObject()
        return writer.text
    }

    private mutating func reportUnknown(_ name: String, _ keys: [SourceForm.Key], _ path: String) {
        let name = name.excerpt()
        report(join(path, name), "unknown key \"\(name)\"" + name.suggestion(among: keys.map(\.name)))
    }

    private mutating func report(_ path: String, _ message: String) {
        guard problems.count < Self.maximumProblems else { return }
        problems.append(Problem(path: path, message: message))
    }

    private func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension SourceForm {
    /// Of values that are sent as they stand.
    fileprivate func takes(_ value: JSONValue) -> Bool {
        switch self {
        case .text: value.kind == .string
        case .identifier: value.string.flatMap(TaskID.init) != nil
        case .label: value.string.flatMap(AgentLabel.init) != nil
        case .timestamp: value.string.flatMap(Timestamp.init) != nil
        case .word(let words): value.string.map(words.contains) ?? false
        case .integer(let range, _): value.integer.map { range.contains(Int($0)) } ?? false
        case .number(let range, _): value.double.map(range.contains) ?? false
        case .anyList: value.kind == .array
        case .anyMapping: value.kind == .object
        case .duration, .list, .mapping, .entries: false
        }
    }

    /// What could have been meant.
    fileprivate func hint(for value: JSONValue) -> String {
        switch self {
        case .word(let words): value.string?.suggestion(among: words) ?? ""
        case .text: value.kind == .number || value.kind == .bool ? "; quotes make it one" : ""
        case .duration: value.string.flatMap(Double.init) != nil ? "; without quotes it is a number" : ""
        case .identifier, .label, .timestamp, .integer, .number, .list, .mapping, .entries, .anyList, .anyMapping: ""
        }
    }
}

extension JSONValue {
    /// Of a duration, which is a number of seconds or a text with units.
    fileprivate var seconds: Double? {
        double ?? string.flatMap { Duration(text: $0) }?.inSeconds
    }

    /// For messages.
    fileprivate var shown: String {
        switch kind {
        case .array: "a list"
        case .object: "a mapping"
        case .null: "empty"
        case .bool, .number, .string: text.string.excerpt(maximumBytes: 64)
        }
    }
}
