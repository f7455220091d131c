import ConductorClient
import ConductorWebPages
import ConductorWebServer
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Serves, follows the daemon's events, and ends where a signal says so.
struct WebProgram {
    let descriptor: CInt
    let door: WebDoor
    let reader: DaemonReader

    /// - Parameter announcement: Printed once it serves.
    func run(announcing announcement: String) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let server = try await WebServer.start(on: descriptor, door: door) { [reader] in await reader.answer(at: $0) }
        print(announcement)
        fflush(nil)
        try await withThrowingTaskGroup { group in
            group.addTask { for await _ in signals { break } }
            group.addTask { [socket = reader.socket] in try await Self.follow(socket, server) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try await server.stop()
    }

    /// Pages are told of each event; of a daemon that is not there, once it is.
    private static func follow(_ daemon: String, _ server: WebServer) async throws {
        while true {
            do {
                for try await _ in EventFeed(socket: daemon) { try await server.noteChange() }
            } catch {
                try Task.checkCancellation()
            }
            try await Task.sleep(for: .seconds(2))
        }
    }
}
