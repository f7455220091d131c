import ConductorEngine
import ConductorModel

/// One difference that reading the configuration again has made.
public struct ConfigurationChange: Hashable, Sendable, CustomStringConvertible {
    let key: String
    let old: String
    let new: String
    let needsRestart: Bool

    public var description: String {
        needsRestart
            ? "\(key) needs a restart to change from \(old) to \(new)." : "\(key) is now \(new); it was \(old)."
    }
}

extension DaemonConfiguration {
    /// Becomes `next` in all that can change while the daemon runs.
    mutating func change(to next: DaemonConfiguration) -> [ConfigurationChange] {
        var changes: [ConfigurationChange] = []
        for setting in Setting.all where setting.text(self) != setting.text(next) {
            let needsRestart = setting.effect == .atRestart
            changes.append(
                ConfigurationChange(
                    key: setting.key, old: setting.text(self), new: setting.text(next), needsRestart: needsRestart))
            if !needsRestart { setting.copy(next, &self) }
        }
        for kind in Policy.Kind.allCases {
            let (old, new) = (engine.policies.first { $0.kind == kind }, next.engine.policies.first { $0.kind == kind })
            guard old != new else { continue }
            func text(_ policy: Policy?) -> String { policy.map { "\"\($0.summary)\"" } ?? "not in effect" }
            changes.append(
                ConfigurationChange(key: kind.rawValue, old: text(old), new: text(new), needsRestart: false))
        }
        engine.policies = next.engine.policies
        if access.bounds != next.access.bounds {
            func text(_ bounds: [AccessBound]) -> String { bounds.isEmpty ? "none" : "\(bounds.count)" }
            changes.append(
                ConfigurationChange(
                    key: "access.agents, access.max_priority", old: text(access.bounds),
                    new: text(next.access.bounds), needsRestart: false))
            access.bounds = next.access.bounds
        }
        return changes
    }
}
