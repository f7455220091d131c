import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("Agents in several languages", .timeLimit(.minutes(2)))
struct LanguageAgentTests {
    @Test("Swift: it makes the same test data from the same seed, and refuses what it cannot make")
    func swiftAgent() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.swift(on: daemon)
        let client = try await daemon.connect()
        let first = try await client.dispatch(.example(.testData, input: #"{"count": 3, "seed": 7}"#))
        let second = try await client.dispatch(.example(.testData, input: #"{"seed": 7, "count": 3}"#))
        #expect(first.status == .completed)
        #expect(try first.outputData.parsed()["users"].map { Array($0.elements).count } == 3)
        #expect(first.outputData == second.outputData)
        await expectRejection { try await client.dispatch(.example(.testData, input: #"{"count": 0}"#)) }
        try await agent.leaves(client)
    }

    @Test("Python: it counts, logs, rejects what is no text, and fails for now where the file is missing")
    func pythonAgent() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.python(on: daemon)
        let client = try await daemon.connect()
        let logs = try await client.subscribe(EventFilter(kinds: ["task.log"]))
        let result = try await client.dispatch(.example(.test, input: #"{"text": "to be or not\nto be, Zoë"}"#))
        #expect(
            result.outputData.string
                == #"{"words": 7, "lines": 2, "most_frequent": {"to": 2, "be": 2, "or": 1}}"#)
        #expect(try await logs.first("task.log").data["line"]?.string == "counting")
        await expectRejection { try await client.dispatch(.example(.test, input: #"{"text": 7}"#)) }
        let failed = try await client.dispatch(.example(.test, input: #"{"file": "/no/such/file"}"#))
        #expect(failed.status == .failed)
        #expect(failed.errorCode == "TRANSIENT_ERROR")
        try await agent.leaves(client)
    }

    @Test("Python: kill -9 of the daemon costs no work; what runs is adopted and its result delivered once")
    func pythonSurvives() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.python(on: daemon)
        let client = try await daemon.connect()
        let pipe = try NamedPipe(daemon.folder.file("text"))
        let id = try await client.dispatchCounting(pipe)
        await daemon.crash()

        let next = try await DaemonProcess(in: daemon.folder)
        let clientAgain = try await next.connect()
        let events = try await clientAgain.subscribe(EventFilter(taskID: id, afterSequence: 0))
        var kinds: [String] = []
        for try await event in events.events {
            kinds.append(event.kind)
            if event.kind == "task.adopted" { pipe.end(with: "one two\n") }
            if event.kind == "task.completed" { break }
        }
        try #require(kinds.filter { $0 != "task.log" } == ["task.started", "task.adopted", "task.completed"])
        let task = try await clientAgain.task(TaskKey(taskID: id))
        #expect(task.attempts == 1)
        #expect(try task.result?.outputData.parsed()["words"]?.integer == 2)
        try await agent.leaves(clientAgain)
    }

    @Test("Python: what is finished while the daemon is away is kept, and delivered to the next")
    func pythonKeeps() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.python(on: daemon)
        let client = try await daemon.connect()
        let pipe = try NamedPipe(daemon.folder.file("text"))
        let id = try await client.dispatchCounting(pipe)
        #expect(await daemon.stop().status == 0)
        pipe.end(with: "one two three\n")
        #expect(await agent.process.complains("task \(id): completed"))

        let next = try await DaemonProcess(in: daemon.folder)
        let clientAgain = try await next.connect()
        let events = try await clientAgain.subscribe(EventFilter(taskID: id, afterSequence: 0))
        let kinds = try await events.kinds(until: "task.completed")
        try #require(kinds == ["task.started", "task.adopted", "task.completed"])
        let task = try await clientAgain.task(TaskKey(taskID: id))
        #expect(try task.result?.outputData.parsed()["words"]?.integer == 3)
        try await agent.leaves(clientAgain)
    }

    @Test("Python: a cancelled task ends its work, and the agent serves on")
    func pythonCancels() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.python(on: daemon)
        let client = try await daemon.connect()
        let pipe = try NamedPipe(daemon.folder.file("text"))
        let id = try await client.dispatchCounting(pipe)
        #expect(try await client.cancel(TaskKey(taskID: id)))
        // Once this one is done, the agent has heard of the cancellation, which was sent before it.
        let other = try await client.dispatch(.example(.test, input: #"{"text": "one"}"#))
        #expect(other.status == .completed)
        pipe.end(with: "one two\n")
        #expect(await agent.process.complains("task \(id): "))
        #expect(agent.process.errorOutput.contains("task \(id): CANCELLED"))
        try await agent.leaves(client)
    }

    @Test("Python: SIGTERM lets what runs be finished first")
    func pythonFinishes() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.python(on: daemon)
        let client = try await daemon.connect()
        let pipe = try NamedPipe(daemon.folder.file("text"))
        let id = try await client.dispatchCounting(pipe)
        agent.process.signal(SIGTERM)
        pipe.end(with: "one two\n")
        #expect(await agent.process.exit.status == 0)
        let task = try await client.task(TaskKey(taskID: id))
        #expect(task.result?.status == .completed)
        #expect(try await client.agent(agent.id) == nil)
    }

    @Test("without a daemon they end with 1, and say where they looked for it")
    func noDaemon() async throws {
        let socket = try TemporaryFolder().file("none.sock")
        let swift = try await ChildProcess(Binaries.exampleAgent, [socket]).finish()
        let python = try await ChildProcess(ExampleAgent.wordCount, ["--socket", socket]).finish()
        for (exit, _, errors) in [swift, python] {
            #expect(exit.status == 1 && !exit.wasSignalled)
            #expect(errors.contains(socket))
            #expect(errors.split(separator: "\n").count == 1)
        }
    }

    @Test("shell: the name of the task is enough for a script that reads no JSON")
    func diskSpace() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.command("shell/disk_space.sh", .monitor, on: daemon)
        let client = try await daemon.connect()
        let logs = try await client.subscribe(EventFilter(kinds: ["task.log"]))
        let result = try await client.dispatch(.example(.monitor, name: "/tmp"))
        #expect(result.status == .completed)
        #expect(try result.outputData.parsed()["free_kilobytes"]?.integer != nil)
        #expect(try await logs.first("task.log").data["line"]?.string == "looking at /tmp, attempt 1")
        await expectRejection { try await client.dispatch(.example(.monitor, name: "/no/such/folder")) }
        try await agent.leaves(client)
    }

    @Test("shell: any file name comes through; 65 rejects, 75 may be tried again")
    func checksum() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await ExampleAgent.command("shell/checksum.sh", .devops, on: daemon)
        let client = try await daemon.connect()
        let file = daemon.folder.file(#"it's "odd"  $HOME"#)
        try Data("abc".utf8).write(to: URL(filePath: file))
        let result = try await client.dispatch(.example(.devops, input: #"{"file": \#(file.jsonText.string)}"#))
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(result.outputData.string == #"{"sha256": "\#(sum)", "bytes": 3}"#)
        let missing = try await client.dispatch(.example(.devops, input: #"{"file": "/no/such/file"}"#))
        #expect(missing.errorCode == "TRANSIENT_ERROR")
        #expect(missing.errorMessage?.contains("/no/such/file is not there") == true)
        await expectRejection("begin with a slash") {
            try await client.dispatch(.example(.devops, input: #"{"file": "relative"}"#))
        }
        try await agent.leaves(client)
    }
}

extension ConductorClient {
    /// Gives the Python agent a file to count, and returns when it is at it.
    fileprivate func dispatchCounting(_ pipe: NamedPipe) async throws -> TaskID {
        let logs = try await subscribe(EventFilter(kinds: ["task.log"]))
        let id = try await dispatchDetached(.example(.test, input: #"{"file": "\#(pipe.path)"}"#))
        _ = try await logs.first("task.log")
        return id
    }
}
