import ConductorClient
import ConductorModel

/// Asks the daemon, and asks again, on a new connection, where the connection was lost before the answer came or the
/// daemon stops just then; for as long as it takes. Only for what may be asked twice: a read, or an act with an id of
/// its own. Who needs to know that there is a daemon connects before.
///
/// - Parameters:
///   - first: The connection to ask on at first.
///   - tell: Says that the connection was lost, and that it is back.
package func insisting<T>(
    socket: DaemonSocket, first: ConductorClient? = nil, tell: (String) -> Void = { _ in },
    _ body: (ConductorClient) async throws -> T
) async throws -> T {
    var backoff = Backoff()
    var interruption = Interruption()
    var first = first
    while true {
        do {
            let client: ConductorClient
            if let first { client = first } else { client = try await socket.connect() }
            first = nil
            if let sentence = interruption.ended() { tell(sentence) }
            defer { client.close() }
            return try await body(client)
        } catch  where isInterruption(error) {
            if let sentence = interruption.began(error) { tell(sentence) }
            try await Task.sleep(for: backoff.failed(random: .random(in: 0...1)))
        }
    }
}

/// Not the answer, but the lack of one.
private func isInterruption(_ error: any Error) -> Bool {
    switch error {
    case let fault as ConnectionFault: fault.isTransient
    case let refusal as Refusal: refusal.code == .shuttingDown
    default: false
    }
}
