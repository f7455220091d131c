import ConductorTestSupport
import Foundation
import Testing

extension Lab {
    /// Calls systemctl, which waits until what it is asked for is done.
    @discardableResult
    func systemctl(_ arguments: String...) async throws -> String {
        let child = try start(["systemctl"] + arguments)
        let (exit, output, errors) = await child.finish()
        guard exit.status == 0 else {
            throw Failure(description: "systemctl \(arguments.joined(separator: " ")): \(errors)")
        }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func property(_ name: String, of unit: String = "conductord.service") async throws -> String {
        try await systemctl("show", "--property=\(name)", "--value", unit)
    }

    /// What has no event to wait for, such as a line of status.
    func waitUntil(_ name: String, begins beginning: String, of unit: String = "conductord.service") async throws {
        let loop = "until systemctl show --property=\"$1\" --value \"$2\" | grep --quiet \"^$3\"; do sleep 0.05; done"
        _ = try await run("sh", "-c", loop, "sh", name, unit, beginning)
    }

    /// A Python script of `Tests/SystemdLab`.
    func startScript(_ name: String, _ arguments: String..., input: Pipe) throws -> ChildProcess {
        try write(try String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8), "/srv/" + name)
        return try start(["/usr/bin/python3", "/srv/" + name] + arguments, input: input)
    }

    /// Adds settings to a unit.
    func extend(_ unit: String, with settings: String) async throws {
        try write("[Service]\n" + settings + "\n", "/etc/systemd/system/\(unit).d/test.conf")
        try await systemctl("daemon-reload")
    }

    /// Describes an agent and starts it; it is registered then.
    /// - Parameters:
    ///   - command: for the shell, without quotes.
    ///   - secret: another variable of its file.
    func startAgent(
        _ id: String, type: String, command: String, user: String? = nil, settings: String = "",
        secret: String = ""
    ) async throws {
        try write("#!/bin/sh\n" + command + "\n", "/usr/local/bin/\(id)", mode: 0o755)
        try write(
            "TYPE=\(type)\nCOMMAND=/usr/local/bin/\(id)\n\(secret)\n", "/etc/conductor/agents/\(id).env", mode: 0o600)
        if let user { _ = try await run("useradd", "--system", user) }
        let unit = "conductor-agent@\(id).service"
        try await extend(unit, with: (user.map { "User=\($0)\n" } ?? "") + settings)
        try await systemctl("start", unit)
        #expect(await journalTells("Agent \(id) registered."))
    }

    /// Waits until an entry of the journal holds `text`; false after a minute.
    func journalTells(_ text: String) async -> Bool {
        // Nothing of it may stay behind: a lab ends with its last process. Children of Foundation's block SIGTERM.
        let search = """
            exec 3< <(exec journalctl --follow --lines=all --output=cat)
            timeout --signal=KILL 60 grep --quiet --max-count=1 --fixed-strings -e "$1" <&3
            found=$?
            kill -KILL $!
            wait $!
            exit $found
            """
        return (try? await run("bash", "-c", search, "bash", text).status) == 0
    }

    /// Entries of the journal, by their fields.
    func entries(_ matches: String...) async throws -> [[String: String]] {
        let journal = try start(["journalctl", "--output=json"] + matches)
        return try await journal.finish().output.split(separator: "\n").map { line in
            let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            return fields.compactMapValues { $0 as? String }
        }
    }
}
