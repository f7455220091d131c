import ConductorTestSupport
import Foundation
import Testing

@Suite("conductorctl with a real daemon", .timeLimit(.minutes(2)))
struct CommandLineTests {
    private typealias Ended = (exit: ChildProcess.Exit, output: String, errors: String)

    private let daemon: DaemonProcess
    private let bench: Bench

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
    }

    private func run(_ arguments: String...) async throws -> Ended {
        try await ChildProcess.conductorctl(arguments, socket: daemon.socket).finish()
    }

    private func up() async throws -> ChildProcess {
        try await .fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
    }

    @Test("the hello example runs on the agents of `up`, which tells what they do and ends cleanly on SIGTERM")
    func hello() async throws {
        let up = try await ChildProcess.fleet(
            Bench.examples + "/hello/fleet.yaml", agents: ["greeter", "counter"], on: daemon)
        let ended = try await run(
            "run", Bench.examples + "/hello/workflow.yaml", "--set", "name=Ada", "--workflow-id", "hello-1")
        #expect(ended.exit.status == 0)
        #expect(
            Self.masked(ended.output) == """
                 T hello: 2 tasks
                 T development: 2 tasks
                 T greet started on greeter
                 T greet succeeded in T
                 T count started on counter
                 T count succeeded in T
                 T development passed: 2 succeeded, 0 failed
                 T succeeded

                ok hello succeeded in T: run hello-1 #1, 2 succeeded
                 outputs greeting=Hello Ada, this is HOST. words=5

                """)
        #expect(await up.prints("greeter  greet | greeting Ada\n"))
        #expect(await up.prints("counter  count completed\n"))
        up.signal(SIGTERM)
        #expect(await up.exit.status == 0)
        #expect(try await run("agents", "--json").output.contains(#""count":0"#))
    }

    /// Times as `T`, what the machine's name decides as a word, and each gap between columns, which is as wide as they need, as one space.
    private static func masked(_ text: String) -> String {
        text.replacing(#/[0-9]+\.[0-9]s/#) { _ in "T" }.replacing(#/this is \S+\./#) { _ in "this is HOST." }
            .replacing(#/characters=[0-9]+/#) { _ in "characters=N" }.replacing(#/ +/#) { _ in " " }
    }

    @Test("a run's exit status tells how it went: 0 all done, 3 not all, 1 failed")
    func runStatuses() async throws {
        let up = try await up()
        let gate = "gate: {required_success_rate: 1}"
        #expect(try await run("run", try bench.workflow(["fine"])).exit.status == 0)
        #expect(try await run("run", try bench.workflow(["bad"])).exit.status == 3)
        #expect(try await run("run", try bench.workflow(["bad", "fine"], more: gate)).exit.status == 1)
        up.signal(SIGTERM)
    }

    @Test("with --json an error is an object on standard output too, whatever the command; the rest is as without")
    func errorObjects() async throws {
        func code(_ ended: Ended) -> String? {
            let last = ended.output.split(separator: "\n").last ?? ""
            return last.wholeMatch(of: #/\{"error":\{"code":"([A-Z_]+)","message":".+\}\}/#).map { String($0.1) }
        }
        let nowhere = bench.folder.file("nowhere.sock")
        for command in [["status"], ["tasks"], ["events"], ["cancel", "w"], ["outputs", "w"], ["agents"]] {
            let ended = try await ChildProcess.conductorctl(command + ["--json"], socket: nowhere).finish()
            #expect(ended.exit.status == 69 && code(ended) == "DAEMON_NOT_REACHABLE", "\(command)")
            #expect(ended.errors.hasPrefix("conductorctl: conductord is not reachable"))
            let plain = try await ChildProcess.conductorctl(command, socket: nowhere).finish()
            #expect(plain.output.isEmpty)
        }
        let unknown = try await run("show", "nothing", "--json")
        #expect(unknown.exit.status == 1 && code(unknown) == "NOT_FOUND")
        let usage = try await run("frobnicate", "--json")
        #expect(usage.exit.status == 2)
        #expect(usage.output == #"{"error":{"code":"USAGE","message":"Unknown command 'frobnicate'"}}"# + "\n")
        let file = try await run("run", bench.folder.file("missing.yaml"), "--json")
        #expect(file.exit.status == 1 && code(file) == "INVALID_FILE")
    }

    @Test("a refusal is 1, a mistake on the command line 2, a daemon that is not there 69")
    func otherStatuses() async throws {
        #expect(try await run("show", "nothing").exit.status == 1)
        #expect(try await run("run").exit.status == 2)
        let nowhere = bench.folder.file("nowhere.sock")
        for arguments in [
            ["status"], ["run", try bench.workflow(["fine"])], ["up", bench.fleet], ["subscribe", "c"],
        ] {
            let ended = try await ChildProcess.conductorctl(arguments, socket: nowhere).finish()
            #expect(ended.exit.status == 69, "\(arguments)")
            #expect(ended.errors.contains("systemctl start conductord"), "\(arguments)")
        }
    }

    @Test("Ctrl-C cancels what is attached, and the status is 4")
    func interrupt() async throws {
        let up = try await up()
        let run = try ChildProcess.conductorctl(["run", try bench.workflow(["endless"])], socket: daemon.socket)
        #expect(await run.prints("endless started"))
        run.signal(SIGINT)
        #expect(await run.exit.status == 4)

        let dispatch = try ChildProcess.conductorctl(
            ["dispatch", "--type", "coding", "--name", "x", "--id", "endless-alone", "--queue"], socket: daemon.socket)
        #expect(await up.prints("endless-alone started"))
        dispatch.signal(SIGINT)
        #expect(await dispatch.exit.status == 4)
    }

    @Test("run and events go on over a daemon's kill -9, and no event is missing or comes twice")
    func killed() async throws {
        let up = try await up()
        let events = try ChildProcess.conductorctl(
            ["events", "--after", "0", "--follow", "--workflow", "w", "--json"], socket: daemon.socket)
        let run = try ChildProcess.conductorctl(
            ["run", try bench.workflow(["held", "fine"]), "--workflow-id", "w", "--json"], socket: daemon.socket)
        #expect(await up.prints("held | waiting"))
        #expect(await run.prints("task.started"))
        #expect(await events.prints("task.started"))
        await daemon.crash()

        let next = try await DaemonProcess(in: daemon.folder)
        try bench.release()
        let ended = await run.finish()
        #expect(ended.exit.status == 0)
        #expect(await events.prints("workflow.completed"))
        events.signal(SIGTERM)
        let recorded = try await ChildProcess.conductorctl(
            ["events", "--after", "0", "--workflow", "w", "--json"], socket: next.socket
        ).finish().output
        #expect(Self.durable(ended.output) == Self.durable(recorded))
        #expect(Self.durable(await events.finish().output) == Self.durable(recorded))
        #expect(recorded.split(separator: "\n").count { $0.contains("task.started") } == 2)
    }

    private static func durable(_ output: String) -> [String] {
        output.split(separator: "\n").filter { $0.hasPrefix(#"{"sequence""#) }.map(String.init)
    }

    @Test("an agent of `up` that is refused is tried again, and serves once it may")
    func supervision() async throws {
        let first = try await up()
        let second = try ChildProcess.conductorctl(["up", bench.fleet], socket: daemon.socket)
        #expect(await second.prints("coder     AGENT_ALREADY_REGISTERED"))
        first.signal(SIGINT)
        #expect(await first.exit.status == 0)
        #expect(await second.prints("coder     is registered"))
        #expect(try await run("run", try bench.workflow(["fine"])).exit.status == 0)
        second.signal(SIGTERM)
        #expect(await second.exit.status == 0)
    }

    @Test("a fleet with a command that is not there does not start, and says where it stands")
    func wrongCommand() async throws {
        let file = try bench.write(
            "agents: [{id: a, type: coding, command: [cat]}, {id: b, type: review, command: [./none]}]", "wrong.yaml")
        let ended = try await run("up", file)
        #expect(ended.exit.status == 1)
        #expect(ended.errors.contains("wrong.yaml:1:71: agents[1].command: there is no command"))
        #expect(ended.output.isEmpty)
    }

    @Test("stopping `up` lets what runs come to its end first")
    func finishing() async throws {
        let up = try await up()
        let dispatch = try ChildProcess.conductorctl(
            ["dispatch", "--type", "coding", "--name", "x", "--id", "held"], socket: daemon.socket)
        #expect(await up.prints("held | waiting"))
        up.signal(SIGTERM)
        // The idle agent leaves at once, so the signal has been heard.
        #expect(await Self.leaves("reviewer", daemon))
        try bench.release()
        #expect(await dispatch.exit.status == 0)
        #expect(await up.exit.status == 0)
    }

    private static func leaves(_ agent: String, _ daemon: DaemonProcess) async -> Bool {
        let events = try? ChildProcess.conductorctl(
            ["events", "--after", "0", "--follow", "--agent", agent], socket: daemon.socket)
        return await events?.prints("agent.unregistered") ?? false
    }

    @Test("a run that is held at a gate says how to decide, and goes on when it is approved; retry follows it anew")
    func gate() async throws {
        let up = try await up()
        let file = try bench.workflow(["bad"], more: "gate: {required_success_rate: 1}\non_gate_blocked: approve")
        let run = try ChildProcess.conductorctl(["run", file, "--workflow-id", "w"], socket: daemon.socket)
        #expect(await run.prints("conductorctl approve w --deny"))
        #expect(try await self.run("show", "w").output.contains("conductorctl approve w --deny"))
        #expect(try await self.run("approve", "w").exit.status == 0)
        #expect(await run.exit.status == 3)

        let retry = try ChildProcess.conductorctl(["retry", "w"], socket: daemon.socket)
        #expect(await retry.prints("held at the gate"))
        #expect(try await self.run("approve", "w", "--deny", "--comment", "no").exit.status == 0)
        let ended = await retry.finish()
        #expect(ended.exit.status == 1)
        #expect(ended.output.contains("bench: 1 task (round 2)"))
        up.signal(SIGTERM)
    }

    @Test("feedback sends a workflow back and shows it to its new end, or leaves it to run")
    func feedback() async throws {
        let up = try await up()
        let file = try bench.workflow(["good"])
        #expect(try await run("run", file, "--workflow-id", "w").exit.status == 0)
        let again = try await run("feedback", "w", "--finding", "slow")
        #expect(again.exit.status == 0)
        #expect(again.output.contains("good started") && again.output.contains("2 rounds"))
        let left = try await run("feedback", "w", "--finding", "slow", "--detach")
        #expect(left.exit.status == 0 && left.output == "w\n")
        #expect(try await run("watch", "w").exit.status == 0)
        up.signal(SIGTERM)
    }

    @Test("logs are the lines of a task that runs, and end with it; of one that has ended they are the same")
    func logs() async throws {
        let up = try await up()
        let run = try ChildProcess.conductorctl(
            ["run", try bench.workflow(["held"]), "--workflow-id", "w", "--detach"], socket: daemon.socket)
        #expect(await run.exit.status == 0)
        #expect(await up.prints("held | waiting"))
        let watch = try ChildProcess.conductorctl(["watch", "w"], socket: daemon.socket)
        let logs = try ChildProcess.conductorctl(["logs", "w/held"], socket: daemon.socket)
        #expect(await watch.prints("held started"))
        try bench.release()
        #expect(await watch.exit.status == 0)
        let lines = await logs.finish()
        #expect(lines.exit.status == 0 && lines.output == "waiting\nreleased\n")
        let late = try await self.run("logs", "w")
        #expect(late.exit.status == 0 && late.output == "held | waiting\nheld | released\n")
        #expect(try await self.run("logs", "w", "--failed").errors.contains("no lines were logged"))
        #expect(try await self.run("logs", "w/held", "--attempt", "2").output == "")
        let json = try await self.run("logs", "w", "--json").output
        for member in [#""kind":"task.log""#, #""attempt":1"#, #""line":"waiting""#, #""number":1"#] {
            #expect(json.contains(member), "\(json)")
        }
    }

    @Test("the tasks of a workflow that is not there yet are none")
    func noTasks() async throws {
        let none = try await run("tasks", "--workflow", "later", "--json")
        #expect(none.exit.status == 0 && none.output.contains(#""tasks":[]"#))
        #expect(try await run("tasks", "--workflow", "a name").exit.status == 1)
    }

    @Test("the bus carries a message to who listens, and a response to who asked")
    func bus() async throws {
        let listener = try ChildProcess.conductorctl(["subscribe", "questions", "--json"], socket: daemon.socket)
        let question = try ChildProcess.conductorctl(
            ["request", "questions", "--type", "control", "--correlation-id", "q1"], socket: daemon.socket)
        // Until both are there, nobody hears it.
        var answered = false
        while !answered {
            answered =
                try await run(
                    "publish", "answers", "--type", "control", "--correlation-id", "q1", "--payload", #"{"n": 1.50}"#
                )
                .output == "delivered to 1 listener\n"
        }
        let ended = await question.finish()
        #expect(ended.exit.status == 0)
        #expect(ended.output == #"{"n": 1.50}"# + "\n")
        var heard = false
        while !heard {
            heard =
                try await run("publish", "questions", "--type", "error", "--payload", #"{"last": true}"#).output
                == "delivered to 1 listener\n"
        }
        #expect(await listener.prints(#""payload":{"last": true}"#))
        listener.signal(SIGINT)
        #expect(await listener.exit.wasSignalled)
    }
}

@Suite("A standalone run", .timeLimit(.minutes(5)))
struct StandaloneRunTests {
    @Test("leaves no process and no file behind, even when it is interrupted")
    func interrupted() async throws {
        let bench = try Bench()
        let place = try TemporaryFolder()
        let run = try ChildProcess.conductorctl(
            ["run", try bench.workflow(["endless"]), "--standalone", "--fleet", bench.fleet, "--logs"],
            socket: "", environment: ["TMPDIR": place.path])
        #expect(await run.prints("pid "))
        run.signal(SIGINT)
        let ended = await run.finish()
        #expect(ended.exit.status == 4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
        let words = try #require(ended.output.firstMatch(of: #/pid (\d+)/#))
        let pid = try #require(Int32(words.output.1))
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test("does not mind what the system's configuration says")
    func foreignConfiguration() async throws {
        let place = try TemporaryFolder()
        try Data("lease_seconds: wrong\n".utf8).write(to: URL(filePath: place.file("conductor.yaml")))
        let hello = Bench.examples + "/hello"
        let ended = try await ChildProcess.conductorctl(
            ["run", hello + "/workflow.yaml", "--standalone", "--fleet", hello + "/fleet.yaml", "--set", "name=Ada"],
            socket: "", environment: ["CONFIGURATION_DIRECTORY": place.path]
        ).finish()
        #expect(ended.exit.status == 0, "\(ended.errors)")
    }
}
