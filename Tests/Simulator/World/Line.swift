import ConductorEngine
import ConductorModel
import ConductorProtocol

/// What comes to the other end of a connection.
enum Mail: Sendable {
    case reply(Int64, Result<Reply, Refusal>)
    case notification(Notification)
    case event(EventRecord)
}

/// An agent's or a client's end of its connection, if it has one.
struct Line {
    private(set) var connection: ConnectionID?
    /// Has arrived and is not read.
    private(set) var inbox: [Mail] = []

    mutating func open(_ connection: ConnectionID) {
        self.connection = connection
        inbox = []
    }

    /// What was under way is lost but for the first `kept`.
    mutating func close(keeping kept: Int) {
        connection = nil
        inbox.removeLast(max(0, inbox.count - kept))
    }

    mutating func deliver(_ mail: Mail) {
        inbox.append(mail)
    }

    mutating func read() -> [Mail] {
        defer { inbox = [] }
        return inbox
    }
}
