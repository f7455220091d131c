import ConductorClient
import ConductorModel
import ConductorTestSupport
import Foundation
import Testing

@Suite("An agent's processes", .timeLimit(.minutes(2)))
struct AgentProcessTests {
    private let daemon: DaemonProcess
    private let folder: TemporaryFolder

    init() async throws {
        daemon = try await DaemonProcess(environment: ["CONDUCTOR_LEASE_SECONDS": "3"])
        folder = try TemporaryFolder()
    }

    private func register(_ options: [String], _ script: String) async throws -> ChildProcess {
        let agent = try ChildProcess.conductorctl(
            ["register", "a", "--type", "test"] + options + ["--", "/bin/sh", "-c", script], socket: daemon.socket)
        #expect(await agent.prints("is registered"))
        return agent
    }

    private func dispatch(_ id: String, _ options: String...) throws -> ChildProcess {
        try .conductorctl(["dispatch", "--type", "test", "--name", id, "--id", id] + options, socket: daemon.socket)
    }

    /// Waits until no process is left whose id is a line of the file; the suite's time limit says when that is too long.
    private func untilGone(_ file: String) async throws {
        let lines = try String(contentsOfFile: folder.file(file), encoding: .utf8).split(separator: "\n")
        #expect(!lines.isEmpty)
        for pid in lines.compactMap({ pid_t($0) }) {
            while kill(pid, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test("all end with it when it is killed, whatever session they are in")
    func killed() async throws {
        let ids = folder.file("ids")
        let agent = try await register(
            ["--working-directory", folder.path],
            """
            setsid sh -c 'echo $$ >>\(ids); sleep 1000 & echo $! >>\(ids); echo ready >&2; wait' &
            echo $$ >>\(ids)
            wait
            """)
        let work = try dispatch("T", "--detach")
        #expect(await work.exit.status == 0)
        #expect(await agent.prints("T | ready"))
        agent.signal(SIGKILL)
        _ = await agent.exit
        try await untilGone("ids")
    }

    @Test("are told of where a command leaves them running, and ended")
    func leftBehind() async throws {
        let agent = try await register([], "setsid sleep 1000 >/dev/null 2>&1 & echo {}")
        let work = try dispatch("T")
        #expect(await work.exit.status == 0)
        #expect(await agent.prints("T | conductor: 1 process that the command left running was ended: sleep ("))
    }

    @Test("end when somebody unregisters it; it stays away, and that is no failure")
    func unregistered() async throws {
        let ids = folder.file("ids")
        let agent = try await register([], "echo $$ >>\(ids); echo ready >&2; sleep 1000")
        let work = try dispatch("T", "--detach")
        #expect(await work.exit.status == 0)
        #expect(await agent.prints("T | ready"))
        let unregister = try ChildProcess.conductorctl(["unregister", "a"], socket: daemon.socket)
        #expect(await unregister.exit.status == 0)
        try await untilGone("ids")
        #expect(await agent.prints("a  was unregistered by someone else, and stays away"))
        #expect(await agent.exit.status == 0)
    }

    @Test("come to their end when it is told to stop, and what it has not begun goes to another one")
    func draining() async throws {
        let gate = folder.file("gate")
        #expect(mkfifo(gate, 0o600) == 0)
        let agent = try await register(["--capacity", "2"], "echo ready >&2; cat \(gate); echo {}")
        let work = try dispatch("T")
        #expect(await agent.prints("T | ready"))
        agent.signal(SIGTERM)
        try await untilDraining()
        let late = try dispatch("late", "--queue")
        let other = try ChildProcess.conductorctl(
            ["register", "b", "--type", "test", "--", "true"], socket: daemon.socket)
        #expect(await other.prints("late completed"))
        #expect(await late.finish().output.contains("completed by b"))
        try FileHandle(forWritingTo: URL(fileURLWithPath: gate)).close()
        #expect(await work.finish().output.contains("completed by a"))
        #expect(await agent.exit.status == 0)
    }

    private func untilDraining() async throws {
        let client = try await daemon.connect()
        while try await client.agent(try #require(AgentID("a")))?.isDraining != true {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test(
        "are served by the first process of a container too, which ends with SIGTERM",
        .enabled(if: getuid() == 0 && access("/usr/bin/unshare", X_OK) == 0, "It takes root, and unshare(1)."))
    func firstProcess() async throws {
        let container = try ChildProcess(
            "/usr/bin/unshare",
            [
                "--pid", "--fork", "--mount-proc", "--kill-child", Binaries.conductorctl, "register", "a", "--type",
                "test", "--", "/bin/sh", "-c", "cat /proc/1/comm >&2; kill -TERM 1",
            ], environment: ["CONDUCTOR_SOCKET": daemon.socket])
        #expect(await container.prints("is registered"))
        let work = try dispatch("T")
        #expect(await work.exit.status == 0)
        #expect(await container.prints("T | conductorctl"))
        #expect(await container.exit.status == 0)
    }

    @Test(
        "may begin with the first process of a container whose /proc is that of other processes",
        .enabled(if: getuid() == 0 && access("/usr/bin/unshare", X_OK) == 0, "It takes root, and unshare(1)."))
    func foreignProcesses() async throws {
        let container = try ChildProcess(
            "/usr/bin/unshare", ["--pid", "--fork", "--kill-child", Binaries.conductorctl, "ping"],
            environment: ["CONDUCTOR_SOCKET": daemon.socket])
        #expect(await container.exit.status == 0)
    }
}
