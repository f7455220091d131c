import ConductorModel
import ConductorSystemd
import Testing

@testable import ConductorServer

@Suite("The configuration")
struct ConfigurationTests {
    private func problem(_ yaml: String) -> String? {
        do throws(ConfigurationProblem) {
            var configuration = DaemonConfiguration(socket: "/s", stateFolder: "/d")
            try configuration.apply(ConfigurationFile(path: "c.yaml", yaml: yaml), environment: [:])
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("takes every key from the file")
    func file() throws {
        var configuration = DaemonConfiguration(socket: "/s", stateFolder: "/d")
        let yaml = """
            socket: /run/x.sock
            state_dir: /var/x
            log_level: warning
            lease_seconds: 1.5
            grace_seconds: 2
            limits:
              max_connections: 7
              frame_timeout_seconds: 3
            policies:
              - kind: MaxConcurrentTasksPolicy
                parameters: {max_tasks: 9}
              - kind: AgentAvailabilityPolicy
            """
        try configuration.apply(ConfigurationFile(path: "c.yaml", yaml: yaml), environment: [:])
        #expect(configuration.socket == "/run/x.sock")
        #expect(configuration.stateFolder == "/var/x")
        #expect(configuration.logLevel == .warning)
        #expect(configuration.lease == .milliseconds(1500))
        #expect(configuration.grace == .seconds(2))
        #expect(configuration.limits.maxConnections == 7)
        #expect(configuration.limits.frameTimeout == .seconds(3))
        #expect(configuration.policies == [.maxConcurrentTasks(limit: 9), .agentAvailability])
    }

    @Test("an empty file says nothing", arguments: ["", "\n", "# nothing\n"])
    func empty(yaml: String) {
        #expect(problem(yaml) == nil)
    }

    @Test("a variable is stronger than the file, an option stronger than both")
    func precedence() throws {
        var configuration = DaemonConfiguration(socket: "/s", stateFolder: "/d")
        let file = try ConfigurationFile(path: "c.yaml", yaml: "lease_seconds: 5\nlimits: {max_agents: 5}")
        try configuration.apply(
            file, environment: ["CONDUCTOR_LEASE_SECONDS": "7", "CONDUCTOR_LIMITS_MAX_AGENTS": "8"])
        #expect(configuration.lease == .seconds(7))
        #expect(configuration.limits.maxAgents == 8)
        try configuration.apply(option: "lease_seconds", "9")
        #expect(configuration.lease == .seconds(9))
    }

    @Test(
        "what is wrong is told with its line",
        arguments: [
            ("socket: /s\nlese_seconds: 3\n", "c.yaml:2: lese_seconds is not known here"),
            ("\n\nlease_seconds: soon", "c.yaml:3: lease_seconds must be a number of seconds from 0.1 to 86400.0"),
            ("limits:\n  max_connections: 0", "c.yaml:2: limits.max_connections must be a whole number from 1 to"),
            ("limits:\n  max_conections: 1", "c.yaml:2: limits.max_conections is not known here"),
            ("limits: 3", "c.yaml:1: limits must hold keys and values"),
            ("socket: [a]", "c.yaml:1: socket must be a single value"),
            ("socket: relative/path", "c.yaml:1: socket must be an absolute path, not \"relative/path\""),
            ("log_level: loud", "c.yaml:1: log_level must be one of debug, info"),
            ("policies:\n  - kind: NoSuchPolicy", "c.yaml:2: policies[0].kind must be one of"),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameter: {}",
                "c.yaml:3: policies[0].parameter is not known here"
            ),
            (
                "policies:\n- kind: PhaseGatePolicy\n  parameters: {required_success_rate: 2}",
                "c.yaml:2: policies[0].parameters.required_success_rate must be"
            ),
            ("- a", "c.yaml:1: the file must hold keys and values"),
            ("socket: /a\nsocket: /b", "c.yaml:1: not YAML: the key socket stands twice"),
            ("a: [", "c.yaml:2: not YAML"),
        ])
    func problems(yaml: String, expected: String) {
        #expect(problem(yaml)?.hasPrefix(expected) == true, "\(problem(yaml) ?? "no problem")")
    }

    @Test("what is wrong in a variable is told by its name")
    func variable() throws {
        var configuration = DaemonConfiguration(socket: "/s", stateFolder: "/d")
        let file = ConfigurationFile(missing: "c.yaml")
        let expected = ConfigurationProblem(
            place: .environment(variable: "CONDUCTOR_LIMITS_MAX_AGENTS"), key: "limits.max_agents",
            reason: "must be a whole number from 1 to 1000000, not \"many\"")
        #expect(throws: expected) {
            try configuration.apply(file, environment: ["CONDUCTOR_LIMITS_MAX_AGENTS": "many"])
        }
    }

    @Test("without it, places are systemd's, else root's or the user's own")
    func places() {
        let systemd = DaemonConfiguration(
            environment: ["RUNTIME_DIRECTORY": "/run/a:/run/b", "STATE_DIRECTORY": "/var/lib/a"], isRoot: false)
        #expect(systemd.socket == "/run/a/conductor.sock")
        #expect(systemd.stateFolder == "/var/lib/a")
        let root = DaemonConfiguration(environment: ["HOME": "/root"], isRoot: true)
        #expect(root.socket == "/run/conductor/conductor.sock")
        #expect(root.stateFolder == "/var/lib/conductor")
        let user = DaemonConfiguration(
            environment: ["HOME": "/home/u", "XDG_RUNTIME_DIR": "/run/user/1"], isRoot: false)
        #expect(user.socket == "/run/user/1/conductor/conductor.sock")
        #expect(user.stateFolder == "/home/u/.local/state/conductor")
    }
}
