import ConductorTestSupport
import Foundation

/// Where and on what was measured.
public struct Machine: Codable, Sendable {
    public let processor: String
    public let cpus: Int
    public let kernel: String
    public let folder: String
    public let fileSystem: String
    /// The daemon that was measured.
    public let binary: String
    public let sha256: String
    public let bytes: Int

    public init(conductord: String, folder: String) async throws {
        let cpuInfo = Self.read("/proc/cpuinfo").split(separator: "\n")
        processor = cpuInfo.first { $0.hasPrefix("model name") }?.split(separator: ": ").last.map(String.init) ?? "?"
        cpus = ProcessInfo.processInfo.activeProcessorCount
        kernel = Self.read("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
        self.folder = folder
        fileSystem = try await Self.output("/usr/bin/stat", ["-f", "-c", "%T", folder])
        binary = conductord
        sha256 = String(try await Binaries.fingerprint(of: conductord).prefix(64))
        bytes = try FileManager.default.attributesOfItem(atPath: conductord)[.size] as? Int ?? 0
    }

    /// Whether a flush in `folder` reaches a disk.
    public var hasDisk: Bool { !["tmpfs", "ramfs"].contains(fileSystem) }

    /// Of the last minute.
    static var loadAverage: Double {
        read("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0
    }

    /// CPU seconds that the hypervisor has withheld since the start.
    static var stolenSeconds: Double {
        let fields = read("/proc/stat").prefix { $0 != "\n" }.split(separator: " ")
        guard fields.count > 8, let ticks = Double(fields[8]) else { return 0 }
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func read(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    private static func output(_ path: String, _ arguments: [String]) async throws -> String {
        await (try ChildProcess(path, arguments)).finish().output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
