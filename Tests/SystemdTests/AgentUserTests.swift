import ConductorTestSupport
import Testing

extension SystemdTests {
    @Suite("an agent's user") struct AgentUsers {
        @Test("is its own, with a uid that survives restarts, and keeps other agents from what is its own")
        func apart() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                let serve = "read -r task; echo mine >note; eval \"$(cat /srv/probe)\""
                try lab.write("echo {}", "/srv/probe")
                try await lab.startAgent("first", type: "coding", command: serve, secret: "PASSWORD=hush")
                try await lab.startAgent("second", type: "review", command: serve, secret: "PASSWORD=quiet")
                let uid = try await lab.uid(of: "cond-first"), other = try await lab.uid(of: "cond-second")
                #expect(uid != other)
                #expect(try await lab.mainUser(of: "first") == uid)
                #expect(try await lab.mainUser(of: "second") == other)
                #expect(
                    try await lab.run("id", "-nG", "cond-first").output == "cond-first conductor-agents\n")

                _ = try await lab.ask("coding")
                let pid = try await lab.property("MainPID", of: "conductor-agent@first.service")
                try lab.write(
                    """
                    for path in /proc/\(pid) /proc/\(pid)/environ /var/lib/conductor-agent/first/note \
                        /etc/conductor/agents/first.env; do
                        cat $path >/dev/null 2>&1 && seen="$seen $path"
                    done
                    ls -d /proc/\(pid) >/dev/null 2>&1 && seen="$seen process"
                    kill -0 \(pid) 2>/dev/null && seen="$seen signal"
                    test -r /proc/$$/environ && test "$PASSWORD" = quiet || seen="$seen nothing"
                    printf '{"seen": "%s"}' "$seen"
                    """, "/srv/probe")
                #expect(try await lab.ask("review").contains(#"{"seen": ""}"#))

                try await lab.systemctl("restart", "conductor-agent@first.service")
                #expect(await lab.journalTells("Agent first was unregistered."))
                _ = try await lab.run("sh", "-c", "until conductorctl agents | grep first; do sleep 0.1; done")
                #expect(try await lab.mainUser(of: "first") == uid)
                try lab.write("printf '{\"note\": \"%s\"}' $(cat note)", "/srv/probe")
                #expect(try await lab.ask("coding").contains(#"{"note": "mine"}"#))
            }
        }

        @Test("registers no other agent's id, connected or not, and only what access.agents names")
        func ids() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent("first", type: "coding", command: "echo {}")
                try await lab.startAgent("second", type: "review", command: "echo {}")
                func register(_ id: String, _ type: String) async throws -> String {
                    try await lab.run(
                        "timeout", "5", "conductorctl", "register", id, "--type", type, "--", "true", as: "cond-second"
                    ).errors
                }
                #expect(try await register("first", "review").contains("AGENT_ALREADY_REGISTERED"))
                try await lab.systemctl("stop", "conductor-agent@first.service")
                #expect(try await register("first", "review").contains("agent first belongs to uid"))
                try lab.write(
                    "access: {agents: {cond-second: {ids: [second], types: [review]}}}\n",
                    "/etc/conductor/conductor.yaml")
                try await lab.systemctl("reload", "conductord.service")
                #expect(try await register("third", "review").contains("none of those that uid"))
                #expect(try await register("second", "coding").contains("serves no tasks of type coding"))
                try await lab.systemctl("restart", "conductor-agent@second.service")
                _ = try await lab.run("sh", "-c", "until conductorctl agents | grep second; do sleep 0.1; done")
            }
        }

        @Test("is another where a drop-in says so, and is asked for where an id is no name for one")
        func names() async throws {
            try await Lab.use { lab in
                try await lab.systemctl("start", "conductord.service")
                try await lab.startAgent("v2.review", type: "review", command: "echo {}", user: "alice")
                #expect(try await lab.run("grep", "cond-", "/etc/passwd").status == 1)
                let longest = String(repeating: "x", count: 26)
                try await lab.startAgent(longest, type: "coding", command: "echo {}")
                #expect(try await lab.run("id", "cond-\(longest)").status == 0)
                let sentences = [
                    ("a.b", "cond-a.b is no name for a user: give conductor-agent@a.b one by User= in a drop-in."),
                    ("\(longest)x", "cond-\(longest)x is no name for a user"),
                    // systemd's own.
                    ("a:b", "Invalid user/group name or numeric ID: cond-a:b"),
                ]
                for (id, sentence) in sentences {
                    try lab.write("TYPE=test\nCOMMAND=true\n", "/etc/conductor/agents/\(id).env", mode: 0o600)
                    await #expect(throws: Lab.Failure.self) {
                        try await lab.systemctl("start", "conductor-agent@\(id).service")
                    }
                    #expect(await lab.journalTells(sentence))
                }
            }
        }
    }
}

extension Lab {
    fileprivate func uid(of user: String) async throws -> String {
        try await run("id", "--user", user).output
    }

    /// The uid of an agent's first process.
    fileprivate func mainUser(of agent: String) async throws -> String {
        let pid = try await property("MainPID", of: "conductor-agent@\(agent).service")
        return try await run("stat", "--format=%u", "/proc/\(pid)").output
    }

    /// Has an agent of this type serve a task.
    /// - Returns: What dispatch says of it.
    fileprivate func ask(_ type: String) async throws -> String {
        let result = try await run("conductorctl", "dispatch", "--type", type, "--name", "Probe")
        #expect(result.status == 0, "\(result)")
        return result.output
    }
}
