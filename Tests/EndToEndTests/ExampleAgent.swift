import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

/// One of `examples/agents` at work, registered with a daemon.
struct ExampleAgent {
    static let root = String(#filePath.dropLast("/Tests/EndToEndTests/ExampleAgent.swift".count))
    static let wordCount = root + "/examples/agents/python/word_count.py"

    let id: AgentID
    let process: ChildProcess

    static func swift(on daemon: DaemonProcess) async throws -> ExampleAgent {
        try await start("example-agent", on: daemon, Binaries.exampleAgent, [daemon.socket])
    }

    static func python(on daemon: DaemonProcess) async throws -> ExampleAgent {
        try await start(
            "word-count", on: daemon, wordCount, ["--socket", daemon.socket],
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    }

    /// One that `conductorctl register` serves.
    static func command(
        _ command: String, _ type: AgentType, on daemon: DaemonProcess, environment: [String: String] = [:]
    ) async throws -> ExampleAgent {
        try await start(
            "command", on: daemon, Binaries.conductorctl,
            [
                "register", "command", "--type", type.rawValue, "--socket", daemon.socket, "--",
                root + "/examples/agents/" + command,
            ],
            environment: environment)
    }

    private static func start(
        _ name: String, on daemon: DaemonProcess, _ path: String, _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> ExampleAgent {
        let id = try #require(AgentID(name))
        let events = try await daemon.connect().subscribe(EventFilter(agentID: id, kinds: ["agent.registered"]))
        let process = try ChildProcess(path, arguments, environment: environment)
        _ = try await events.first("agent.registered")
        return ExampleAgent(id: id, process: process)
    }

    /// SIGINT, as by Ctrl-C, lets it unregister and end well.
    func leaves(_ client: ConductorClient) async throws {
        process.signal(SIGINT)
        #expect(await process.exit.status == 0)
        #expect(try await client.agent(id) == nil)
    }
}

/// A file that has no end until the test says so: who reads it is at work until then.
final class NamedPipe: Sendable {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        // To read as well: opening waits for nobody then.
        guard mkfifo(path, 0o600) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    /// To be called once.
    func end(with text: String) {
        _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }
}

extension TaskDefinition {
    /// A task that is tried once.
    static func example(
        _ type: AgentType, name: String = "example", input: String = "{}"
    ) throws -> TaskDefinition {
        var task = TaskDefinition(name: name, assignedTo: type)
        task.inputData = try JSONText(parsing: input)
        task.retry = RetryPolicy()
        task.retry?.maxRetries = 0
        return task
    }
}

extension Subscription {
    /// The first event of a kind.
    func first(_ kind: String) async throws -> ClientEvent {
        for try await event in events where event.kind == kind { return event }
        throw ConnectionFault.lost(errno: nil)
    }
}

/// The agent refuses the task that `dispatch` sends, with a message that holds `text`.
func expectRejection(
    _ text: String = "", sourceLocation: SourceLocation = #_sourceLocation, dispatch: () async throws -> TaskResult
) async {
    await #expect(sourceLocation: sourceLocation) {
        _ = try await dispatch()
    } throws: { error in
        guard let refusal = error as? Refusal else { return false }
        return refusal.code == .taskValidationFailed && (text.isEmpty || refusal.message.contains(text))
    }
}
