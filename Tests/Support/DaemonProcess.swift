import ConductorClient
import Foundation
import Synchronization

/// A real conductord on a socket and a state folder of its own.
public final class DaemonProcess: Sendable {
    public struct Ended: Error, CustomStringConvertible {
        public let status: Int32
        public let output: String
        public var description: String { "conductord ended with \(status): \(output)" }
    }

    public let folder: TemporaryFolder
    public let child: ChildProcess

    public var socket: String { folder.file("conductor.sock") }
    public var stateFolder: String { folder.file("state") }

    /// Starts the daemon and waits until it says that it is ready. In a folder that is given it finds what an
    /// earlier one has stored.
    public init(
        in folder: TemporaryFolder? = nil, arguments: [String] = [], environment: [String: String] = [:]
    ) async throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        let ready = try ReadinessSocket(path: folder.file("notify-\(UInt32.random(in: 0 ... .max)).sock"))
        child = try ChildProcess(
            Binaries.conductord,
            ["--socket", folder.file("conductor.sock"), "--state-dir", folder.file("state")] + arguments,
            environment: environment.merging(["NOTIFY_SOCKET": ready.path]) { own, _ in own },
            whenEnded: { ready.giveUp() })
        guard await ready.waitUntilReady() else {
            child.signal(SIGKILL)
            throw Ended(status: await child.exit.status, output: child.errorOutput)
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
