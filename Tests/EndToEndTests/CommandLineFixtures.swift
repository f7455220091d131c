import ConductorTestSupport
import Foundation

/// Agents that are shell commands, and files to run with them.
struct Bench {
    /// What a task's id makes the coding agent do: `bad…` fails, `held…` waits until `release` is called, `endless…`
    /// tells its pid and goes on for a minute. The reviewing agent gives what it gets.
    static let agents = """
        agents:
          - id: coder
            type: coding
            command:
              - sh
              - -c
              - |
                case $CONDUCTOR_TASK_ID in
                bad*) echo broken >&2; exit 1 ;;
                held*) echo waiting >&2; cat fifo >/dev/null; echo released >&2 ;;
                endless*) echo "pid $$" >&2; exec sleep 60 ;;
                esac
                echo '{"done": true}'
            working_directory: .
          - {id: reviewer, type: review, command: [cat]}
        """

    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("examples").path

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try write(Self.agents, "fleet.yaml")
        guard mkfifo(folder.file("fifo"), 0o600) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    var fleet: String { folder.file("fleet.yaml") }

    func write(_ text: String, _ name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    /// Gives the folder that it is in, for PATH.
    func executable(_ name: String, _ text: String) throws -> String {
        let path = try write(text + "\n", name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return folder.path
    }

    /// A workflow of coding tasks, one after the other.
    func workflow(_ tasks: [String], more: String = "") throws -> String {
        let rows = tasks.map { "  - {task_id: \($0), name: \($0), assigned_to: coding}\n" }.joined()
        return try write("name: bench\n\(more)\ntasks:\n\(rows)", "\(tasks.joined(separator: "-")).yaml")
    }

    /// Lets a task that is held go on; it must have said that it is waiting.
    func release() throws {
        try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("fifo"))).close()
    }
}

extension ChildProcess {
    struct NotRegistered: Error {
        let agent: String
        let errors: String
    }

    /// `conductorctl up`, once the agents are registered.
    static func fleet(_ file: String, agents: [String], on daemon: DaemonProcess) async throws -> ChildProcess {
        let up = try ChildProcess.conductorctl(["up", file], socket: daemon.socket)
        let margin = agents.map(\.count).max() ?? 0
        for agent in agents {
            let id = agent.padding(toLength: margin, withPad: " ", startingAt: 0)
            guard await up.prints("\(id)  is registered") else {
                throw NotRegistered(agent: agent, errors: up.errorOutput)
            }
        }
        return up
    }
}
