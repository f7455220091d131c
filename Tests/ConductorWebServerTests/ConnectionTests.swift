import ConductorWebPages
import Testing

@testable import ConductorWebServer

@Suite("A connection of conductor-web")
struct ConnectionTests {
    @Test("gets a page, with headers that bind the browser, and may ask again")
    func page() throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        for _ in 0..<2 {
            connection.send(Connection.get("/"))
            harness.makePage("<p>one</p>")
            let answer = try connection.received()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\n<p>one</p>"), "\(answer)")
            for header in WebHeaders.all { #expect(answer.contains("\r\n\(header.name): \(header.value)\r\n")) }
            #expect(answer.contains("\r\nContent-Length: 10\r\n"))
        }
        #expect(connection.isOpen)
    }

    @Test("is told a page's length alone where it asks for the head")
    func head() throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        connection.send("HEAD /agents HTTP/1.1\r\nHost: localhost\r\n\r\n")
        harness.makePage("<p>one</p>")
        let answer = try connection.received()
        #expect(answer.contains("\r\nContent-Length: 10\r\n") && answer.hasSuffix("\r\n\r\n"), "\(answer)")
        #expect(connection.isOpen)
    }

    @Test("gets the looks and the script without the daemon", arguments: ["/style.css", "/live.js"])
    func assets(path: String) throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        connection.send(Connection.get(path))
        #expect(try connection.status() == 200)
        #expect(harness.pagesInTheMaking == 0)
    }

    @Test(
        "is refused what only reads nothing, and what is no request, and closed",
        arguments: [
            ("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
            ("DELETE /runs/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 405),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx", 413),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413),
            ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
        ])
    func refused(request: String, status: Int) throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        connection.send(request)
        #expect(try connection.status() == status)
        #expect(!connection.isOpen)
        #expect(harness.pagesInTheMaking == 0)
    }

    @Test("may say that there is no body")
    func emptyBody() throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        connection.send(Connection.get("/x", "Content-Length: 0"))
        #expect(try connection.status() == 404)
        #expect(connection.isOpen)
    }

    @Test(
        "is closed after its answer where it asks for that, or would speak another protocol",
        arguments: ["Connection: close", "Upgrade: h2c"])
    func last(header: String) throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        connection.send(Connection.get("/x", header))
        #expect(try connection.received().contains("\r\nConnection: close\r\n"))
        #expect(!connection.isOpen)
    }

    @Test("is closed where it sends on before the answer is out")
    func impatient() throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        connection.send(Connection.get("/"))
        connection.send("G")
        #expect(!connection.isOpen)
    }

    @Test("is not let in by another's name, and without the cookie, and by the code once")
    func door() throws {
        let host = "127.0.0.1:8080"
        let harness = SiteHarness(door: .locked(host: host, code: "once", session: "secret"))
        let connection = try harness.connect()
        connection.send(Connection.get("/", host: "evil.example:8080", "Cookie: conductor_session=secret"))
        #expect(try connection.status() == 421)
        connection.send(Connection.get("/", host: host))
        #expect(try connection.status() == 403)
        connection.send(Connection.get("/enter?code=once", host: host))
        let entered = try connection.received()
        #expect(entered.hasPrefix("HTTP/1.1 303 ") && entered.contains("\r\nLocation: /\r\n"))
        #expect(entered.contains("\r\nSet-Cookie: conductor_session=secret; HttpOnly; SameSite=Strict; Path=/\r\n"))
        connection.send(Connection.get("/enter?code=once", host: host))
        #expect(try connection.status() == 403)
        connection.send(Connection.get("/live.js", host: host, "Cookie: conductor_session=secret"))
        #expect(try connection.status() == 200)
        connection.send("GET / HTTP/1.1\r\nHost: \(host)\r\nHost: \(host)\r\nCookie: conductor_session=secret\r\n\r\n")
        #expect(try connection.status() == 421)
    }

    @Test("is told that the daemon does not answer")
    func noAnswer() throws {
        let harness = SiteHarness()
        let connection = try harness.connect()
        connection.send(Connection.get("/"))
        harness.failPage()
        #expect(try connection.status() == 502)
        #expect(connection.isOpen)
    }
}
