import ConductorTestSupport
import Foundation

/// `Shim/storage.c`, compiled once per process, and what puts it under a daemon.
public struct StorageShim: Sendable {
    private static let compiled = Task {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        return try await CompiledShim(source: folder + "/Shim/storage.c")
    }
    private let library: String

    /// - Throws: `CompiledShim.Unavailable` where there is no C compiler, or none that takes it.
    public init() async throws {
        library = try await Self.compiled.value.library
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
