import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

/// What a program inherits from the shell or the service that starts it.
@Suite("conductorctl started by another program", .timeLimit(.minutes(2)))
struct InheritedStateTests {
    /// Ends with what `script` printed.
    private func shell(_ script: String, _ daemon: DaemonProcess) async throws -> (status: Int32, output: String) {
        let process = try ChildProcess(
            "/bin/sh", ["-c", script],
            environment: ["CTL": Binaries.conductorctl, "CONDUCTOR_SOCKET": daemon.socket])
        let (exit, output, errors) = await process.finish()
        return (exit.status, output + errors)
    }

    /// One task through an agent that is started by `start`.
    private func serve(_ start: String, _ command: String = "true") async throws -> (status: Int32, output: String) {
        let daemon = try await DaemonProcess()
        return try await shell(
            """
            \(start) "$CTL" register a --type test -- \(command) & agent=$!
            until "$CTL" show a >/dev/null 2>&1; do kill -0 $agent || exit 9; done
            "$CTL" dispatch --type test --name T --json
            status=$?
            kill $agent
            wait $agent && exit $status
            """, daemon)
    }

    @Test("serves where its standard descriptors are closed, and its commands have theirs")
    func closedDescriptors() async throws {
        let served = try await serve("close() { exec \"$@\" <&- >&- 2>&-; }; close", "sh -c 'cat >/dev/null; echo {}'")
        #expect(served.status == 0, "\(served.output)")
        #expect(served.output.contains(#""status":"completed""#), "\(served.output)")
    }

    @Test("serves where SIGCHLD and SIGPIPE are ignored, and its commands have both")
    func ignoredSignals() async throws {
        let served = try await serve(
            "ignore() { trap '' CHLD PIPE; exec \"$@\"; }; ignore",
            #"sh -c 'printf "{\"ignored\":\"%s\"}" $(awk "/^SigIgn/ {print \$2}" /proc/self/status)'"#)
        #expect(served.status == 0, "\(served.output)")
        let pattern = /\\?"ignored\\?":\s*\\?"([0-9a-f]+)/
        let ignored = try #require(served.output.firstMatch(of: pattern)?.1, "\(served.output)")
        #expect(try #require(UInt64(ignored, radix: 16)) & 0x7FFF_FFFF == 0)
    }

    @Test("says what it cannot write where standard output is closed")
    func closedOutput() async throws {
        let daemon = try await DaemonProcess()
        #expect(try await shell("\"$CTL\" agents >&-", daemon).status != 0)
    }

    @Test("registers with what fits its limit on descriptors, says so, and completes all that comes")
    func descriptors() async throws {
        let daemon = try await DaemonProcess()
        let served = try await shell(
            """
            many() { ulimit -n 44; exec "$CTL" register many --type test --capacity 40 -- sleep 0.05; }
            many & agent=$!
            until "$CTL" show many >/dev/null 2>&1; do kill -0 $agent || exit 9; done
            for n in $(seq 30); do
                "$CTL" dispatch --type test --name T --id t$n --queue --detach >/dev/null
            done
            for n in $(seq 30); do "$CTL" watch t$n >/dev/null || exit 8; done
            kill $agent
            wait $agent
            """, daemon)
        #expect(served.status == 0, "\(served.output)")
        #expect(served.output.contains("instead of 40: for more, this process may open too few descriptors"))
    }

    @Test("says that it has too few descriptors, whatever it is to do", arguments: [8, 12, 16, 20, 24, 32])
    func fewDescriptors(limit: Int) async throws {
        let daemon = try await DaemonProcess()
        let served = try await shell(
            """
            ulimit -n \(limit)
            "$CTL" register few --type test -- true
            """, daemon)
        #expect(served.status == 1, "\(served.output)")
        #expect(served.output.contains("more files may be open in this process"), "\(served.output)")
    }

    /// Another user, as root's processes are not limited.
    @Test(
        "says that it has too few threads, and so does conductord",
        .enabled(if: getuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "It takes root, and setpriv(1)."),
        arguments: [(Binaries.conductorctl, "ping"), (Binaries.conductord, "--ephemeral")])
    func fewThreads(program: String, option: String) async throws {
        let process = try ChildProcess(
            "/usr/bin/setpriv",
            ["--reuid", "54321", "--regid", "54321", "--clear-groups", "prlimit", "--nproc=4", program, option])
        let (exit, output, errors) = await process.finish()
        #expect(exit.status == 1, "\(output)\(errors)")
        #expect(errors.contains("more threads can be started in this process, and it needs 8"), "\(errors)")
    }

    @Test("says that conductord has too few descriptors", arguments: [8, 12, 20])
    func fewDescriptorsOfDaemon(limit: Int) async throws {
        let process = try ChildProcess(
            "/bin/sh", ["-c", "ulimit -n \(limit); exec \"\(Binaries.conductord)\" --ephemeral"])
        let (exit, _, errors) = await process.finish()
        #expect(exit.status == 1, "\(errors)")
        #expect(errors.contains("more files may be open in this process"), "\(errors)")
    }

    @Test(
        "knows its arguments where there is no /proc, and so does conductord",
        .enabled(if: getuid() == 0 && access("/usr/bin/unshare", X_OK) == 0, "It takes root, and unshare(1)."),
        arguments: [Binaries.conductorctl, Binaries.conductord])
    func noProcesses(program: String) async throws {
        let process = try ChildProcess(
            "/usr/bin/unshare", ["--mount", "sh", "-c", "mount -t tmpfs none /proc; exec \"$0\" --version", program])
        let (exit, output, _) = await process.finish()
        #expect(exit.status == 0)
        #expect(output.contains(ConductorVersion.current) && !output.contains("USAGE"), "\(output)")
    }

    @Test("refuses an argument that it could not pass on as it is")
    func notText() async throws {
        let daemon = try await DaemonProcess()
        let served = try await shell("\"$CTL\" register a --type test -- \"$(printf 'caf\\351')\"", daemon)
        #expect(served.status == 2)
        #expect(served.output.contains("An argument is not UTF-8."), "\(served.output)")
    }
}
