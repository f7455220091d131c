import ConductorTestSupport
import Testing

extension SystemdTests {
    @Suite("an agent's control groups") struct AttemptGroups {
        @Test("are one for each attempt, which ends with it, whatever it started")
        func attempts() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent(
                    "coder", type: "coding",
                    command: "setsid sleep 1000 & printf '{\"group\": \"%s\"}' \"$(grep ^0:: /proc/self/cgroup)\"")
                let result = try await lab.run(
                    "conductorctl", "dispatch", "--type", "coding", "--name", "Work", "--json")
                #expect(result.status == 0, "\(result.output)\(result.errors)")
                #expect(result.output.contains("/conductor-agent@coder.service/attempt-"), "\(result.output)")
                #expect(result.output.contains("cpu_seconds"), "\(result.output)")
                #expect(await lab.journalTells("1 process that the command left running was ended: sleep"))
                #expect(try await lab.run("pgrep", "--full", "sleep 1000").status == 1)
                let groups = try await lab.run("sh", "-c", "find /sys/fs/cgroup -name 'attempt-*'")
                #expect(groups.output == "")
            }
        }

        @Test("are ended when the agent is killed, and its next process starts with none of them")
        func killedAgent() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent(
                    "coder", type: "coding", command: "echo begun >&2; setsid sleep 1000 & sleep 1001",
                    settings: "RestartSec=100ms")
                let work = try lab.start(["conductorctl", "dispatch", "--type", "coding", "--name", "Work", "--detach"])
                #expect(await work.exit.status == 0)
                #expect(await lab.journalTells("begun"))
                let unit = "conductor-agent@coder.service"
                try await lab.systemctl("kill", "--kill-whom=main", "--signal=KILL", unit)
                #expect(await lab.journalTells("Scheduled restart job"))
                try await lab.waitUntil("NRestarts", begins: "1", of: unit)
                let groups = try await lab.run(
                    "sh", "-c", "until ! pgrep --full 'sleep 100[01]'; do :; done >/dev/null; echo gone")
                #expect(groups.output == "gone\n")
            }
        }

        @Test("leave a command the limit on descriptors that is usual, and the agent a higher one")
        func descriptors() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                // The guard, a command's parent, has the agent's limit.
                try await lab.startAgent(
                    "coder", type: "coding",
                    command: """
                        guard=$(awk '/^Max open files/ {print $4}' /proc/$PPID/limits)
                        printf '{"own": "%s", "more": "%s"}' $(ulimit -Sn) $([ $guard -gt 1024 ] && echo yes)
                        """)
                let result = try await lab.run("conductorctl", "dispatch", "--type", "coding", "--name", "Work")
                #expect(result.output.contains(#"{"own": "1024", "more": "yes"}"#), "\(result)")
            }
        }
    }
}
