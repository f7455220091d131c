import ConductorWebPages
import NIOCore
import NIOHTTP1

/// What all connections share: who is let in, what is at which path, and how many there are. Lives on the event loop.
final class WebSite {
    static let maximumQuietSeconds = 10

    let limits: WebLimits
    private var door: WebDoor
    private let pages: @Sendable (WebPath) -> EventLoopFuture<WebAnswer>
    private var connections: [ObjectIdentifier: WebConnection] = [:]
    private var streams: [ObjectIdentifier: WebConnection] = [:]
    /// Of connections, those included whose page is still in the making.
    private var count = 0
    private var hasChanged = false
    private var quietSeconds = 0
    private var whenEmpty: (() -> Void)?

    /// - Parameter pages: Makes what the daemon is asked for: overview, agents and reports.
    init(
        _ limits: WebLimits, door: WebDoor, pages: @escaping @Sendable (WebPath) -> EventLoopFuture<WebAnswer>
    ) {
        self.limits = limits
        self.door = door
        self.pages = pages
    }

    enum Reply {
        case now(WebAnswer)
        case later(EventLoopFuture<WebAnswer>)
    }

    func reply(to head: HTTPRequestHead, from connection: WebConnection) -> Reply {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = WebDoor.Request(
            method: head.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
            host: head.headers.only("Host"), origin: head.headers.only("Origin"), cookie: head.headers.only("Cookie"))
        switch door.judge(request) {
        case .admitted: return reply(at: request.path, isHead: head.method == .HEAD, from: connection)
        case .began(let cookie): return .now(.entered(cookie: cookie))
        case .methodNotAllowed: return .now(.methodNotAllowed)
        case .misdirected: return .now(.misdirected)
        case .notAdmitted: return .now(.notAdmitted)
        }
    }

    private func reply(at path: String, isHead: Bool, from connection: WebConnection) -> Reply {
        guard let place = WebPath(path) else {
            return .now(.notFound("There is no such page."))
        }
        switch place {
        case .overview, .agents, .report: return .later(pages(place))
        case .stylesheet: return .now(.asset(WebAssets.stylesheet, type: "text/css"))
        case .script: return .now(.asset(WebAssets.script, type: "text/javascript"))
        case .events:
            guard !isHead, streams.count < limits.streams else { return .now(.busy) }
            streams[ObjectIdentifier(connection)] = connection
            return .now(.changes)
        }
    }

    // MARK: Connections

    var hasRoom: Bool { count < limits.connections }

    func opened(_ connection: WebConnection) {
        count += 1
        connections[ObjectIdentifier(connection)] = connection
    }

    func closed(_ connection: WebConnection) {
        connections[ObjectIdentifier(connection)] = nil
        streams[ObjectIdentifier(connection)] = nil
        guard connections.isEmpty else { return }
        let body = whenEmpty
        whenEmpty = nil
        body?()
    }

    /// It is closed, and no page is in the making for it any more.
    func released() {
        count -= 1
    }

    /// What is answered ends after its answer, all else at once.
    func stop(_ body: @escaping () -> Void) {
        guard !connections.isEmpty else { return body() }
        whenEmpty = body
        for connection in connections.values { connection.stop() }
    }

    func closeAll() {
        for connection in connections.values { connection.close() }
    }

    // MARK: Changes

    func noteChange() {
        hasChanged = true
    }

    /// A second has passed: streams are told what has changed in it, or after so many that nothing has, so that a reader who is
    /// gone is noticed.
    func tick() {
        quietSeconds = hasChanged ? 0 : quietSeconds + 1
        guard hasChanged || quietSeconds % Self.maximumQuietSeconds == 0 else { return }
        let event = hasChanged ? "event: changed\ndata: \n\n" : ": still here\n\n"
        hasChanged = false
        for stream in streams.values { stream.tell(event) }
    }
}

extension HTTPHeaders {
    /// The value of a header that stands there once; else nil.
    fileprivate func only(_ name: String) -> String? {
        let values = self[name]
        return values.count == 1 ? values[0] : nil
    }
}
