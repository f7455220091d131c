import ConductorEngine
import ConductorModel
import ConductorSystemd
import Testing

@testable import ConductorServer

@Suite("A configuration that is read again")
struct ConfigurationChangeTests {
    private func changes(from old: String, to new: String) throws -> (DaemonConfiguration, [String]) {
        var configuration = try ConfigurationSources.read(old)
        let changes = configuration.change(to: try ConfigurationSources.read(new))
        return (configuration, changes.map(\.description))
    }

    @Test("says what changed, and nothing where nothing did")
    func changed() throws {
        let old = "lease_seconds: 30\nlog_level: info\nretry: {retryable_errors: [A]}"
        let (same, none) = try changes(from: old, to: old)
        #expect(none.isEmpty && same.engine.lease == .seconds(30))
        let (configuration, told) = try changes(
            from: old, to: "lease_seconds: 2.5\nlog_level: debug\nretry: {retryable_errors: [A, B]}")
        #expect(configuration.engine.lease == .milliseconds(2500))
        #expect(configuration.logLevel == .debug)
        #expect(configuration.engine.retry.retryableErrors == ["A", "B"])
        #expect(
            told == [
                "log_level is now debug; it was info.", "lease_seconds is now 2.5; it was 30.",
                "retry.retryable_errors is now [A, B]; it was [A].",
            ])
    }

    @Test("keeps what takes a restart, and says so")
    func restart() throws {
        let (configuration, told) = try changes(from: "", to: "socket: /elsewhere\nstate_dir: /there")
        #expect(configuration.socket == "/s" && configuration.stateFolder == "/d")
        #expect(
            told == [
                "socket needs a restart to change from /s to /elsewhere.",
                "state_dir needs a restart to change from /d to /there.",
            ])
    }

    @Test("tells policies that come, change and go by their names")
    func policies() throws {
        let (configuration, told) = try changes(
            from: "policies: [{kind: AgentAvailabilityPolicy}, {kind: MaxConcurrentTasksPolicy}]",
            to: "policies: [{kind: PhaseGatePolicy}, {kind: MaxConcurrentTasksPolicy, parameters: {max_tasks: 7}}]")
        #expect(
            configuration.engine.policies == [
                .phaseGate(requiredSuccessRate: 0.8), .maxConcurrentTasks(limit: 7),
            ])
        #expect(
            told.map { $0.prefix { $0 != " " } } == [
                "MaxConcurrentTasksPolicy", "AgentAvailabilityPolicy", "PhaseGatePolicy",
            ])
        #expect(told[1].hasPrefix("AgentAvailabilityPolicy is now not in effect; it was \""))
    }

    @Test("takes every key that does not need a restart")
    func everyKey() throws {
        for setting in Setting.all where setting.effect == .atReload {
            var next = try ConfigurationSources.read("")
            let other = ["7", "notice", "observer", "1048577"].first { text in
                var changed = next
                guard setting.take(&changed, [text]).isEmpty, setting.text(changed) != setting.text(next) else {
                    return false
                }
                next = changed
                return true
            }
            #expect(other != nil, "\(setting.key)")
            var configuration = try ConfigurationSources.read("")
            #expect(configuration.change(to: next).map(\.key) == [setting.key])
            #expect(setting.text(configuration) == setting.text(next), "\(setting.key)")
        }
    }
}
