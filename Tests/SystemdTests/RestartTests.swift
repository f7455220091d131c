import ConductorTestSupport
import Foundation
import Testing

extension SystemdTests {
    @Suite("a restart") struct Restart {
        private static let agent = "cat /srv/gate >/dev/null; echo '{\"done\": true}'"

        @Test("refuses nobody: a hundred in a row, while clients come without a pause")
        func underLoad() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                let end = Pipe()
                let clients = try lab.startScript("clients.py", input: end)
                #expect(await clients.prints("begun"))
                let restarts = try await lab.run(
                    "sh", "-ec", "for i in $(seq 100); do systemctl restart conductord.service; done")
                #expect(restarts.status == 0, "\(restarts.errors)")
                try end.fileHandleForWriting.close()
                let text = await clients.finish().output.split(separator: "\n").last ?? ""
                let answers = try JSONDecoder().decode([String: Int].self, from: Data(text.utf8))
                #expect(answers["refused"] == 0)
                #expect(answers["answered", default: 0] > 100)
                // Who was itself held up for longer than the daemon serves its last clients is left without an answer.
                #expect(answers["lost", default: 0] <= 5)
            }
        }

        @Test("in the middle of a workflow leaves its agents at work: one attempt, one result")
        func inTheMiddle() async throws {
            try await Lab.use { lab in
                _ = try await lab.run("mkfifo", "--mode=644", "/srv/gate")
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent("coder", type: "coding", command: Self.agent)
                try lab.write(
                    "name: held\nworkflow_id: held\ntasks:\n  - {task_id: t, name: T, assigned_to: coding}\n",
                    "/srv/held.yaml")
                _ = try await lab.run("conductorctl", "run", "--detach", "/srv/held.yaml")
                #expect(await lab.journalTells("was given to agent coder (attempt 1)"))
                let pid = try await lab.property("MainPID")
                try await lab.systemctl("restart", "conductord.service")
                #expect(try await lab.property("MainPID") != pid)
                _ = try await lab.run("sh", "-c", "echo >/srv/gate")
                #expect(try await lab.run("conductorctl", "watch", "held").status == 0)
                let task = try await lab.run("conductorctl", "show", "held", "--json").output
                #expect(task.contains("\"attempt\":1,"), "\(task)")
                let starts = try await lab.entries("_SYSTEMD_UNIT=conductor-agent@coder.service")
                    .filter { $0["MESSAGE"]?.hasSuffix(" started") == true }
                #expect(starts.count == 1)
            }
        }

        @Test("comes to a daemon that hangs, even where only the engine's own loop does")
        func watchdog() async throws {
            try await Lab.use { lab in
                try await lab.extend("conductord.service", with: "WatchdogSec=1s")
                try await lab.systemctl("start", "conductord.service")
                let end = Pipe()
                let holder = try lab.startScript(
                    "hold_thread.py", try await lab.property("MainPID"), "NIO-ELT", input: end)
                #expect(await holder.prints("held"))
                #expect(await lab.journalTells("conductord.service: Watchdog timeout"))
                // A thread that is held does not end.
                try end.fileHandleForWriting.close()
                #expect(await lab.journalTells("Failed with result 'watchdog'"))
                #expect(try await lab.run("conductorctl", "ping").status == 0)
                #expect(try await lab.property("NRestarts") == "1")
            }
        }

        @Test("does not come to one that is only busy")
        func busy() async throws {
            try await Lab.use { lab in
                try await lab.extend("conductord.service", with: "WatchdogSec=2s")
                try await lab.systemctl("start", "conductord.service")
                let end = Pipe()
                let clients = try lab.startScript("clients.py", input: end)
                #expect(await clients.prints("begun"))
                // Seconds of work, which take longer than the watchdog waits.
                let busy = try await lab.run(
                    "sh", "-c",
                    """
                    until systemctl show --property=CPUUsageNSec --value conductord.service | grep -E '^[3-9][0-9]{9}'
                    do sleep 0.2; done
                    """)
                #expect(busy.status == 0)
                try end.fileHandleForWriting.close()
                _ = await clients.exit
                #expect(try await lab.property("NRestarts") == "0")
            }
        }
    }
}
