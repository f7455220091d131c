import ConductorTestSupport
import Testing

extension SystemdTests {
    @Suite("agents") struct Agents {
        @Test("of two users take a workflow through, and the journal has it by its fields")
        func workflow() async throws {
            try await Lab.use { lab in
                let command =
                    "echo drafting >&2; "
                    + "printf '{\"user\": \"%s\", \"secret\": \"%s\"}' $(id -un) $(cat $CREDENTIALS_DIRECTORY/secret)"
                try lab.write("hush", "/etc/credstore/conductor-agent.coder", mode: 0o600)
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent("coder", type: "coding", command: command)
                try await lab.startAgent(
                    "reviewer", type: "review", command: "printf '{\"user\": \"%s\"}' $(id -un)", user: "alice")
                try await lab.waitUntil("StatusText", begins: "2 agents, 0 workflows running")
                try lab.write(
                    """
                    name: pair
                    workflow_id: pair
                    tasks:
                      - {task_id: draft, name: Draft, assigned_to: coding}
                      - {task_id: check, name: Check, assigned_to: review}
                    """, "/srv/pair.yaml")
                let run = try await lab.run("conductorctl", "run", "/srv/pair.yaml")
                #expect(run.status == 0, "\(run.output)\(run.errors)")
                let results = try await lab.run("conductorctl", "show", "pair", "--json").output
                for text in ["\"cond-coder\"", "\"alice\"", "\"hush\""] {
                    #expect(results.contains(text), "\(results)")
                }

                let entries = try await lab.entries("CONDUCTOR_WORKFLOW_ID=pair")
                #expect(!entries.isEmpty)
                for entry in entries {
                    #expect(entry["_SYSTEMD_UNIT"] == "conductord.service")
                    for field in ["MESSAGE", "MESSAGE_ID", "PRIORITY", "CONDUCTOR_EVENT"] {
                        #expect(entry[field]?.isEmpty == false, "\(field) of \(entry)")
                    }
                    #expect((entry["CONDUCTOR_SEQUENCE"] == nil) == (entry["CONDUCTOR_EVENT"] == "task.log"))
                }
                let lines = try await lab.entries("CONDUCTOR_TASK_ID=draft", "CONDUCTOR_EVENT=task.log")
                #expect(lines.map { $0["MESSAGE"] } == ["drafting"])
                #expect(try await lab.run("conductorctl", "logs", "pair").output == "draft | drafting\n")
                _ = try await lab.run("journalctl", "--update-catalog")
                let explained = try await lab.run("journalctl", "-x", "CONDUCTOR_EVENT=workflow.completed").output
                #expect(explained.contains("Workflow pair completed") && explained.contains("conductorctl show pair"))
                let given = try await lab.entries("CONDUCTOR_TASK_ID=check", "CONDUCTOR_AGENT_ID=reviewer")
                #expect(given.contains { $0["CONDUCTOR_ATTEMPT"] == "1" })
                #expect(await !lab.journal.contains("hush"))
            }
        }

        @Test("tell of a command that a limit of their unit has killed, and go on")
        func commandLimit() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent(
                    "writer", type: "test_data", command: "exec head --bytes=2M /dev/zero >big",
                    settings: "LimitFSIZE=1M")
                let result = try await lab.run("conductorctl", "dispatch", "--type", "test_data", "--name", "Write")
                #expect(result.status == 1)
                #expect(result.output.contains("COMMAND_FAILED: the command was ended by signal 25"), "\(result)")
                #expect(try await lab.property("ActiveState", of: "conductor-agent@writer.service") == "active")
            }
        }

        @Test("that their unit's limit has ended are lost to the daemon, and failed to systemd")
        func unitLimit() async throws {
            try await Lab.use { lab in
                try lab.write("grace_seconds: 0\nretry: {max_retries: 0}\n", "/etc/conductor/conductor.yaml")
                try await lab.systemctl("start", "conductord.service")
                let unit = "conductor-agent@slow.service"
                try await lab.startAgent(
                    "slow", type: "test", command: "sleep 1000 & wait",
                    settings: "RuntimeMaxSec=2s\nTimeoutStopSec=100ms\nRestart=no")
                let result = try await lab.run("conductorctl", "dispatch", "--type", "test", "--name", "Sleep")
                #expect(result.status == 1)
                #expect(result.errors.contains("AGENT_LOST"), "\(result)")
                try await lab.waitUntil("ActiveState", begins: "failed", of: unit)
                #expect(try await lab.property("Result", of: unit) == "timeout")
                // With its whole group.
                #expect(try await lab.run("pgrep", "--full", "sleep 1000").status == 1)
            }
        }

        @Test("finish what runs when they are stopped, and are unregistered then")
        func stop() async throws {
            try await Lab.use { lab in
                _ = try await lab.run("mkfifo", "--mode=644", "/srv/gate")
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent("coder", type: "coding", command: "cat /srv/gate >/dev/null")
                let work = try lab.start(["conductorctl", "dispatch", "--type", "coding", "--name", "Work"])
                #expect(await lab.journalTells("was given to agent coder"))
                try await lab.systemctl("stop", "--no-block", "conductor-agent@coder.service")
                try await lab.waitUntil("ActiveState", begins: "deactivating", of: "conductor-agent@coder.service")
                _ = try await lab.run("sh", "-c", "echo >/srv/gate")
                #expect(await work.exit.status == 0)
                #expect(await lab.journalTells("Agent coder was unregistered."))
            }
        }

        @Test("that are described wrongly do not start, and say why")
        func wrong() async throws {
            try await Lab.use { lab in
                try lab.write("TYPE=poetry\nCOMMAND=true\n", "/etc/conductor/agents/poet.env")
                _ = try? await lab.systemctl("start", "conductor-agent@poet.service")
                try await lab.waitUntil("ActiveState", begins: "failed", of: "conductor-agent@poet.service")
                #expect(await lab.journalTells("The value 'poetry' is invalid for '--type <type>'"))
            }
        }
    }
}
