import ConductorTestSupport
import Foundation

/// `Shim/storage.c`, compiled once per process, and what puts it under a daemon.
public struct StorageShim: Sendable {
    public struct Unavailable: Error, CustomStringConvertible {
        public let description: String
    }

    private static let compiled = Task { try await compile() }
    private let library: String

    /// - Throws: `Unavailable` where there is no C compiler, or none that takes it.
    public init() async throws {
        library = try await Self.compiled.value.file("storage.so")
    }

    /// Whether the tests that need it can run at all.
    public static let hasCompiler = compiler != nil
    public static let noCompiler = "no C compiler (cc, gcc or clang): storage calls cannot be made to fail"

    private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private static func compile() async throws -> TemporaryFolder {
        guard let compiler else { throw Unavailable(description: noCompiler) }
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Shim/storage.c"
        let folder = try TemporaryFolder()
        let (exit, _, errors) = try await ChildProcess(
            compiler, ["-O2", "-fPIC", "-shared", "-o", folder.file("storage.so"), source, "-ldl"]
        ).finish()
        guard exit.status == 0 else { throw Unavailable(description: errors) }
        return folder
    }

    /// - Parameters:
    ///   - folder: that of the daemon's state.
    ///   - log: where what reaches the disk is written down; nil where nobody will ask.
    func environment(folder: String, control: FaultControl, log: String?) -> [String: String] {
        var environment = [
            "LD_PRELOAD": library, "CONDUCTOR_FAULTS_FOLDER": folder, "CONDUCTOR_FAULTS_CONTROL": control.path,
        ]
        environment["CONDUCTOR_FAULTS_LOG"] = log
        return environment
    }
}
