import ConductorTestSupport
import Foundation
import Testing

/// One after the other: one of them uses the user's own folder, where all of them look.
@Suite("A fleet in the background", .serialized, .timeLimit(.minutes(2)))
struct BackgroundFleetTests {
    private let daemon: DaemonProcess
    private let bench: Bench
    /// The user's own, as a session has one.
    private let runtime: String

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
        runtime = bench.folder.file("runtime")
        try FileManager.default.createDirectory(
            atPath: runtime, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    private func run(
        _ arguments: String...
    ) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
        let environment = ["XDG_RUNTIME_DIR": runtime]
        return try await ChildProcess.conductorctl(arguments, socket: daemon.socket, environment: environment).finish()
    }

    private func pid(in output: String) throws -> Int32 {
        try #require(output.firstMatch(of: /pid ([0-9]+)/).flatMap { Int32($0.1) })
    }

    @Test("is there once up returns, serves tasks, and is gone once down returns")
    func upAndDown() async throws {
        let up = try await run("up", bench.fleet, "--detach", "--wait")
        #expect(up.exit.status == 0 && up.errors.isEmpty)
        #expect(up.output.contains("is up in the background"))
        #expect(up.output.contains("2 agents registered"))
        #expect(up.output.contains("conductorctl down \(bench.fleet)"))
        #expect(try await run("agents", "-o", "name").output == "coder\nreviewer\n")
        #expect(try await run("dispatch", "--type", "coding", "--name", "n").exit.status == 0)
        let log = try #require(up.output.firstMatch(of: /log +(\/.*)/)).1
        #expect(try String(contentsOfFile: String(log), encoding: .utf8).contains("coder     is registered"))
        let down = try await run("down", bench.fleet)
        #expect(down.exit.status == 0 && down.output == "\(bench.fleet) is down\n")
        #expect(!isRunning(try pid(in: up.output)))
        #expect(try await run("agents", "-o", "name").output.isEmpty)
        let again = try await run("down", bench.fleet)
        #expect(again.exit.status == 1 && again.errors.contains("is not up in the background"))
    }

    @Test("is started once, and ended by down without its name where it is the only one")
    func once() async throws {
        #expect(try await run("up", bench.fleet, "--detach").exit.status == 0)
        let second = try await run("up", bench.fleet, "--detach")
        #expect(second.exit.status == 1)
        #expect(
            second.errors.contains(#/is up already, since 2[0-9TZ:-]+ \(pid [0-9]+\); `conductorctl down .*` ends it/#))
        #expect(try await run("down").exit.status == 0)
        #expect(try await run("down").errors.contains("no fleet is up in the background"))
        #expect(try await run("up", bench.fleet, "--detach").exit.status == 0)
        #expect(try await run("down").exit.status == 0)
    }

    @Test("that was killed is not up: down says so, and up begins anew")
    func killed() async throws {
        for command in ["down", "up"] {
            let up = try await run("up", bench.fleet, "--detach", "--wait")
            let supervisor = try pid(in: up.output)
            kill(supervisor, SIGKILL)
            try await ended(supervisor)
            if command == "down" {
                let down = try await run("down", bench.fleet)
                #expect(down.exit.status == 1 && down.errors.contains("was killed; its log is "))
                #expect(try await !run("down", bench.fleet).errors.contains("was killed"))
            } else {
                let up = try await run("up", bench.fleet, "--detach")
                #expect(up.exit.status == 0 && up.errors.contains("the supervisor before was killed"))
                #expect(try await run("down").exit.status == 0)
            }
        }
    }

    /// Nobody's child any more: only its absence tells.
    private func ended(_ pid: Int32) async throws {
        while isRunning(pid) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// What nobody has reaped yet has ended too.
    private func isRunning(_ pid: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return status.map { !$0.contains(") Z ") } ?? false
    }

    @Test("waits only as long as it is told to, and says what is wrong before it detaches")
    func wrong() async throws {
        let first = try await run("up", bench.fleet, "--detach", "--wait")
        #expect(first.exit.status == 0)
        let rival = try bench.write(Bench.agents, "rival.yaml")
        let second = try await run("up", rival, "--detach", "--wait", "--timeout", "200ms", "--json")
        #expect(second.exit.status == 124)
        #expect(second.output.contains(#""registered":false"#))
        #expect(try await run("down").errors.contains("several fleets are up, say which: "))
        #expect(try await run("down", rival, "--json").output == #"{"down":["\#(rival)"]}"# + "\n")
        #expect(try await run("down", bench.fleet).exit.status == 0)
        let bad = try bench.write("agents: [{id: a, type: coding, command: [./not-there]}]", "bad.yaml")
        #expect(try await run("up", bad, "--detach").errors.contains("not-there"))
        #expect(try await run("up", bench.fleet, "--wait").exit.status == 2)
        #expect(try await run("up", "-", "--detach").exit.status == 2)
    }

    @Test("keeps its records in a folder that is the user's alone")
    func privateFolder() async throws {
        chmod(runtime, 0o777)
        defer { chmod(runtime, 0o700) }
        let up = try await run("up", bench.fleet, "--detach")
        let open = try FileManager.default.contentsOfDirectory(atPath: runtime)
        #expect(open.isEmpty)
        if up.exit.status == 0 { #expect(try await run("down", bench.fleet).exit.status == 0) }
    }
}
