import ArgumentParser
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
            ["dispatch"], ["dispatch", "--type", "coding"], ["dispatch", "--type", "coder", "--name", "x"],
            ["dispatch", "t.yaml", "--timeout", "0"], ["register", "a", "--type", "coding"],
            ["register", "-a", "--type", "coding", "--", "true"], ["register", "a", "--", "true"],
            ["events", "--kind", "task.begun"], ["feedback", "w"], ["tasks", "--limit", "0"], ["dance"],
        ])
    func mistakes(arguments: [String]) {
        #expect {
            _ = try Conductorctl.parseAsRoot(arguments)
        } throws: { error in
            Conductorctl.exitCode(for: error) == .validationFailure
        }
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

    @Test("a word is a workflow, task or agent; with a slash it is a workflow's task")
    func words() throws {
        let alone = try #require(TaskArgument(argument: "build"))
        #expect(alone.workflow == WorkflowID("build"))
        #expect(alone.agent == AgentID("build"))
        let within = try #require(TaskArgument(argument: "build/compile"))
        #expect(within.key == TaskKey(workflowID: WorkflowID("build"), taskID: try #require(TaskID("compile"))))
        #expect(within.workflow == nil)
        #expect(TaskArgument(argument: "/compile") == nil)
        #expect(TaskArgument(argument: "build/") == nil)
    }
}
