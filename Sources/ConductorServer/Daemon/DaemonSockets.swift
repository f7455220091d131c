import ConductorSystemd
import ConductorTransport
import NIOCore

/// The sockets that clients connect to, and whether they still find them.
actor DaemonSockets {
    private enum Standing {
        case inPlace
        /// It was told that it is gone.
        case missing
    }

    private struct Entry {
        var listener: Listener
        var standing = Standing.inPlace
    }

    private let loop: any EventLoop
    private let sessions: NIOLoopBound<any ServerSessionFactory>
    private let journal: EventJournal
    private var entries: [Entry] = []

    init(loop: any EventLoop, sessions: NIOLoopBound<any ServerSessionFactory>, journal: EventJournal) {
        self.loop = loop
        self.sessions = sessions
        self.journal = journal
    }

    var paths: [String] { entries.compactMap(\.listener.socket.path) }

    func listen(on sockets: [ListenerSocket]) async throws {
        for socket in sockets {
            entries.append(Entry(listener: try await Listener.start(socket, on: loop, sessions: sessions)))
        }
    }

    /// Makes what was deleted anew, where that is ours to do, and tells it.
    func check() async {
        for index in entries.indices {
            let entry = entries[index], socket = entry.listener.socket
            guard let path = socket.path, !socket.isInPlace else { continue }
            if !socket.isInherited {
                await renew(index, at: path)
            } else if case .inPlace = entry.standing {
                journal.record(.missing(socketOfUnit: path))
                entries[index].standing = .missing
            }
        }
    }

    /// Accepts nothing more. Connections live on.
    func close() async {
        for entry in entries { await entry.listener.close() }
    }

    private func renew(_ index: Int, at path: String) async {
        let old = entries[index]
        do {
            let socket = try ListenerSocket(bindingTo: path)
            entries[index] = Entry(listener: try await Listener.start(socket, on: loop, sessions: sessions))
            await old.listener.close()
            journal.record(.renewed(socket: path))
        } catch {
            if case .inPlace = old.standing { journal.record(.missing(socket: path, error)) }
            entries[index].standing = .missing
        }
    }
}
