import Foundation

/// What a running process takes of the machine.
public struct ProcessFigures: Hashable, Sendable {
    /// KiB.
    public let resident: Int
    /// KiB that no file stands behind: what leaks show in.
    public let anonymous: Int
    public let descriptors: Int
    /// To a hundredth of a second.
    public let cpuTime: Duration

    /// Nil where there is no such process.
    public init?(of pid: Int32) {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let times = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
        else { return nil }
        func kibibytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
        }
        resident = kibibytes("VmRSS")
        anonymous = kibibytes("RssAnon")
        self.descriptors = descriptors
        // After the name, which may have spaces, in ticks of a hundredth (proc_pid_stat(5)).
        let fields = times.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
        cpuTime = .milliseconds(10 * ticks)
    }
}
