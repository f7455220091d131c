import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import Testing

@testable import conductorctl

@Suite struct UsageTests {
    @Test(
        "what cannot be meant is a usage mistake",
        arguments: [
            ["run"], ["run", "w.yaml", "--standalone"], ["run", "w.yaml", "--fleet", "f.yaml"],
            ["run", "w.yaml", "--set", "novalue"], ["run", "w.yaml", "--standalone", "--fleet", "f", "--detach"],
            ["run", "-", "--inputs", "-"], ["run", "-", "--standalone", "--fleet", "-"],
            ["dispatch"], ["dispatch", "--type", "coding"], ["dispatch", "--type", "coder", "--name", "x"],
            ["dispatch", "t.yaml", "--timeout", "0"], ["register", "a", "--type", "coding"],
            ["register", "-a", "--type", "coding", "--", "true"], ["register", "a", "--", "true"],
            ["events", "--kind", "task.begun"], ["feedback", "w"], ["tasks", "--limit", "0"], ["dance"],
            ["pause"], ["approve"], ["retry"], ["logs", "/x"], ["dead-letters", "redrive"], ["breakers", "reset", "-"],
            ["publish", "c"], ["publish", "c", "--type", "shout"], ["publish", "", "--type", "control"],
            ["publish", "c", "--type", "control", "--ttl", "-1"],
            ["request", "c", "--type", "control", "--timeout", "-1"],
            ["subscribe"], ["metrics", "--format", "xml"],
        ])
    func mistakes(arguments: [String]) {
        #expect {
            _ = try Conductorctl.parseAsRoot(arguments)
        } throws: { error in
            Conductorctl.exitCode(for: error) == .validationFailure
        }
    }

    @Test(
        "a word that is no command is told with the nearest one",
        arguments: [
            (["worklfows"], "Error: Unknown command 'worklfows'. Did you mean 'workflows'?"),
            (["dead-letters", "lst"], "Error: Unknown command 'lst'. Did you mean 'list'?"),
            (["dance"], "Error: Unknown command 'dance'"),
            (["shwo", "release", "--attempt", "2"], "Error: Unknown command 'shwo'. Did you mean 'show'?"),
        ])
    func unknownCommand(arguments: [String], message: String) throws {
        let unknown = try #require(UnknownCommand(in: arguments))
        let error = try #require(throws: (any Error).self) { try Conductorctl.parseAsRoot(arguments) }
        let explained = unknown.explained(Conductorctl.fullMessage(for: error))
        #expect(explained.split(separator: "\n").first.map(String.init) == message)
    }

    @Test(
        "what follows a command is no command",
        arguments: [["run", "rum"], ["--json"], [], ["policies", "list", "x"]])
    func knownCommand(arguments: [String]) {
        #expect(UnknownCommand(in: arguments)?.word == nil)
    }

    @Test("what follows -- is the agent's command, options and all")
    func command() throws {
        let parsed = try Conductorctl.parseAsRoot([
            "register", "a", "--type", "test_data", "--", "make", "--json", "-n",
        ])
        let register = try #require(parsed as? Register)
        #expect(register.command == ["make", "--json", "-n"])
        #expect(register.type == .testData)
        #expect(!register.common.format.json)
    }

    @Test("options stand above what the task's file says, and a task always has an id")
    func task() throws {
        let arguments = [
            "dispatch", "--type", "review", "--name", "Look", "--input", #"{"a": 1.50}"#, "--max-retries", "0",
        ]
        let dispatch = try #require(try Conductorctl.parseAsRoot(arguments) as? Dispatch)
        let task = try dispatch.task.task()
        #expect(task.assignedTo == .review)
        #expect(task.inputData.string == #"{"a": 1.50}"#)
        #expect(task.retry?.maxRetries == 0)
        #expect(task.taskID != nil)
    }

    @Test("a message that may expire is given a time, any other gets one from the daemon")
    func message() throws {
        func message(_ options: [String]) throws -> BusMessage {
            let arguments = ["publish", "c", "--type", "status_update"] + options
            return try #require(try Conductorctl.parseAsRoot(arguments) as? Publish).message.message()
        }
        #expect(try message([]).timestamp == nil)
        let expiring = try message(["--ttl", "1.5", "--payload", #"{"n": 1.0}"#, "--priority", "high"])
        #expect(expiring.timestamp != nil)
        #expect(expiring.timeToLive == .milliseconds(1500))
        #expect(expiring.payload.string == #"{"n": 1.0}"#)
        #expect(expiring.priority == .high)
    }

    @Test("what begins with a dash is a value where one is due")
    func dashes() throws {
        let dispatch = try #require(
            try Conductorctl.parseAsRoot([
                "dispatch", "--type", "coding", "--name", "--json", "--input", "-", "--json",
            ]) as? Dispatch)
        #expect(dispatch.task.name == "--json" && dispatch.task.input == "-" && dispatch.common.format.json)
        let feedback = try #require(
            try Conductorctl.parseAsRoot(["feedback", "w", "--finding", "-1 %", "--finding", "--slow"]) as? SendFeedback
        )
        #expect(feedback.findings == ["-1 %", "--slow"])
        let run = try #require(try Conductorctl.parseAsRoot(["run", "w.yaml", "--set", "-x=-1"]) as? Run)
        #expect(run.inputs.settings.map(\.name) == ["-x"])
        let cancel = try #require(try Conductorctl.parseAsRoot(["cancel", "w", "--reason", "-- no"]) as? Cancel)
        #expect(cancel.reason == "-- no")
    }

    @Test(
        "options that every command takes may come before its name",
        arguments: [
            (["--json", "tasks"], ["tasks", "--json"]),
            (
                ["--socket", "/s", "--json", "tasks", "--limit", "3"],
                ["tasks", "--socket", "/s", "--json", "--limit", "3"]
            ),
            (["--socket=/s", "dead-letters", "--json", "list"], ["dead-letters", "list", "--socket=/s", "--json"]),
            (["register", "a", "--", "x", "--json"], ["register", "a", "--", "x", "--json"]),
            (["--json"], ["--json"]), (["--socket", "tasks"], ["--socket", "tasks"]), (["--help"], ["--help"]),
            (["--json", "dance"], ["--json", "dance"]), ([], []),
        ])
    func leading(arguments: [String], moved: [String]) {
        #expect(LeadingOptions.moved(arguments) == moved)
    }

    @Test("a workflow is named by whatever people call it, and a task of one after a slash")
    func names() throws {
        let task = try #require(WorkArgument(argument: "release#41/review"))
        #expect(task.workflow.reference == .number(41, name: "release") && task.task?.description == "review")
        let alone = try #require(WorkArgument(argument: "build"))
        #expect(alone.workflow.reference == .text("build") && alone.task == nil)
        #expect(WorkArgument(argument: "@last")?.workflow.reference == .last)
        #expect(WorkArgument(argument: "Nightly build")?.workflow.reference == .text("Nightly build"))
        for wrong in ["", "/x", "w/", "w/a b"] { #expect(WorkArgument(argument: wrong) == nil, "\(wrong)") }
    }

    @Test("durations have units, and times are so long ago or timestamps")
    func durations() throws {
        let texts = ["90s": 90.0, "5m": 300, "1.5h": 5400, "3d": 259_200, "7": 7]
        for (text, seconds) in texts {
            #expect(DurationArgument(argument: text)?.duration == Duration.seconds(seconds), "\(text)")
        }
        for wrong in ["", "m", "5y", "-1s", "1e99d"] { #expect(DurationArgument(argument: wrong) == nil, "\(wrong)") }
        #expect(TimeArgument(argument: "2026-01-31T12:00:00Z")?.timestamp == Timestamp("2026-01-31T12:00:00Z"))
        #expect(TimeArgument(argument: "yesterday") == nil)
    }
}
