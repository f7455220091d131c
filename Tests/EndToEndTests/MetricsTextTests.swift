import ConductorTestSupport
import Foundation
import Testing

private let path = "/usr/bin/promtool"

@Suite(
    "Metrics as Prometheus takes them", .timeLimit(.minutes(2)),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: path), "Debian's package prometheus is not installed."))
struct MetricsTextTests {
    @Test("are without a fault or a remark, before work and after it")
    func promtool() async throws {
        let daemon = try await DaemonProcess()
        let bench = try Bench()
        #expect(try await remarks(on: daemon) == "")
        let up = try await ChildProcess.fleet(bench.fleet, agents: ["coder", "reviewer"], on: daemon)
        let ran = try await ChildProcess.conductorctl(
            ["run", try bench.workflow(["one", "two"])], socket: daemon.socket
        ).finish()
        #expect(ran.exit.status == 0, "\(ran.output)\(ran.errors)")
        let text = try await ChildProcess.conductorctl(["metrics"], socket: daemon.socket).finish().output
        for family in ["task_queue", "task_run", "dispatch"] {
            #expect(text.contains("conductor_\(family)_seconds_count{type=\"coding\"} 2\n"), "\(text)")
        }
        #expect(!text.contains("conductor_commit_seconds_count 0\n"))
        #expect(try await remarks(on: daemon) == "")
        up.signal(SIGTERM)
    }

    private func remarks(on daemon: DaemonProcess) async throws -> String {
        let check = try await ChildProcess(
            "/bin/sh", ["-c", "\"$1\" metrics | \(path) check metrics", "sh", Binaries.conductorctl],
            environment: ["CONDUCTOR_SOCKET": daemon.socket]
        ).finish()
        return check.output + check.errors + (check.exit.status == 0 ? "" : "exit status \(check.exit.status)")
    }
}
