import ConductorModel
import Testing

@testable import ConductorServer

@Suite("What is wrong with a configuration")
struct ConfigurationProblemTests {
    @Test("is that it grows without end where its aliases are followed")
    func aliases() {
        let names = "abcdefghi".map(String.init)
        var text = "policies:\n- kind: PhaseGatePolicy\n  parameters:\n    a: &a [x]\n"
        for (name, before) in zip(names.dropFirst(), names) {
            let many = Array(repeating: "*\(before)", count: 100).joined(separator: ",")
            text += "    \(name): &\(name) [\(many)]\n"
        }
        let file = ConfigurationFile(path: "c.yaml", contents: .text(text))
        #expect(file.problems.map { "\($0)" } == ["c.yaml:1:1: its aliases make it too large"])
    }

    @Test("is a policy with more in it than any has, told once")
    func largePolicy() {
        let members = (0..<10_000).map { "m\($0): 1" }.joined(separator: ", ")
        let text = "policies:\n- kind: PhaseGatePolicy\n  parameters: {\(members)}\n"
        let file = ConfigurationFile(path: "c.yaml", contents: .text(text))
        #expect(file.problems.map { "\($0)" } == ["c.yaml:2:3: policies[0]: holds more than any policy has"])
    }

    @Test(
        "is told with its file, its line, its key and what was expected",
        arguments: [
            (
                "socket: /s\nlese_seconds: 3\n",
                "c.yaml:2:1: lese_seconds: unknown key \"lese_seconds\"; did you mean \"lease_seconds\"?"
            ),
            ("nonsense: 3\n", "c.yaml:1:1: nonsense: unknown key \"nonsense\""),
            (
                "limits:\n  max_conections: 1",
                "c.yaml:2:3: limits.max_conections: unknown key \"max_conections\"; did you mean"
                    + " \"max_connections\"?"
            ),
            (
                "max_agents: 1",
                "c.yaml:1:1: max_agents: unknown key \"max_agents\"; did you mean \"limits.max_agents\"?"
            ),
            (
                "limit: {max_agents: 1}",
                "c.yaml:1:1: limit: unknown key \"limit\"; did you mean \"limits\"?"
            ),
            (
                "\n\nlease_seconds: soon",
                "c.yaml:3:16: lease_seconds: must be from 0.1 to 86400 seconds, such as 30 or 5m, not \"soon\""
            ),
            (
                "lease_seconds: 0",
                "c.yaml:1:16: lease_seconds: must be from 0.1 to 86400 seconds, such as 30 or 5m, not \"0\""
            ),
            (
                "lease_seconds: 2d",
                "c.yaml:1:16: lease_seconds: must be from 0.1 to 86400 seconds, such as 30 or 5m, not \"2d\""
            ),
            (
                "grace_seconds: .nan",
                "c.yaml:1:16: grace_seconds: must be from 0 to 86400 seconds, such as 30 or 5m, not \".nan\""
            ),
            (
                "limits:\n  max_connections: 0",
                "c.yaml:2:20: limits.max_connections: must be a whole number from 1 to 1000000, not \"0\""
            ),
            (
                "retry:\n  max_retries: 1.5",
                "c.yaml:2:16: retry.max_retries: must be a whole number from 0 to 20, not \"1.5\""
            ),
            (
                "retry: {backoff_multiplier: 0.5}",
                "c.yaml:1:29: retry.backoff_multiplier: must be a number from 1 to 100, not \"0.5\""
            ),
            (
                "retry:\n  retryable_errors:\n  - A\n  - b c",
                "c.yaml:4:5: retry.retryable_errors[1]: must be an error code without spaces, of at most 128"
                    + " bytes, not \"b c\""
            ),
            (
                "retry:\n  retryable_errors: A",
                "c.yaml:2:21: retry.retryable_errors: must be a list of single values, such as [a, b]"
            ),
            (
                "breaker: {failures_to_open: 0}",
                "c.yaml:1:29: breaker.failures_to_open: must be a whole number from 1 to 1000000, not \"0\""
            ),
            ("limits: 3", "c.yaml:1:9: limits: must be a mapping of keys to values"),
            ("socket: [a]", "c.yaml:1:9: socket: must be a single value"),
            ("socket: relative/path", "c.yaml:1:9: socket: must be an absolute path, not \"relative/path\""),
            (
                "log_level: warn",
                "c.yaml:1:12: log_level: must be one of debug, info, notice, warning, error, critical, not \"warn\""
            ),
            (
                "log_level: warnin",
                "c.yaml:1:12: log_level: must be one of debug, info, notice, warning, error, critical, not \"warnin\""
                    + "; did you mean \"warning\"?"
            ),
            (
                "access:\n  others: admin",
                "c.yaml:2:11: access.others: must be one of none, observer, submitter, agent, operator, not \"admin\""
            ),
            (
                "access:\n  admin: [0, -1]",
                "c.yaml:2:14: access.admin[1]: must be a user of this machine, by name or uid, or a group of it"
                    + " with @ before its name or gid, not \"-1\""
            ),
            (
                "access:\n  admin: [\"@no such group\"]",
                "c.yaml:2:11: access.admin[0]: must be a user of this machine, by name or uid, or a group of it"
                    + " with @ before its name or gid, not \"@no such group\""
            ),
            (
                "access: {agents: {root: {type: [test]}}}",
                "c.yaml:1:26: access.agents.root.type: unknown key \"type\"; did you mean \"types\"?"
            ),
            (
                "access: {max_priority: {root: hgih}}",
                "c.yaml:1:31: access.max_priority.root: must be one of low, medium, high, critical, not \"hgih\""
                    + "; did you mean \"high\"?"
            ),
            ("policies: {}", "c.yaml:1:11: policies: must be a list, such as [{kind: AgentAvailabilityPolicy}]"),
            ("policies:\n  - 3", "c.yaml:2:5: policies[0]: must be a mapping with the keys kind, parameters"),
            ("policies:\n- parameters: {}", "c.yaml:2:3: policies[0].kind: is required"),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameter: {}",
                "c.yaml:3:3: policies[0].parameter: unknown key \"parameter\"; did you mean \"parameters\"?"
            ),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameters: {required_sucess_rate: 1}",
                "c.yaml:3:16: policies[0].parameters.required_sucess_rate: unknown key \"required_sucess_rate\""
                    + "; did you mean \"required_success_rate\"?"
            ),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameters: [1]",
                "c.yaml:3:3: policies[0].parameters: must be a mapping, such as {max_tasks: 5}"
            ),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameters:\n    required_success_rate: 2",
                "c.yaml:4:5: policies[0].parameters.required_success_rate: must be a number from 0 to 1, not \"2\""
            ),
            (
                "policies:\n- kind: MaxConcurrentTasksPolicy\n  parameters: {max_tasks: .inf}",
                "c.yaml:3:16: policies[0].parameters.max_tasks: must be an integer, not \".inf\""
            ),
            (
                "policies:\n- kind: PhaseGatePolicy\n- kind: PhaseGatePolicy",
                "c.yaml:3:3: policies[1]: duplicate policy PhaseGatePolicy"
            ),
            ("- a", "c.yaml:1:1: must be a mapping, such as lease_seconds: 30"),
            ("socket: /a\nsocket: /b", "c.yaml:1:1: duplicate key \"socket\""),
            ("a: [", "c.yaml:2:1: not YAML: did not find expected node content"),
        ])
    func places(yaml: String, expected: String) {
        #expect(ConfigurationSources.complaints(about: yaml) == [expected])
    }

    @Test("is told of every key that would not take what it is given")
    func everyKey() {
        for setting in Setting.all {
            let parts = setting.key.split(separator: ".").map(String.init)
            let yaml = parts.count == 1 ? "\(parts[0]): {}" : "\(parts[0]):\n  \(parts[1]): {}"
            let place = parts.count == 1 ? "c.yaml:1:\(setting.key.count + 3)" : "c.yaml:2:\(parts[1].count + 5)"
            #expect(
                ConfigurationSources.complaints(about: yaml).first?.hasPrefix("\(place): \(setting.key): must be ")
                    == true, "\(setting.key)")
        }
    }

    @Test("is told whole: first the file in its order, then variables and options")
    func all() {
        let complaints = ConfigurationSources.complaints(
            about: """
                nonsense: 1
                limits: {max_agents: 0, also_nonsense: 1}
                lease_seconds: long
                policies:
                  - kind: NoSuchPolicy
                  - kind: TaskTimeoutPolicy
                    parameters:
                      default_timeout_seconds: 0
                      max_timeout_seconds: 0
                      third: 0
                access: {admin: [-1, 0, -2]}
                """,
            environment: [
                "CONDUCTOR_GRACE_SECONDS": "x", "CONDUCTOR_RETRY_MAX_RETRY": "1", "CONDUCTOR_TASK_ID": "not ours",
            ],
            options: ["log_level": "loud"])
        let keys = complaints.map {
            $0.prefix { !$0.isWhitespace } + " " + ($0.split(separator: " ").dropFirst().first ?? "")
        }
        #expect(
            keys.sorted() == [
                "--log-level: must", "CONDUCTOR_GRACE_SECONDS: grace_seconds:", "CONDUCTOR_RETRY_MAX_RETRY: unknown",
                "c.yaml:10:7: policies[1].parameters.third:", "c.yaml:11:18: access.admin[0]:",
                "c.yaml:11:25: access.admin[2]:", "c.yaml:1:1: nonsense:", "c.yaml:2:22: limits.max_agents:",
                "c.yaml:2:25: limits.also_nonsense:", "c.yaml:3:16: lease_seconds:", "c.yaml:5:5: policies[0].kind:",
                "c.yaml:8:7: policies[1].parameters.default_timeout_seconds:",
                "c.yaml:9:7: policies[1].parameters.max_timeout_seconds:",
            ])
        let lines = complaints.compactMap { $0.split(separator: ":").dropFirst().first.flatMap { Int($0) } }
        #expect(lines == lines.sorted())
        #expect(complaints.prefix(lines.count).allSatisfy { $0.hasPrefix("c.yaml:") })
    }
}
