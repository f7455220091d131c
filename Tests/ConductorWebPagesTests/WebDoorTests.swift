import ConductorWebPages
import Testing

@Suite("The door of conductor-web on loopback")
struct WebDoorTests {
    private let host = "127.0.0.1:8080"
    private let session = "conductor_session=secret"

    private func door() -> WebDoor { .locked(host: host, code: "once", session: "secret") }

    @Test("takes its code once and gives a cookie that scripts and other sites do not get")
    func code() {
        var door = door()
        let request = WebDoor.Request(method: "GET", path: "/enter", query: "code=once", host: host)
        let cookie = "conductor_session=secret; HttpOnly; SameSite=Strict; Path=/"
        #expect(door.judge(request) == .began(cookie: cookie))
        #expect(door.judge(request) == .notAdmitted)
    }

    @Test("keeps its code where another was tried or a link was only looked at")
    func wrongCode() {
        var door = door()
        for (method, query) in [("GET", "code=other"), ("GET", ""), ("HEAD", "code=once")] {
            let request = WebDoor.Request(method: method, path: "/enter", query: query, host: host)
            #expect(door.judge(request) == .notAdmitted)
        }
        let request = WebDoor.Request(method: "GET", path: "/enter", query: "code=once", host: host)
        #expect(door.judge(request) != .notAdmitted)
    }

    @Test("admits who has the cookie, also among others", arguments: ["", "a=b; ", "conductor_sessions=x; "])
    func cookie(others: String) {
        var door = door()
        #expect(door.judge(.init(method: "GET", path: "/", host: host, cookie: others + session)) == .admitted)
    }

    @Test(
        "admits nobody without it",
        arguments: [nil, "", "conductor_session=", "conductor_session=secre", "conductor_session=secret2"])
    func noCookie(cookie: String?) {
        var door = door()
        #expect(door.judge(.init(method: "GET", path: "/", host: host, cookie: cookie)) == .notAdmitted)
    }

    @Test(
        "refuses a name that was pointed here, even with the cookie",
        arguments: [nil, "evil.example:8080", "127.0.0.1", "localhost:8080", "127.0.0.1:80800"])
    func rebinding(name: String?) {
        var door = door()
        #expect(door.judge(.init(method: "GET", path: "/", host: name, cookie: session)) == .misdirected)
    }

    @Test("refuses what another page asks for", arguments: ["http://evil.example", "null", "https://127.0.0.1:8080"])
    func origin(origin: String) {
        var door = door()
        let request = WebDoor.Request(method: "GET", path: "/", host: host, origin: origin, cookie: session)
        #expect(door.judge(request) == .misdirected)
    }

    @Test("takes no method that could change anything", arguments: ["POST", "PUT", "DELETE", "OPTIONS", "get", ""])
    func methods(method: String) {
        var doors = [door(), WebDoor.open]
        for index in doors.indices {
            let request = WebDoor.Request(method: method, path: "/", host: host, cookie: session)
            #expect(doors[index].judge(request) == .methodNotAllowed)
        }
    }

    @Test("on a Unix socket is open to names of this machine only")
    func unix() {
        var door = WebDoor.open
        for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:80"] {
            #expect(door.judge(.init(method: "GET", path: "/", host: host)) == .admitted)
            let own = WebDoor.Request(method: "GET", path: "/", host: host, origin: "http://\(host)")
            #expect(door.judge(own) == .admitted)
            let other = WebDoor.Request(method: "GET", path: "/", host: host, origin: "http://evil.example")
            #expect(door.judge(other) == .misdirected)
        }
        for host in [nil, "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "localhost:x"] {
            #expect(door.judge(.init(method: "GET", path: "/", host: host)) == .misdirected)
        }
    }
}
