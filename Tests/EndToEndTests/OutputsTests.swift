import ConductorTestSupport
import Foundation
import Testing

@Suite("What a workflow gives as a whole", .timeLimit(.minutes(2)))
struct OutputsTests {
    private let daemon: DaemonProcess
    private let bench: Bench

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
    }

    private func run(
        _ arguments: String...
    ) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
        try await ChildProcess.conductorctl(arguments, socket: daemon.socket).finish()
    }

    private static let release = """
        name: release
        tasks:
          - {task_id: deploy, name: deploy, assigned_to: coding}
          - {task_id: bad, name: bad, assigned_to: coding}
        outputs:
          ready: ${{ tasks.deploy.output_data.done }}
          title: Release for ${{ inputs.who }}
          url: ${{ tasks.bad.output_data.url }}
        """

    @Test("is told at the end of the run, by show and the report, and printed by outputs")
    func shown() async throws {
        let up = try await ChildProcess.fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
        let file = try bench.write(Self.release, "release.yaml")
        #expect(try await run("validate", file).output.contains("inputs: who\noutputs: ready, title, url\n"))
        let ended = try await run("run", file, "--set", "who=Ada", "--workflow-id", "w")
        #expect(ended.exit.status == 3)
        let lines = """
              outputs  ready=true   title=Release for Ada
              missing  url: ${{ tasks['bad']['output_data']['url'] }}: task bad has no output url

            """
        #expect(ended.output.contains(lines))
        #expect(try await run("show", "w").output.contains(lines))
        let page = try await run("report", "w").output
        #expect(page.contains("<bdi>Release for Ada</bdi>") && page.contains("task bad has no output url"))

        let outputs = try await run("outputs", "w")
        #expect(outputs.output == #"{"ready":true,"title":"Release for Ada"}"# + "\n")
        #expect(outputs.exit.status == 0)
        #expect(outputs.errors.hasPrefix("conductorctl: output url is missing: "))
        #expect(try await run("outputs", "w", "title").output == "Release for Ada\n")
        #expect(try await run("outputs", "w", "deploy.done").output == "true\n")
        #expect(try await run("outputs", "w", "--tasks").output == #"{"deploy":{"done": true}}"# + "\n")
        let missing = try await run("outputs", "w", "url")
        #expect(missing.exit.status == 1 && missing.errors.contains("task bad has no output url"))
        up.signal(SIGTERM)
    }

    @Test("is not there before the run has ended, other than what its tasks gave so far")
    func running() async throws {
        let up = try await ChildProcess.fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
        let file = try bench.write(Self.release.replacing("bad", with: "held"), "held.yaml")
        let run = try ChildProcess.conductorctl(
            ["run", file, "--workflow-id", "w", "--set", "who=x"], socket: daemon.socket)
        #expect(await up.prints("held | waiting"))
        let early = try await self.run("outputs", "w")
        #expect(early.exit.status == 1 && early.errors.contains("workflow w has not ended"))
        #expect(try await self.run("outputs", "w", "--tasks").output == #"{"deploy":{"done": true}}"# + "\n")
        try bench.release()
        #expect(await run.exit.status == 0)
        up.signal(SIGTERM)
    }

    @Test("is checked before anything runs")
    func checked() async throws {
        let file = try bench.write(Self.release.replacing("tasks.bad", with: "tasks.bda"), "wrong.yaml")
        let wrong = try await run("validate", file)
        #expect(wrong.exit.status == 1)
        #expect(wrong.errors.contains("\(file):8:3: outputs.url: there is no task \"bda\" in this workflow"))
        #expect(try await run("run", file, "--set", "who=x").errors.contains("there is no task \"bda\""))
    }
}
