import ConductorTestSupport
import Foundation
import Testing

/// What is done and what is not has to look different, on the screen and by the exit status.
@Suite("What a run did not do", .timeLimit(.minutes(2)))
struct RunEndingTests {
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

    private func up() async throws -> ChildProcess {
        try await .fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
    }

    @Test("a failure that is accepted at a gate counts as done; a held workflow may also be retried")
    func acceptingFailures() async throws {
        let up = try await up()
        let file = try bench.write(
            """
            name: held
            gate: {required_success_rate: 1}
            on_gate_blocked: approve
            tasks:
              - {task_id: bad, name: bad, assigned_to: coding}
              - {task_id: next, name: next, assigned_to: review, needs: [bad]}
            """, "held.yaml")
        let run = try ChildProcess.conductorctl(["run", file, "--workflow-id", "w"], socket: daemon.socket)
        #expect(await run.prints("conductorctl approve w --accept-failures"))
        #expect(try await self.run("approve", "w", "--accept-failures", "--deny").exit.status == 2)
        let retry = try ChildProcess.conductorctl(["retry", "w"], socket: daemon.socket)
        #expect(await retry.prints("held at the gate after development"))
        #expect(try await self.run("approve", "w", "--accept-failures").exit.status == 0)
        #expect(await run.exit.status == 3)
        let ended = await retry.finish()
        #expect(ended.exit.status == 3)
        #expect(ended.output.contains("next succeeded"))
        up.signal(SIGTERM)
    }

    @Test("tasks without an id are shown by the one that they get, and those that no phase takes never look done")
    func unnamedTasks() async throws {
        let up = try await up()
        let file = try bench.write(
            """
            name: unnamed
            phases: [development]
            tasks: [{name: Build it, assigned_to: coding}, {name: Watch it, assigned_to: monitor}]
            """, "unnamed.yaml")
        let check = try await run("validate", file)
        #expect(check.output.contains(#"task "Watch it" will never run: no phase for type monitor"#))
        let ended = try await run("run", file, "--workflow-id", "w")
        #expect(ended.exit.status == 3)
        #expect(ended.output.contains(#/FAIL unnamed failed in .*: run w #1, 1 succeeded/#))
        #expect(ended.output.contains(#""Watch it" will never run: no phase for type monitor"#))
        let again = try await run("retry", "w", "--all")
        #expect(again.exit.status == 3)
        #expect(again.output.contains("development passed: 1 succeeded, 0 failed"))
        up.signal(SIGTERM)
    }

    @Test("a retry of what is completed says that nothing was run")
    func nothingLeft() async throws {
        let up = try await up()
        let file = try bench.write("{name: w, tasks: [{task_id: t, name: t, assigned_to: coding}]}", "w.yaml")
        #expect(try await run("run", file, "--workflow-id", "w").exit.status == 0)
        let retry = try await run("retry", "w")
        #expect(retry.output.contains("no task that is left to run; nothing was run"))
        #expect(retry.exit.status == 0)
        #expect(try await run("retry", "w", "--detach").errors.contains("nothing was run"))
        #expect(try await !run("retry", "w", "--all").output.contains("nothing was run"))
        up.signal(SIGTERM)
    }

    @Test("a run whose tasks were cancelled and skipped does not end well, for who runs it and who watches it later")
    func nothingDone() async throws {
        let up = try await up()
        let file = try bench.write(
            """
            name: w
            tasks:
              - {task_id: endless, name: endless, assigned_to: coding}
              - {task_id: next, name: next, assigned_to: coding, needs: [endless]}
            """, "nothing.yaml")
        let run = try ChildProcess.conductorctl(["run", file, "--workflow-id", "w"], socket: daemon.socket)
        #expect(await run.prints("endless started"))
        #expect(try await self.run("show", "w").output.contains(#/next  +coding  waiting/#))
        #expect(try await self.run("cancel", "w/endless").exit.status == 0)
        #expect(await run.exit.status == 3)
        let watch = try await self.run("watch", "w")
        #expect(watch.exit.status == 3 && watch.output.contains("1 skipped, 1 cancelled"))
        let task = try await self.run("watch", "w/endless")
        #expect(task.exit.status == 4 && task.output.contains("endless cancelled"))
        up.signal(SIGTERM)
    }

    @Test("the same id a second time runs nothing, and says so and when it ended")
    func sameID() async throws {
        let up = try await up()
        let file = try bench.workflow(["bad"])
        for arguments in [
            ["run", file, "--workflow-id", "w"], ["dispatch", "--type", "coding", "--name", "n", "--id", "bad-alone"],
        ] {
            let first = try await ChildProcess.conductorctl(arguments, socket: daemon.socket).finish()
            let second = try await ChildProcess.conductorctl(arguments, socket: daemon.socket).finish()
            #expect(first.exit == second.exit)
            #expect(!first.output.contains("already"))
            #expect(second.output.contains(#/had ended already, at 2[0-9TZ:-]+; nothing was run/#))
        }
        up.signal(SIGTERM)
    }

    @Test("inputs that the workflow does not ask for are refused before anything runs")
    func wrongInputs() async throws {
        let file = try bench.write(
            "name: w\ntasks: [{name: t, assigned_to: coding, input_data: {to: '${{ inputs.target }}'}}]", "inputs.yaml")
        let wrong = try await run("run", file, "--set", "traget=x", "--workflow-id", "w")
        #expect(wrong.exit.status == 1)
        #expect(wrong.errors.hasPrefix("conductorctl: unknown input traget; did you mean target?\n"))
        #expect(try await run("run", file).errors.contains("input target was not given (--set target=…)"))
        #expect(try await run("validate", file).output.contains("inputs: target"))
        #expect(try await run("show", "w").errors.contains("NOT_FOUND"))
    }

    @Test("a list is sorted by a column that it has", arguments: ["workflows", "tasks", "agents"])
    func sorted(command: String) async throws {
        for column in ["age", "name", "status"] {
            #expect(try await run(command, "--sort", column).exit.status == 0)
        }
        let wrong = try await run(command, "--sort", "stauts")
        #expect(wrong.exit.status == 2)
        #expect(wrong.errors.contains(#"unknown column "stauts"; did you mean "status"? (age, name, status"#))
    }

    @Test("an output that takes nothing is a failure with words", arguments: ["ping", "tasks", "metrics", "--help"])
    func fullOutput(command: String) async throws {
        let shell = try ChildProcess(
            "/bin/sh", ["-c", "exec \"$0\" \"$1\" >/dev/full", Binaries.conductorctl, command],
            environment: ["CONDUCTOR_SOCKET": daemon.socket])
        let ended = await shell.finish()
        #expect(ended.exit.status == 1)
        #expect(ended.errors == "conductorctl: cannot write to standard output: No space left on device\n")
    }

    @Test("a run whose progress cannot be written is not cancelled, and says so")
    func fullOutputOfRun() async throws {
        let up = try await up()
        let shell = try ChildProcess(
            "/bin/sh",
            [
                "-c", "exec \"$0\" run \"$1\" --workflow-id w >/dev/full", Binaries.conductorctl,
                try bench.workflow(["fine"]),
            ],
            environment: ["CONDUCTOR_SOCKET": daemon.socket])
        let ended = await shell.finish()
        #expect(ended.exit.status == 1)
        #expect(ended.errors.contains("workflow w is not cancelled"))
        #expect(ended.errors.contains("No space left on device"))
        #expect(try await run("watch", "w").exit.status == 0)
        up.signal(SIGTERM)
    }
}
