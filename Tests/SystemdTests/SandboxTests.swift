import ConductorTestSupport
import Foundation
import Testing

private let analyze = "/usr/bin/systemd-analyze"

@Suite(
    "The sandbox of", .enabled(if: FileManager.default.isExecutableFile(atPath: analyze), "There is no \(analyze)."))
struct SandboxTests {
    // Tenths of systemd-analyze's exposure. The best service of Debian's own has 12.
    @Test(
        "the daemon, its agents and its pages leaves them little of the machine",
        arguments: ["conductord", "conductor-agent@", "conductor-web"])
    func exposure(unit: String) async throws {
        let check = try ChildProcess(
            analyze,
            ["security", "--offline=yes", "--threshold=5", "\(Lab.checkout)/systemd/\(unit).service"])
        let (exit, output, errors) = await check.finish()
        #expect(exit.status == 0, "\(output)\(errors)")
    }
}

extension SystemdTests {
    @Suite("the units") struct Units {
        @Test("are without a mistake that systemd could find")
        func verify() async throws {
            try await Lab.use { lab in
                for manager in ["system", "user"] {
                    let check = try await lab.run(
                        "sh", "-c",
                        """
                        mkdir -p /run/user/0
                        export XDG_RUNTIME_DIR=/run/user/0
                        exec systemd-analyze --$1 verify /usr/lib/systemd/$1/conductor*
                        """, "sh", manager)
                    #expect(check.status == 0)
                    #expect(check.errors == "")
                }
            }
        }

        @Test("give an agent more where a drop-in of the documentation says so")
        func dropIns() async throws {
            try await Lab.use { lab in
                _ = try await lab.run(
                    "mkdir", "-p", "/srv/workspace", "/etc/systemd/system/conductor-agent@all.service.d")
                _ = try await lab.run("useradd", "--system", "reviewer")
                _ = try await lab.run("chown", "reviewer", "/srv/workspace")
                _ = try await lab.run(
                    "sh", "-c",
                    "cp /usr/share/doc/conductor/drop-ins/*.conf /etc/systemd/system/conductor-agent@all.service.d")
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent(
                    "all", type: "review", command: "id -un >mark && ls -d /home >&2 && unshare --user true && echo {}")
                let result = try await lab.run("conductorctl", "dispatch", "--type", "review", "--name", "x")
                #expect(result.status == 0, "\(result.output)")
                #expect(lab.exists("/srv/workspace/mark"))
                #expect(await !lab.journal.contains("ignoring"))
            }
        }
    }
}
