import ConductorTestSupport
import Foundation

/// The files of a daemon's state folder, by name, in memory: to be damaged, and put into folders of their own.
public struct StateCopy: Sendable {
    public var files: [String: [UInt8]]

    public init(files: [String: [UInt8]] = [:]) {
        self.files = files
    }

    /// Without the index of the log (-shm), which is memory and dies with the machine.
    public init(of folder: String) throws {
        files = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasSuffix("-shm") {
            guard let content = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            files[name] = Array(content)
        }
    }

    /// A folder for a daemon that finds this state.
    public func laidOut() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("state"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        for (name, content) in files {
            let isThere = FileManager.default.createFile(
                atPath: folder.file("state/\(name)"), contents: Data(content), attributes: [.posixPermissions: 0o600])
            guard isThere else { throw POSIXError(.EIO) }
        }
        return folder
    }
}
