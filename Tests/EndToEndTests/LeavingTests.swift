import ConductorTestSupport
import Foundation
import Testing

/// What commands that wait for work do when a signal ends them.
@Suite("Leaving work that is waited for", .timeLimit(.minutes(2)))
struct LeavingTests {
    private let daemon: DaemonProcess
    private let bench: Bench
    private let up: ChildProcess

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
        up = try await .fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
    }

    private func start(_ arguments: String...) throws -> ChildProcess {
        try .conductorctl(arguments, socket: daemon.socket)
    }

    private func status(_ id: String) async throws -> Int32 {
        try await start("watch", id).finish().exit.status
    }

    @Test(
        "by SIGTERM or SIGHUP lets it run to its end, and says how to watch on",
        arguments: [(SIGTERM, Int32(143)), (SIGHUP, Int32(129))])
    func detaching(signal: Int32, exit: Int32) async throws {
        let run = try start("run", try bench.workflow(["held"]), "--workflow-id", "w")
        #expect(await run.prints("held started"))
        let dispatch = try start("dispatch", "--type", "coding", "--name", "x", "--id", "held-alone", "--queue")
        let events = try start("events", "--after", "0", "--follow", "--task", "held-alone")
        #expect(await events.prints("task.queued"))
        for (command, id) in [(run, "w"), (dispatch, "held-alone")] {
            command.signal(signal)
            let ended = await command.finish()
            #expect(ended.exit == ChildProcess.Exit(status: exit))
            #expect(ended.errors.contains("continues") && ended.errors.contains("conductorctl watch \(id)"))
        }
        #expect(await up.prints("held | waiting"))
        try bench.release()
        #expect(await up.prints("held-alone | waiting"))
        try bench.release()
        #expect(try await status("w") == 0)
        #expect(try await status("held-alone") == 0)
    }

    @Test("lets a retry and feedback run too")
    func retrying() async throws {
        let workflow = try bench.workflow(["held"])
        #expect(try await start("run", workflow, "--workflow-id", "w", "--detach").finish().exit.status == 0)
        #expect(await up.prints("held | waiting"))
        try bench.release()
        #expect(try await status("w") == 0)
        for again in [["retry", "w", "--all"], ["feedback", "w", "--finding", "slow"]] {
            let command = try ChildProcess.conductorctl(again, socket: daemon.socket)
            #expect(await command.prints("held started"))
            command.signal(SIGHUP)
            #expect(await command.finish().exit.status == 129)
            try bench.release()
            #expect(try await status("w") == 0)
        }
    }

    @Test(
        "does not happen by a signal that was ignored when the command began",
        arguments: [("HUP", SIGHUP), ("INT", SIGINT), ("TERM", SIGTERM)])
    func ignored(name: String, signal: Int32) async throws {
        let run = try ChildProcess(
            "/bin/sh",
            ["-c", "trap '' \(name); exec \"$0\" \"$@\"", Binaries.conductorctl, "run", bench.workflow(["held"])],
            environment: ["CONDUCTOR_SOCKET": daemon.socket])
        #expect(await run.prints("held started"))
        run.signal(signal)
        #expect(await up.prints("held | waiting"))
        try bench.release()
        let ended = await run.finish()
        #expect(ended.exit == ChildProcess.Exit(status: 0))
        #expect(ended.output.contains("1 succeeded, 0 failed"))
    }

    @Test("by Ctrl-C cancels it, and says so")
    func cancelling() async throws {
        let run = try start("run", try bench.workflow(["endless"]), "--workflow-id", "w")
        #expect(await run.prints("endless started"))
        run.signal(SIGINT)
        let ended = await run.finish()
        #expect(ended.exit.status == 4)
        #expect(ended.output.contains("cancelling workflow w; press Ctrl-C again to stop waiting"))

        let dispatch = try start("dispatch", "--type", "coding", "--name", "x", "--id", "endless-alone", "--queue")
        #expect(await up.prints("endless-alone started"))
        dispatch.signal(SIGINT)
        let alone = await dispatch.finish()
        #expect(alone.exit.status == 4)
        #expect(alone.errors.contains("cancelling task endless-alone"))
    }

    @Test(
        "ends a standalone run with its daemon and its agents, since nothing can go on without it",
        arguments: [(SIGTERM, Int32(143)), (SIGHUP, Int32(129))])
    func standalone(signal: Int32, exit: Int32) async throws {
        let place = try TemporaryFolder()
        let run = try ChildProcess.conductorctl(
            ["run", try bench.workflow(["endless"]), "--standalone", "--fleet", bench.fleet, "--logs"],
            socket: "", environment: ["TMPDIR": place.path])
        #expect(await run.prints("pid "))
        run.signal(signal)
        let ended = await run.finish()
        #expect(ended.exit == ChildProcess.Exit(status: exit))
        #expect(ended.errors.contains("cancelled"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
        let words = try #require(ended.output.firstMatch(of: #/pid (\d+)/#))
        let pid = try #require(Int32(words.output.1))
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }
}
