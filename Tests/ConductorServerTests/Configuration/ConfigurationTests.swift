import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSystemd
import ConductorTransport
import Foundation
import Testing

@testable import ConductorServer

@Suite("The configuration")
struct ConfigurationTests {
    @Test("takes every kind of value from the file")
    func file() throws {
        let configuration = try ConfigurationSources.read(
            """
            socket: /run/x.sock
            state_dir: /var/x
            log_level: warning
            lease_seconds: 1.5
            grace_seconds: 2
            cancel_patience_seconds: 0
            limits:
              max_connections: 7
              frame_timeout_seconds: 3
            retry:
              max_retries: 1
              backoff_multiplier: 1.5
              retryable_errors:
                - MINE
                - YOURS
            breaker: {failures_to_open: 2, open_seconds: 3, successes_to_close: 4}
            policies:
              - kind: MaxConcurrentTasksPolicy
                parameters: {max_tasks: 9}
              - kind: AgentAvailabilityPolicy
            access:
              observer: [1001, "@1002"]
              others: agent
            """)
        #expect(configuration.socket == "/run/x.sock")
        #expect(configuration.stateFolder == "/var/x")
        #expect(configuration.logLevel == .warning)
        let engine = configuration.engine
        #expect([engine.lease, engine.grace, engine.cancelPatience] == [.milliseconds(1500), .seconds(2), .zero])
        #expect(engine.limits.maxConnections == 7)
        #expect(engine.limits.frameTimeout == .seconds(3))
        #expect(engine.retry.maxRetries == 1 && engine.retry.backoffMultiplier == 1.5)
        #expect(engine.retry.retryableErrors == ["MINE", "YOURS"])
        #expect(engine.breaker.failuresToOpen == 2 && engine.breaker.successesToClose == 4)
        #expect(engine.breaker.openDuration == .seconds(3))
        #expect(engine.policies == [.maxConcurrentTasks(limit: 9), .agentAvailability])
        #expect(configuration.access.observers.map(\.kind) == [.user(1001), .group(1002)])
        #expect(configuration.access.others == .agent)
    }

