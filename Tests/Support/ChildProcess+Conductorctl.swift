import Foundation

extension ChildProcess {
    /// conductorctl, speaking to the daemon at `socket`.
    public static func conductorctl(
        _ arguments: [String], socket: String, environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(
            Binaries.conductorctl, arguments,
            environment: ["CONDUCTOR_SOCKET": socket].merging(environment) { _, own in own })
    }
}
