import ConductorClient
import ConductorModel

/// Where the daemon of a command is, and whose it must be.
package struct DaemonSocket: Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// Nil where that is left open.
    package let uid: UInt32?

    package init(path: String, uid: UInt32?) {
        self.path = path
        self.uid = uid
    }

    package var description: String { path }

    package func connect(replyTimeout: Duration? = nil) async throws(ConnectionFault) -> ConductorClient {
        try await .connect(socket: path, daemonUID: uid, replyTimeout: replyTimeout)
    }

    package func events(_ filter: EventFilter) -> EventFeed {
        EventFeed(socket: path, daemonUID: uid, filter)
    }
}
