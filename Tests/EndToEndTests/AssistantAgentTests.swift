import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("A coding assistant as an agent", .timeLimit(.minutes(2)))
struct AssistantAgentTests {
    @Test(
        "it gets the prompt on its standard input; its text and the files it changed come back",
        arguments: [
            ("claude.sh", "-p --permission-mode acceptEdits"),
            ("codex.sh", "exec --sandbox workspace-write --skip-git-repo-check -"),
        ])
    func answer(wrapper: String, arguments: String) async throws {
        let daemon = try await DaemonProcess()
        let agent = try await assistant(wrapper, on: daemon)
        let client = try await daemon.connect()
        let folder = try await repository(in: daemon.folder)
        let result = try await client.dispatch(.prompt("Write an answer.", folder: folder, name: "Answer it"))
        #expect(result.status == .completed)
        let output = try result.outputData.parsed()
        #expect(output["changed_files"]?.text.string == #"["answer.txt"]"#)
        let text = try #require(output["text"]?.string)
        #expect(text.contains("I am called with \(arguments)."))
        #expect(text.hasSuffix("# Answer it\n\nWrite an answer.\n"))
        try await agent.leaves(client)
    }

    @Test(
        "a rate limit and a time-out are worth another try, another failure is not",
        arguments: [
            ("be limited", "LLM_RATE_LIMIT"), ("be out of time", "LLM_TIMEOUT"), ("be broken", "ASSISTANT_FAILED"),
        ])
    func failure(prompt: String, code: String) async throws {
        let daemon = try await DaemonProcess()
        let agent = try await assistant("claude.sh", on: daemon)
        let client = try await daemon.connect()
        let result = try await client.dispatch(.prompt(prompt, folder: daemon.folder.path))
        #expect(result.status == .failed)
        #expect(result.errorCode == code)
        try await agent.leaves(client)
    }

    @Test("one that does not answer is ended, and that is a time-out")
    func slow() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await assistant("claude.sh", on: daemon, environment: ["ASSISTANT_TIMEOUT_SECONDS": "0.1"])
        let client = try await daemon.connect()
        let result = try await client.dispatch(.prompt("be slow", folder: daemon.folder.path))
        #expect(result.errorCode == "LLM_TIMEOUT")
        try await agent.leaves(client)
    }

    @Test("a task without a prompt, or for a folder that is not there, is refused")
    func refusal() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await assistant("claude.sh", on: daemon)
        let client = try await daemon.connect()
        for input in [#"{}"#, #"{"prompt": " "}"#, #"{"prompt": "go", "folder": "/no/such/folder"}"#] {
            await expectRejection { try await client.dispatch(.example(.coding, input: input)) }
        }
        try await agent.leaves(client)
    }

    @Test("what monitoring found stands in the prompt of the next iteration")
    func feedback() async throws {
        let daemon = try await DaemonProcess()
        let coder = try await assistant("claude.sh", on: daemon)
        let monitor = try await TestAgent("watcher", .monitor, on: daemon)
        let client = try await daemon.connect()
        var definition = WorkflowDefinition(name: "loop")
        definition.tasks = [
            try .prompt("Write an answer.", folder: daemon.folder.path),
            TaskDefinition(name: "look", assignedTo: .monitor),
        ]
        definition.tasks[0].taskID = TaskID("code")
        let running = Task { [definition] in try await client.run(definition) }
        let first = try await monitor.nextAssignment()
        var completion = try first.completion()
        completion.feedback = Feedback(
            severity: .error, findings: try JSONText(parsing: #"["it leaks", {"rule": "size"}]"#),
            recommendations: try JSONText(parsing: #"["close the file"]"#))
        try await monitor.client.complete(completion)
        try await monitor.complete(try await monitor.nextAssignment())
        let state = try await running.value
        #expect(state.status == .completed)
        let code = try await client.task(
            TaskKey(workflowID: state.workflowID, taskID: try #require(definition.tasks[0].taskID)))
        let text = try #require(code["result"]?["output_data"]?["text"]?.string)
        #expect(text.contains("severity error"))
        #expect(text.hasSuffix("- it leaks\n- {\"rule\": \"size\"}\n- close the file\n"))
        try await coder.leaves(client)
    }

    private func assistant(
        _ wrapper: String, on daemon: DaemonProcess, environment: [String: String] = [:]
    ) async throws -> ExampleAgent {
        let standIn = ExampleAgent.root + "/Tests/EndToEndTests/Fixtures/stand-in-assistant.sh"
        return try await .command(
            "assistant/" + wrapper, .coding, on: daemon,
            environment: environment.merging(["ASSISTANT": standIn]) { own, _ in own })
    }

    private func repository(in folder: TemporaryFolder) async throws -> String {
        let path = folder.file("repository")
        _ = try await ChildProcess("/usr/bin/git", ["init", "--quiet", path]).finish()
        return path
    }
}

extension TaskDefinition {
    fileprivate static func prompt(
        _ prompt: String, folder: String, name: String = "Code"
    ) throws -> TaskDefinition {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("prompt", prompt)
            writer.member("folder", folder)
        }
        return try .example(.coding, name: name, input: writer.text.string)
    }
}
