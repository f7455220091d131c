import Foundation

/// The programs that were built together with the tests.
public enum Binaries {
    public static let conductord = path(of: "conductord")
    public static let conductorctl = path(of: "conductorctl")
    public static let conductorWeb = path(of: "conductor-web")
    public static let conductorBench = path(of: "conductor-bench")
    public static let conductorSim = path(of: "conductor-sim")
    public static let exampleAgent = path(of: "example-agent")

    /// A program's path and its SHA-256, as `sha256sum` prints them: tells whether two runs had the same one.
    public static func fingerprint(of program: String) async throws -> String {
        await (try ChildProcess("/usr/bin/sha256sum", [program])).finish().output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The folder of the running test program.
    private static let folder: URL = {
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: link).deletingLastPathComponent()
    }()

    private static func path(of name: String) -> String {
        folder.appendingPathComponent(name).path
    }
}

/// A folder of a test's own, removed with it.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/conductor-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A daemon that is just ending may remove a file of its own meanwhile, which fails a removal half way.
    deinit {
        for _ in 0..<10 where access(path, F_OK) == 0 { try? FileManager.default.removeItem(atPath: path) }
    }

    public func file(_ name: String) -> String { path + "/" + name }
}