    @Test("a byte order mark before it is passed over, and a merge key is told")
    func marks() throws {
        let marked = "\u{FEFF}lease_seconds: 20\nlog_level: notice\n"
        #expect(try ConfigurationSources.read(marked).engine.lease == .seconds(20))
        #expect {
            _ = try ConfigurationSources.read("limits: &l {max_agents: 1}\nretry:\n  <<: *l\n")
        } throws: { "\($0)" == "c.yaml:3:3: retry.<<: unknown key \"<<\"" }
    }

    @Test("durations may have units, in the file, in variables and in policies")
    func durations() throws {
        let yaml = """
            lease_seconds: 90s
            grace_seconds: 1h30m
            policies: [{kind: TaskTimeoutPolicy, parameters: {default_timeout_seconds: 5m, max_timeout_seconds: 2h}}]
            """
        let environment = ["CONDUCTOR_BREAKER_OPEN_SECONDS": "500ms"]
        let engine = try ConfigurationSources.read(yaml, environment: environment).engine
        #expect(engine.lease == .seconds(90))
        #expect(engine.grace == .seconds(5400))
        #expect(engine.breaker.openDuration == .milliseconds(500))
        #expect(engine.policies == [.taskTimeout(standard: .seconds(300), maximum: .seconds(7200))])
    }

    @Test("a file may be one that has no size")
    func device() throws {
        var sources = ConfigurationSources(
            defaults: DaemonConfiguration(socket: "/s", stateFolder: "/d"), file: "/dev/null")
        sources.isFileRequired = true
        #expect(try sources.read().socket == "/s")
    }

    @Test("an empty file says nothing", arguments: ["", "\n", "# nothing\n"])
    func empty(yaml: String) throws {
        #expect(try ConfigurationSources.read(yaml).engine.lease == .seconds(30))
    }

    @Test("a variable is stronger than the file, an option stronger than both")
    func precedence() throws {
        let yaml = "log_level: error\nlease_seconds: 5\nlimits: {max_agents: 5}\nretry: {retryable_errors: [A]}"
        let environment = [
            "CONDUCTOR_LOG_LEVEL": "debug", "CONDUCTOR_LIMITS_MAX_AGENTS": "8",
            "CONDUCTOR_RETRY_RETRYABLE_ERRORS": "B,C",
        ]
        let fromFile = try ConfigurationSources.read(yaml)
        #expect(fromFile.logLevel == .error)
        let configuration = try ConfigurationSources.read(yaml, environment: environment)
        #expect(configuration.logLevel == .debug)
        #expect(configuration.engine.limits.maxAgents == 8)
        #expect(configuration.engine.retry.retryableErrors == ["B", "C"])
        #expect(configuration.engine.lease == .seconds(5))
        #expect(configuration.engine.grace == .seconds(60))
        let options = ["log_level": "critical"]
        #expect(
            try ConfigurationSources.read(yaml, environment: environment, options: options).logLevel == .critical)
    }

    @Test("every key can be set from its variable")
    func variables() {
        for setting in Setting.all {
            let complaints = ConfigurationSources.complaints(
                about: "", environment: [setting.variable: "no such thing"])
            #expect(complaints.count == 1 && complaints[0].hasPrefix(setting.variable + ": "), "\(setting.key)")
        }
    }

    @Test("every limit that varies has its key, by its name on the wire")
    func limits() throws {
        let keys = Setting.all.map(\.key).filter { $0.hasPrefix("limits.") }
        #expect(keys.count == Mirror(reflecting: Limits()).children.count)
        let names = try Limits().jsonText.parsed().members.map { "limits." + $0.key }
        #expect(Set(keys).isSubset(of: names))
    }

    @Test("a file that is missing is a problem only where it was asked for", arguments: [false, true])
    func missing(isRequired: Bool) {
        var sources = ConfigurationSources(
            defaults: DaemonConfiguration(socket: "/s", stateFolder: "/d"), file: "/no/such/file.yaml")
        sources.isFileRequired = isRequired
        var said: String?
        do throws(ConfigurationProblems) {
            _ = try sources.read()
        } catch {
            said = error.description
        }
        #expect(said == (isRequired ? "/no/such/file.yaml: the file cannot be read" : nil))
    }

    @Test("without it, places are systemd's, else root's or the user's own")
    func places() {
        let systemd = DaemonConfiguration(
            environment: ["RUNTIME_DIRECTORY": "/run/a:/run/b", "STATE_DIRECTORY": "/var/lib/a"], uid: 1)
        #expect(systemd.socket == "/run/a/conductor.sock")
        #expect(systemd.stateFolder == "/var/lib/a")
        let root = DaemonConfiguration(environment: ["HOME": "/root"], uid: 0)
        #expect(root.socket == "/run/conductor/conductor.sock")
        #expect(root.stateFolder == "/var/lib/conductor")
        let user = DaemonConfiguration(
            environment: ["HOME": "/home/u", "XDG_RUNTIME_DIR": "/run/user/1"], uid: 1,
            holder: { $0 == "/run/user/1" ? .user(1, isPrivate: true) : .nobody })
        #expect(user.socket == "/run/user/1/conductor/conductor.sock")
        #expect(user.stateFolder == "/home/u/.local/state/conductor")
        for home in [["HOME": ""], ["HOME": "rel", "XDG_STATE_HOME": "rel"], [:]] {
            let user = DaemonConfiguration(environment: home, uid: 1, userHome: { "/home/of-\($0)" })
            #expect(user.stateFolder == "/home/of-1/.local/state/conductor")
        }
        let taken = DaemonConfiguration(
            environment: [:], uid: 1, holder: { $0.hasSuffix("/run") ? .user(2, isPrivate: true) : .unknown },
            userHome: { _ in "/home/u" })
        // Binding it is refused.
        #expect(taken.socket == "/home/u/.local/state/conductor/run/conductor.sock")
    }

    @Test("no more connections are promised than there are descriptors for, beside the daemon's own")
    func descriptors() {
        let configuration = EngineConfiguration(version: "test")
        #expect(configuration.fitting(descriptors: 1_024).limits.maxConnections == 1_024 - 64)
        #expect(configuration.fitting(descriptors: 10).limits.maxConnections == 1)
        #expect(configuration.fitting(descriptors: 1 << 20).limits.maxConnections == 32_768)
    }
}
