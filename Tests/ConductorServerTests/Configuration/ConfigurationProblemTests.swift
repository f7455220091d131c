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
        #expect(file.problems.map { "\($0)" } == ["c.yaml:1: its aliases make it too large"])
    }

    @Test("is a policy with more in it than any has, told once")
    func largePolicy() {
        let members = (0..<10_000).map { "m\($0): 1" }.joined(separator: ", ")
        let text = "policies:\n- kind: PhaseGatePolicy\n  parameters: {\(members)}\n"
        let file = ConfigurationFile(path: "c.yaml", contents: .text(text))
        #expect(file.problems.map { "\($0)" } == ["c.yaml:2: policies[0] holds more than any policy has"])
    }

    @Test(
        "is told with its file, its line, its key and what was expected",
        arguments: [
            ("socket: /s\nlese_seconds: 3\n", "c.yaml:2: lese_seconds is not known here"),
            ("limits:\n  max_conections: 1", "c.yaml:2: limits.max_conections is not known here"),
            (
                "\n\nlease_seconds: soon",
                "c.yaml:3: lease_seconds must be a number of seconds from 0.1 to 86400, not \"soon\""
            ),
            ("lease_seconds: 0", "c.yaml:1: lease_seconds must be a number of seconds from 0.1 to 86400, not \"0\""),
            (
                "grace_seconds: .nan",
                "c.yaml:1: grace_seconds must be a number of seconds from 0 to 86400, not \".nan\""
            ),
            (
                "limits:\n  max_connections: 0",
                "c.yaml:2: limits.max_connections must be a whole number from 1 to 1000000, not \"0\""
            ),
            (
                "retry:\n  max_retries: 1.5",
                "c.yaml:2: retry.max_retries must be a whole number from 0 to 20, not \"1.5\""
            ),
            (
                "retry: {backoff_multiplier: 0.5}",
                "c.yaml:1: retry.backoff_multiplier must be a number from 1 to 100, not \"0.5\""
            ),
            (
                "retry:\n  retryable_errors:\n  - A\n  - b c",
                "c.yaml:4: retry.retryable_errors[1] must be an error code without spaces, of at most 128"
                    + " bytes, not \"b c\""
            ),
            ("retry:\n  retryable_errors: A", "c.yaml:2: retry.retryable_errors must be a list of single values"),
            (
                "breaker: {failures_to_open: 0}",
                "c.yaml:1: breaker.failures_to_open must be a whole number from 1 to 1000000, not \"0\""
            ),
            ("limits: 3", "c.yaml:1: limits must hold keys and values"),
            ("socket: [a]", "c.yaml:1: socket must be a single value"),
            ("socket: relative/path", "c.yaml:1: socket must be an absolute path, not \"relative/path\""),
            (
                "log_level: loud",
                "c.yaml:1: log_level must be one of debug, info, notice, warning, error, critical, not \"loud\""
            ),
            (
                "access:\n  others: admin",
                "c.yaml:2: access.others must be one of none, observer, submitter, agent, operator, not \"admin\""
            ),
            (
                "access:\n  admin: [0, -1]",
                "c.yaml:2: access.admin[1] must be a user of this machine, by name or uid, or a group of it"
                    + " with @ before its name or gid, not \"-1\""
            ),
            (
                "access:\n  admin: [\"@no such group\"]",
                "c.yaml:2: access.admin[0] must be a user of this machine, by name or uid, or a group of it"
                    + " with @ before its name or gid, not \"@no such group\""
            ),
            ("policies: {}", "c.yaml:1: policies must be a list"),
            ("policies:\n  - 3", "c.yaml:2: policies[0] must hold a kind and its parameters"),
            ("policies:\n- parameters: {}", "c.yaml:2: policies[0].kind is required"),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameter: {}",
                "c.yaml:3: policies[0].parameter is not known here"
            ),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameters:\n    required_success_rate: 2",
                "c.yaml:4: policies[0].parameters.required_success_rate must be a number from 0 to 1"
            ),
            (
                "policies:\n- kind: MaxConcurrentTasksPolicy\n  parameters: {max_tasks: .inf}",
                "c.yaml:3: policies[0].parameters.max_tasks must be an integer"
            ),
            (
                "policies:\n- kind: PhaseGatePolicy\n- kind: PhaseGatePolicy",
                "c.yaml:3: policies[1] has the kind of an earlier one"
            ),
            ("- a", "c.yaml:1: the file must hold keys and values"),
            ("socket: /a\nsocket: /b", "c.yaml:1: not YAML: the key socket stands twice"),
            ("a: [", "c.yaml:2: not YAML: did not find expected node content"),
        ])
    func places(yaml: String, expected: String) {
        #expect(ConfigurationSources.complaints(about: yaml) == [expected])
    }

    @Test("is told of every key that would not take what it is given")
    func everyKey() {
        for setting in Setting.all {
            let parts = setting.key.split(separator: ".").map(String.init)
            let yaml = parts.count == 1 ? "\(parts[0]): {}" : "\(parts[0]):\n  \(parts[1]): {}"
            let place = "c.yaml:\(parts.count): \(setting.key) must be "
            #expect(ConfigurationSources.complaints(about: yaml).first?.hasPrefix(place) == true, "\(setting.key)")
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
                "--log-level must", "CONDUCTOR_GRACE_SECONDS: grace_seconds", "CONDUCTOR_RETRY_MAX_RETRY: is",
                "c.yaml:10: policies[1].parameters.third", "c.yaml:11: access.admin[0]", "c.yaml:11: access.admin[2]",
                "c.yaml:1: nonsense", "c.yaml:2: limits.also_nonsense", "c.yaml:2: limits.max_agents",
                "c.yaml:3: lease_seconds", "c.yaml:5: policies[0].kind",
                "c.yaml:8: policies[1].parameters.default_timeout_seconds",
                "c.yaml:9: policies[1].parameters.max_timeout_seconds",
            ])
        let lines = complaints.compactMap { $0.split(separator: ":").dropFirst().first.flatMap { Int($0) } }
        #expect(lines == lines.sorted())
        #expect(complaints.prefix(lines.count).allSatisfy { $0.hasPrefix("c.yaml:") })
    }
}
