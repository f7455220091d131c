import ConductorClient
import Foundation
import Synchronization

/// A real conductord on a socket and a state folder of its own.
public final class DaemonProcess: Sendable {
    public struct Ended: Error, CustomStringConvertible {
        public let status: Int32
        /// A signal ended it, `status` is its number.
        public let wasSignalled: Bool
        public let output: String
        public var description: String { "conductord ended with \(wasSignalled ? "signal " : "")\(status): \(output)" }

        public init(_ exit: ChildProcess.Exit, output: String) {
            status = exit.status
            wasSignalled = exit.wasSignalled
            self.output = output
        }
    }

    public let folder: TemporaryFolder
    public let child: ChildProcess

    public var socket: String { folder.file("conductor.sock") }
    public var stateFolder: String { Self.stateFolder(in: folder) }

    /// Where one that is started in `folder` keeps what it stores.
    public static func stateFolder(in folder: TemporaryFolder) -> String { folder.file("state") }

    /// Starts the daemon and waits until it says that it is ready. In a folder that is given it finds what an
    /// earlier one has stored.
    public init(
        in folder: TemporaryFolder? = nil, conductord: String = Binaries.conductord, arguments: [String] = [],
        environment: [String: String] = [:], errors: FileHandle? = nil
    ) async throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        let ready = try ReadinessSocket(path: folder.file("notify-\(UInt32.random(in: 0 ... .max)).sock"))
        child = try ChildProcess(
            conductord,
            ["--socket", folder.file("conductor.sock"), "--state-dir", Self.stateFolder(in: folder)] + arguments,
            environment: environment.merging(["NOTIFY_SOCKET": ready.path]) { own, _ in own }, errors: errors,
            whenEnded: { ready.giveUp() })
        guard await ready.waitUntilReady() else {
            child.signal(SIGKILL)
            let (exit, _, errors) = await child.finish()
            throw Ended(exit, output: errors)
        }
    }

    public func connect() async throws -> ConductorClient {
        try await ConductorClient.connect(socket: socket)
    }

    /// kill -9.
    public func crash() async {
        child.signal(SIGKILL)
        _ = await child.exit
    }

    /// SIGTERM; gives the exit status.
    @discardableResult
    public func stop() async -> ChildProcess.Exit {
        child.signal(SIGTERM)
        return await child.exit
    }
}
