import ConductorTestSupport
import Testing

extension SystemdTests {
    @Suite("the daemon") struct Activation {
        @Test("is started by the first who comes, and says that it is ready and what it does")
        func firstContact() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.socket")
                #expect(try await lab.property("ActiveState") == "inactive")
                #expect(try await lab.run("conductorctl", "ping").status == 0)
                #expect(try await lab.property("ActiveState") == "active")
                #expect(
                    try await lab.property("StatusText")
                        == "0 agents, 0 workflows running, 0 tasks running, 0 tasks waiting")
                #expect(await lab.journalTells("serves /run/conductor/conductor.sock, with its state in /var/lib"))
                #expect(try await lab.property("Slice") == "conductor.slice")
                #expect(try await lab.property("NRestarts") == "0")
                let state = try await lab.run("stat", "--format=%U %a", "/var/lib/conductor")
                #expect(state.output == "conductor 700\n")
            }
        }

        @Test("is operated by the members of its group, and greets everybody else")
        func outsider() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.socket")
                _ = try await lab.run("useradd", "--system", "--user-group", "outsider")
                #expect(try await lab.run("conductorctl", "ping", as: "outsider").status == 0)
                let refused = try await lab.run("conductorctl", "agents", as: "outsider")
                #expect(refused.status != 0)
                #expect(refused.errors.contains("the group conductor operates"), "\(refused.errors)")
                _ = try await lab.run("usermod", "--append", "--groups", "conductor-agents", "outsider")
                #expect(try await lab.run("conductorctl", "agents", as: "outsider").status == 0)
                let work = ["conductorctl", "dispatch", "--type", "coding", "--name", "Work", "--queue", "--detach"]
                #expect(try await lab.start(work, as: "outsider").finish().exit.status != 0)
                _ = try await lab.run("usermod", "--append", "--groups", "conductor", "outsider")
                #expect(try await lab.start(work, as: "outsider").finish().exit.status == 0)
            }
        }

        @Test("reads its configuration again when it is told to, and reports a wrong one without dying")
        func reload() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                let pid = try await lab.property("MainPID")
                try lab.write("lease_seconds: 20\n", "/etc/conductor/conductor.yaml")
                try await lab.systemctl("reload", "conductord.service")
                #expect(await lab.journalTells("lease_seconds is now 20; it was 30."))
                try lab.write("lease_seconds: soon\n", "/etc/conductor/conductor.yaml")
                await #expect(throws: Lab.Failure.self) { try await lab.systemctl("reload", "conductord.service") }
                #expect(await lab.journalTells("/etc/conductor/conductor.yaml:1:16: lease_seconds: must be"))
                #expect(try await lab.property("MainPID") == pid)
                #expect(try await lab.property("ActiveState") == "active")
                #expect(try await lab.run("conductorctl", "ping").status == 0)
            }
        }

        @Test("comes up by itself once a configuration that was wrong is repaired")
        func repair() async throws {
            try await Lab.use { lab in
                try lab.write("lease_seconds: soon\n", "/etc/conductor/conductor.yaml")
                await #expect(throws: Lab.Failure.self) { try await lab.systemctl("start", "conductord.service") }
                #expect(
                    await lab.journalTells("conductord: /etc/conductor/conductor.yaml:1:16: lease_seconds: must be"))
                let waiting = try lab.start(["conductorctl", "ping"])
                try lab.write("lease_seconds: 20\n", "/etc/conductor/conductor.yaml")
                #expect(await waiting.exit.status == 0)
            }
        }

        @Test("is one of a user's own, too")
        func user() async throws {
            try await Lab.use { lab in
                _ = try await lab.run("useradd", "--create-home", "--uid", "4321", "alice")
                try await lab.systemctl("start", "user@4321.service")
                let user = ["env", "HOME=/home/alice", "XDG_RUNTIME_DIR=/run/user/4321"]
                func alice(_ command: String...) async throws -> String {
                    let (exit, output, errors) = try await lab.start(user + command, as: "alice").finish()
                    #expect(exit.status == 0, "\(errors)")
                    return output
                }
                try lab.write("TYPE=review\nCOMMAND=id -un\n", "/home/alice/.config/conductor/agents/own.env")
                _ = try await alice("systemctl", "--user", "start", "conductord.socket", "conductor-agent@own.service")
                #expect(await lab.journalTells("Agent own registered."))
                #expect(try await alice("conductorctl", "status").contains("/home/alice/.local/state/conductor/"))
                _ = try await alice("systemctl", "--user", "restart", "conductord.service")
                // It comes back when it has noticed that the daemon has.
                _ = try await alice("sh", "-c", "until conductorctl agents | grep own; do sleep 0.1; done")
                #expect(lab.exists("/run/user/4321/conductor/conductor.sock"))
                #expect(!lab.exists("/run/conductor/conductor.sock"))
            }
        }
    }
}
