import ConductorWebPages
import FlyingFox
import FlyingSocks
import Foundation

/// Listens, and answers by what the door and the pages say.
struct WebServer: HTTPHandler {
    enum Place {
        case unix(path: String)
        case loopback(port: UInt16)
    }

    private let door: DoorKeeper
    private let reader: DaemonReader
    private let changes: Changes

    static func run(_ place: Place, daemon: String) async throws {
        let reader = DaemonReader(socket: daemon)
        let changes = Changes()
        let pool = TimedPool(HTTPServer.defaultPool())
        let server: HTTPServer
        switch place {
        case .unix(let path):
            // Private from the moment it exists; access for a group is a matter of the folder's mode.
            umask(0o177)
            unlink(path)
            let handler = WebServer(door: DoorKeeper(.open), reader: reader, changes: changes)
            server = HTTPServer(address: .unix(path: path), pool: pool, logger: .disabled, handler: handler)
            print("listening at \(path)")
        case .loopback(let port):
            let code = secret()
            let door = WebDoor.locked(host: "127.0.0.1:\(port)", code: code, session: secret())
            let handler = WebServer(door: DoorKeeper(door), reader: reader, changes: changes)
            server = HTTPServer(
                address: try .inet(ip4: "127.0.0.1", port: port), pool: pool, logger: .disabled, handler: handler)
            print("open once: http://127.0.0.1:\(port)/enter?code=\(code)")
        }
        fflush(nil)
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            group.addTask { try await changes.follow(daemon) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// 128 bits.
    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = request.target.path()
        let asked = WebDoor.Request(
            method: request.method.rawValue, path: path, query: request.target.query(),
            host: request.headers[HTTPHeader("Host")], origin: request.headers[HTTPHeader("Origin")],
            cookie: request.headers[HTTPHeader("Cookie")])
        var response = await answer(to: asked, await door.judge(asked))
        for header in WebHeaders.all { response.headers[HTTPHeader(header.name)] = header.value }
        return response
    }

    private func answer(to request: WebDoor.Request, _ answer: WebDoor.Answer) async -> HTTPResponse {
        switch answer {
        case .admitted:
            return await page(request.path, isHead: request.method == "HEAD")
        case .began(let cookie):
            let headers: HTTPHeaders = [HTTPHeader("Location"): "/", HTTPHeader("Set-Cookie"): cookie]
            return HTTPResponse(statusCode: .seeOther, headers: headers)
        case .methodNotAllowed:
            var response = Self.message(.methodNotAllowed, "Not allowed", "These pages can only be read.")
            response.headers[HTTPHeader("Allow")] = "GET, HEAD"
            return response
        case .misdirected:
            return Self.message(
                HTTPStatusCode(421, phrase: "Misdirected Request"), "Another host", "This is another's name.")
        case .notAdmitted:
            return Self.message(
                .forbidden, "Not admitted", "Open the address that conductor-web printed; it serves once.")
        }
    }

    private func page(_ path: String, isHead: Bool) async -> HTTPResponse {
        guard let place = WebPath(path) else {
            return Self.message(.notFound, "Not found", "There is no such page.")
        }
        do {
            switch place {
            case .overview: return Self.html(.ok, try await WebPage.overview(reader.overview()), isHead)
            case .agents: return Self.html(.ok, try await WebPage.agents(reader.agents()), isHead)
            case .report(let id): return Self.html(.ok, try await reader.report(id), isHead)
            case .stylesheet: return Self.text(WebAssets.stylesheet, "text/css", isHead)
            case .script: return Self.text(WebAssets.script, "text/javascript", isHead)
            case .events:
                guard !isHead, let events = await changes.stream() else {
                    return Self.message(
                        HTTPStatusCode(503, phrase: "Service Unavailable"), "Busy", "Too many pages are open.")
                }
                return HTTPResponse(
                    statusCode: .ok, headers: [.contentType: "text/event-stream"],
                    body: HTTPBodySequence(from: EventBytes(events)))
            }
        } catch {
            let status = HTTPStatusCode(502, phrase: "Bad Gateway")
            return Self.message(status, "No answer", "\(error)")
        }
    }

    private static func message(_ status: HTTPStatusCode, _ title: String, _ text: String) -> HTTPResponse {
        html(status, .message(title, text), false)
    }

    private static func html(_ status: HTTPStatusCode, _ page: WebPage, _ isHead: Bool) -> HTTPResponse {
        var response = text(page.html, "text/html", isHead)
        response.statusCode = status
        return response
    }

    private static func text(_ text: String, _ type: String, _ isHead: Bool) -> HTTPResponse {
        let headers: HTTPHeaders = [.contentType: "\(type); charset=utf-8"]
        return HTTPResponse(statusCode: .ok, headers: headers, body: isHead ? Data() : Data(text.utf8))
    }
}

/// The one door of all connections.
private actor DoorKeeper {
    private var door: WebDoor

    init(_ door: WebDoor) {
        self.door = door
    }

    func judge(_ request: WebDoor.Request) -> WebDoor.Answer { door.judge(request) }
}
