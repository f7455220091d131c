import ConductorAgent
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Agents that are commands, as a file lists them. Relative paths start from the file's folder.
package struct FleetFile: Sendable {
    package struct Member: Sendable {
        package var registration: AgentRegistration
        /// The executable and its arguments; never empty.
        package var command: [String]
        package var workingDirectory: String?
        package var environment: [String: String]

        package init(
            registration: AgentRegistration, command: [String], workingDirectory: String?,
            environment: [String: String]
        ) {
            self.registration = registration
            self.command = command
            self.workingDirectory = workingDirectory
            self.environment = environment
        }
    }

    package let members: [Member]

    package init(members: [Member]) {
        self.members = members
    }

    package static func load(path: String) throws(SourceProblems) -> FleetFile {
        try load(SourceDocument(path: path), path: path)
    }

    /// Finds every command and folder too, so that a fleet with a mistake in it does not start.
    package static func load(_ document: SourceDocument, path: String) throws(SourceProblems) -> FleetFile {
        try resolved(document, folder: SourceFile.folder(of: path)) { fleet in
            fleet.members.enumerated().compactMap { index, member in
                member.problem.map { Problem(path: "agents[\(index)].\($0.field)", message: $0.message) }
            }
        }
    }

    package static func load(_ document: SourceDocument, folder: String) throws(SourceProblems) -> FleetFile {
        try resolved(document, folder: folder) { _ in [] }
    }

    private static func resolved(
        _ document: SourceDocument, folder: String, further: (FleetFile) -> [Problem]
    ) throws(SourceProblems) -> FleetFile {
        func resolved(_ fleet: FleetFile) -> FleetFile {
            FleetFile(members: fleet.members.map { $0.resolved(in: folder) })
        }
        return resolved(try document.read(as: FleetFile.self) { $0.idProblems + further(resolved($0)) })
    }

    private var idProblems: [Problem] {
        var ids: Set<AgentID> = []
        return members.enumerated().compactMap { index, member in
            let id = member.registration.agentID, path = "agents[\(index)].id"
            guard id != .coordinator else {
                return Problem(path: path, message: "must not be \"coordinator\", which is reserved")
            }
            return ids.insert(id).inserted ? nil : Problem(path: path, message: "duplicate agent id \"\(id)\"")
        }
    }
}

extension FleetFile.Member {
    /// With paths that do not depend on where they are used. A command without a slash is looked up in `$PATH`.
    fileprivate func resolved(in folder: String) -> Self {
        var member = self
        if let name = command.first, name.contains("/") { member.command[0] = path(name, in: folder) }
        member.workingDirectory = workingDirectory.map { path($0, in: folder) }
        return member
    }

    /// Why it cannot serve a task here and now.
    fileprivate var problem: (field: String, message: String)? {
        do throws(CommandNotRunnable) {
            _ = try CommandAgent(command, workingDirectory: workingDirectory)
            return nil
        } catch {
            switch error.reason {
            case .missing, .notFound, .notExecutable, .noInterpreter: return ("command", error.description)
            case .notFolder: return ("working_directory", error.description)
            }
        }
    }

    private func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}

extension FleetFile: JSONReadable {
    package init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        members = try fields.required("agents")
        try fields.end()
        guard !members.isEmpty else { throw JSONFieldError(field: "agents", reason: "must name at least one agent") }
    }
}

extension FleetFile.Member: JSONReadable {
    package init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        registration = AgentRegistration(
            agentID: try fields.required("id"), agentType: try fields.required("type"),
            capacity: try fields.integer("capacity", in: 1...10_000) ?? 1)
        registration.labels = try fields.value("labels", default: .none)
        if let label = registration.labels.inOrder.first(where: \.isID) {
            throw JSONFieldError(field: "labels", reason: "must not have \(label): an agent has its own id= label")
        }
        registration.name = try fields.text("name")
        registration.description = try fields.text("description")
        command = try fields.required("command")
        guard !command.isEmpty else {
            throw JSONFieldError(field: "command", reason: "must be a list: the executable and its arguments")
        }
        guard !command.contains(where: { $0.utf8.contains(0) }) else {
            throw JSONFieldError(field: "command", reason: "must not hold a NUL: an argument ends there")
        }
        workingDirectory = try fields.optional("working_directory")
        environment = try fields.optional("environment", as: Variables.self)?.all ?? [:]
        try fields.end()
    }

    private struct Variables: JSONReadable {
        var all: [String: String] = [:]

        init(json: JSONValue) throws(JSONFieldError) {
            guard json.kind == .object else { throw JSONFieldError(reason: "must be a mapping") }
            for (name, value) in json.members {
                guard let text = value.string else {
                    throw JSONFieldError(field: name.excerpt(), reason: "must be a string; quotes make it one")
                }
                guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
                    throw JSONFieldError(
                        field: name.excerpt(), reason: "must have a name, and one without \"=\" and NUL")
                }
                guard !text.utf8.contains(0) else {
                    throw JSONFieldError(field: name.excerpt(), reason: "must not hold a NUL: a variable ends there")
                }
                all[name] = text
            }
        }
    }
}
