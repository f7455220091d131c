/// Who is let in. On a Unix socket the file's mode decides that; on loopback, where every user of the machine and every
/// page in a browser can connect, a code that is taken once is exchanged for a cookie.
package struct WebDoor: Sendable {
    package struct Request: Sendable {
        package var method: String
        package var path: String
        package var query: String
        package var host: String?
        package var origin: String?
        package var cookie: String?

        package init(
            method: String, path: String, query: String = "", host: String?, origin: String? = nil,
            cookie: String? = nil
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.host = host
            self.origin = origin
            self.cookie = cookie
        }
    }

    package enum Answer: Hashable, Sendable {
        case admitted
        /// The code was right: the browser gets this cookie and is sent to `/`, so that the code is in no address.
        case began(cookie: String)
        case methodNotAllowed
        /// It names another host or comes from another page, as one does whose name was pointed here.
        case misdirected
        case notAdmitted
    }

    private enum Keys: Sendable {
        case none
        /// The code is nil once it was exchanged.
        case loopback(host: String, code: String?, session: String)
    }

    package static let cookieName = "conductor_session"
    private var keys: Keys

    /// On a Unix socket.
    package static var open: WebDoor { WebDoor(keys: .none) }

    /// - Parameters:
    ///   - host: As browsers name this server: address and port.
    ///   - code: Admits once.
    ///   - session: What the cookie holds. Both are secrets of at least 128 bits.
    package static func locked(host: String, code: String, session: String) -> WebDoor {
        WebDoor(keys: .loopback(host: host, code: code, session: session))
    }

    package mutating func judge(_ request: Request) -> Answer {
        guard request.method == "GET" || request.method == "HEAD" else { return .methodNotAllowed }
        switch keys {
        case .none:
            // A person forwards a port of theirs to the socket; a name that was pointed to that port is none of these.
            guard let host = request.host, Self.isLocal(host),
                request.origin.map({ $0 == "http://\(host)" }) ?? true
            else { return .misdirected }
            return .admitted
        case .loopback(let host, let code, let session):
            guard request.host == host, request.origin.map({ $0 == "http://\(host)" }) ?? true else {
                return .misdirected
            }
            if request.path == "/enter" {
                guard request.method == "GET", let code, Self.isSame(request.query, "code=\(code)") else {
                    return .notAdmitted
                }
                keys = .loopback(host: host, code: nil, session: session)
                return .began(cookie: "\(Self.cookieName)=\(session); HttpOnly; SameSite=Strict; Path=/")
            }
            return Self.isSame(Self.session(in: request.cookie ?? ""), session) ? .admitted : .notAdmitted
        }
    }

    private static func isLocal(_ host: String) -> Bool {
        ["localhost", "127.0.0.1", "[::1]"].contains { name in
            guard host.hasPrefix(name) else { return false }
            let port = host.utf8.dropFirst(name.utf8.count)
            return port.isEmpty || port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy { 0x30...0x39 ~= $0 }
        }
    }

    private static func session(in cookies: String) -> String {
        for cookie in cookies.split(separator: ";") {
            let cookie = cookie.drop { $0 == " " }
            if cookie.hasPrefix(cookieName + "=") { return String(cookie.dropFirst(cookieName.utf8.count + 1)) }
        }
        return ""
    }

    /// In a time that tells nothing of where they differ.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// What goes with every answer.
package enum WebHeaders {
    package static let all: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
