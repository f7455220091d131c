import ConductorJSON

/// What a run is given: the members of a file, and single ones over them.
package struct WorkflowInputs: Sendable {
    /// `name=value` of the command line. A value that is JSON is taken as such, anything else is a string.
    package struct Setting: Sendable {
        package let name: String
        package let value: JSONText

        /// Nil without `=` or without a name.
        package init?(_ argument: String) {
            guard let mark = argument.firstIndex(of: "="), mark != argument.startIndex else { return nil }
            name = String(argument[..<mark])
            let text = String(argument[argument.index(after: mark)...])
            value = (try? JSONText(parsing: text)) ?? text.jsonText
        }
    }

    private let former: JSONText
    private let file: SourceDocument?
    private let settings: [Setting]

    /// - Parameter former: An object whose members the others override.
    package init(over former: JSONText = .emptyObject, file: SourceDocument? = nil, settings: [Setting]) {
        self.former = former
        self.file = file
        self.settings = settings
    }

    /// One JSON object. Of settings with the same name the last one counts.
    package func json() throws(SourceProblems) -> JSONText {
        var members = (try? former.parsed())?.members.map { ($0.key, $0.value.text) } ?? []
        let given = try file?.read(as: Members.self).all ?? []
        for (name, value) in given + settings.map({ ($0.name, $0.value) }) {
            members.removeAll { $0.0 == name }
            members.append((name, value))
        }
        var writer = JSONWriter()
        writer.object { writer in
            for (key, value) in members { writer.member(key, value) }
        }
        return writer.text
    }

    /// The value of an option: a JSON object, or `@` and the file that holds it.
    package static func object(_ argument: String, option: String) throws(SourceProblems) -> JSONText {
        let document =
            argument.hasPrefix("@")
            ? try SourceDocument(path: String(argument.dropFirst()))
            : try SourceDocument(name: "\(option).json", bytes: Array(argument.utf8))
        _ = try document.read(as: Members.self)
        return document.json
    }

    private struct Members: JSONReadable {
        let all: [(key: String, value: JSONText)]

        init(json: JSONValue) throws(JSONFieldError) {
            guard json.kind == .object else { throw JSONFieldError(reason: "must be a mapping of names to values") }
            all = json.members.map { ($0.key, $0.value.text) }
        }
    }
}
