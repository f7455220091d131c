import ConductorTestSupport
import Foundation
import Testing

private let script = "/usr/bin/script"

/// What is shown and heard on a terminal, which script(1) gives.
@Suite(
    "On a terminal", .timeLimit(.minutes(2)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: script), "script(1) is not installed"))
struct TerminalTests {
    private let daemon: DaemonProcess
    private let bench: Bench

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
    }

    /// conductorctl in a window, with what tells afterwards how it ended and how it left the terminal.
    private final class Window {
        let process: ChildProcess
        private let keyboard = Pipe()

        init(_ arguments: [String], socket: String, size: String = "cols 80 rows 24") throws {
            let words = ([Binaries.conductorctl] + arguments).map { "'\($0)'" }.joined(separator: " ")
            process = try ChildProcess(
                script,
                ["-qc", "trap : INT; stty \(size); \(words); echo \"status $?\"; stty -a | tr ';' '\\n'", "/dev/null"],
                environment: ["CONDUCTOR_SOCKET": socket, "LC_ALL": "C.UTF-8", "TERM": "xterm", "SHELL": "/bin/sh"],
                input: keyboard)
        }

        func press(_ keys: String) { keyboard.fileHandleForWriting.write(Data(keys.utf8)) }

        /// All that was shown; whoever reads commands next does so as before.
        func finish(status: Int) async -> String {
            let output = await process.finish().output
            #expect(output.contains("status \(status)\r\n"), "\(output)")
            #expect(output.contains(#/ icanon /#) && output.contains(#/ echo /#))
            return output
        }
    }

    private func up() async throws -> ChildProcess {
        try await .fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
    }

    @Test("q leaves a run to itself and says how to come back; c asks, and cancels it")
    func keys() async throws {
        let up = try await up()
        let run = try Window(
            ["run", try bench.workflow(["endless", "fine"]), "--workflow-id", "w"], socket: daemon.socket)
        #expect(await run.process.prints("pid "))
        #expect(await run.process.prints("another task of the workflow runs"))
        run.press("q")
        #expect(await run.finish(status: 0).contains("workflow w continues; watch it with: conductorctl watch w"))
        let watch = try Window(["watch", "w"], socket: daemon.socket, size: "cols 40 rows 6")
        #expect(await watch.process.prints("▶ endless"))
        watch.press("c")
        #expect(await watch.process.prints("Cancel bench?"))
        watch.press("n")
        watch.press("l")
        #expect(await watch.process.prints("│ "))
        watch.press("c")
        watch.press("y")
        #expect(await watch.finish(status: 4).contains("⊘ bench cancelled"))
        up.signal(SIGTERM)
    }

    @Test("Ctrl-C cancels a run as elsewhere, and ends only the command of who watches")
    func interrupts() async throws {
        let up = try await up()
        let run = try Window(["run", try bench.workflow(["endless"]), "--workflow-id", "w"], socket: daemon.socket)
        #expect(await run.process.prints("pid "))
        let watch = try Window(["watch", "w"], socket: daemon.socket)
        #expect(await watch.process.prints("▶ endless"))
        watch.press("\u{3}")
        #expect(await watch.finish(status: 130).contains("workflow w continues"))
        run.press("\u{3}")
        #expect(await run.finish(status: 4).contains("cancelling workflow w; press Ctrl-C again to stop waiting"))
        up.signal(SIGTERM)
    }

    @Test("top has a screen of its own until q, and is for terminals only")
    func top() async throws {
        let up = try await up()
        for size in ["cols 80 rows 24", "cols 40 rows 6"] {
            let top = try Window(["top"], socket: daemon.socket, size: size)
            #expect(await top.process.prints("q quit"))
            top.press("q")
            let output = await top.finish(status: 0)
            #expect(output.contains("\u{1B}[?1049h") && output.contains("\u{1B}[?1049l"))
            #expect(output.contains("FLEET"))
        }
        let piped = try await ChildProcess.conductorctl(["top"], socket: daemon.socket).finish()
        #expect(piped.exit.status == 2)
        #expect(piped.errors.contains("top needs a terminal; elsewhere use: conductorctl status"))
        up.signal(SIGTERM)
    }
}
