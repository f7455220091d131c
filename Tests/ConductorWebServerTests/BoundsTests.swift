import ConductorWebPages
import NIOEmbedded
import Testing

@testable import ConductorWebServer

@Suite("Bounds of conductor-web")
struct BoundsTests {
    @Test("hold for the first line of a request")
    func requestLine() throws {
        let line = "GET /x HTTP/1.1"
        for (limit, status, isOpen) in [(line.utf8.count, 404, true), (line.utf8.count - 1, 414, false)] {
            let harness = SiteHarness { $0.requestLineBytes = limit }
            let connection = try harness.connect()
            connection.send(line + "\r\nHost: localhost\r\n\r\n")
            #expect(try connection.status() == status)
            #expect(connection.isOpen == isOpen)
        }
    }

    @Test("hold for the number and the bytes of headers")
    func headers() throws {
        let request = Connection.get("/x", "a: 1", "b: 2")
        for (change, status): ((inout WebLimits) -> Void, Int) in [
            ({ $0.headers = 3 }, 404), ({ $0.headers = 2 }, 431), ({ $0.headBytes = request.utf8.count }, 404),
            ({ $0.headBytes = request.utf8.count - 1 }, 431),
        ] {
            let connection = try SiteHarness(change).connect()
            connection.send(request)
            #expect(try connection.status() == status)
        }
    }

    @Test("hold for the time in which a request comes, and a byte now and then gains none")
    func arrival() throws {
        let harness = SiteHarness { $0.arrival = .seconds(10) }
        let connection = try harness.connect()
        connection.send("GET /x HT")
        harness.wait(.seconds(6))
        connection.send("TP/1.1\r\n")
        harness.wait(.milliseconds(3999))
        #expect(connection.isOpen)
        connection.send("Host: localhost\r\n")
        harness.wait(.milliseconds(1))
        #expect(!connection.isOpen)
        let punctual = try harness.connect()
        punctual.send("GET /x HT")
        harness.wait(.milliseconds(9999))
        punctual.send("TP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try punctual.status() == 404)
    }

    @Test("hold for a connection without a request, new or used")
    func idle() throws {
        let harness = SiteHarness { $0.idle = .seconds(30) }
        let new = try harness.connect()
        let used = try harness.connect()
        harness.wait(.seconds(20))
        used.send(Connection.get("/x"))
        harness.wait(.milliseconds(9999))
        #expect(new.isOpen)
        harness.wait(.milliseconds(1))
        #expect(!new.isOpen)
        harness.wait(.milliseconds(19_999))
        #expect(used.isOpen)
        harness.wait(.milliseconds(1))
        #expect(!used.isOpen)
    }

    @Test("hold for a reader who takes nothing, and not for one who takes a piece in time")
    func stall() throws {
        let harness = SiteHarness { $0.stall = .seconds(30) }
        let page = String(repeating: "x", count: 3 * WebConnection.pieceBytes)
        func ask() throws -> Connection {
            let connection = try harness.connect()
            connection.stopReading()
            connection.send(Connection.get("/"))
            harness.makePage(page)
            return connection
        }
        let slow = try ask()
        let stopped = try ask()
        harness.wait(.milliseconds(29_999))
        // The head, and the first piece.
        for _ in 0..<2 { slow.takeOne() }
        #expect(stopped.isOpen)
        harness.wait(.milliseconds(1))
        #expect(!stopped.isOpen && slow.isOpen)
        harness.wait(.milliseconds(29_998))
        slow.takeOne()
        harness.wait(.milliseconds(29_999))
        #expect(slow.isOpen)
        harness.wait(.milliseconds(1))
        #expect(!slow.isOpen)
    }

    @Test("hold for pages that are told of changes, and one that leaves makes room")
    func streams() throws {
        let harness = SiteHarness { $0.streams = 2 }
        let readers = try (0..<3).map { _ in try harness.connect() }
        for (reader, status) in zip(readers, [200, 200, 503]) {
            reader.send(Connection.get("/events"))
            #expect(try reader.status() == status)
        }
        readers[0].close()
        readers[2].send(Connection.get("/events"))
        #expect(try readers[2].status() == 200)
    }

    @Test("of streams keep no more than one event for a reader who takes none, and drop that reader")
    func streamStall() throws {
        let harness = SiteHarness { $0.stall = .seconds(30) }
        let reader = try harness.connect(), stopped = try harness.connect()
        for connection in [reader, stopped] {
            connection.send(Connection.get("/events"))
            _ = try connection.received()
        }
        stopped.stopReading()
        for _ in 0..<29 {
            harness.site.noteChange()
            harness.site.tick()
            harness.wait(.seconds(1))
        }
        #expect(try reader.received().components("event: changed") == 29)
        #expect(stopped.isOpen)
        harness.wait(.seconds(1))
        #expect(!stopped.isOpen && reader.isOpen)
    }

    @Test("make many changes one event, and say now and then that there was none")
    func coalescing() throws {
        let harness = SiteHarness()
        let reader = try harness.connect()
        reader.send(Connection.get("/events"))
        _ = try reader.received()
        for _ in 0..<1000 { harness.site.noteChange() }
        for _ in 0...WebSite.maximumQuietSeconds { harness.site.tick() }
        let events = try reader.received()
        #expect(events.components("event: changed") == 1)
        #expect(events.components(": still here") == 1)
    }

    @Test("hold for connections, those included whose page is still in the making")
    func connections() throws {
        let harness = SiteHarness { $0.connections = 2 }
        let asking = try harness.connect()
        asking.send(Connection.get("/"))
        #expect(harness.site.hasRoom)
        let other = try harness.connect()
        #expect(!harness.site.hasRoom)
        asking.close()
        #expect(!harness.site.hasRoom)
        harness.makePage()
        #expect(harness.site.hasRoom)
        other.close()
        _ = try (0..<2).map { _ in try harness.connect() }
        #expect(!harness.site.hasRoom)
    }

    @Test("let answers leave where the server stops, and nothing else")
    func stop() throws {
        let harness = SiteHarness()
        let idle = try harness.connect(), asking = try harness.connect(), reader = try harness.connect()
        asking.send(Connection.get("/"))
        reader.send(Connection.get("/events"))
        var isStopped = false
        harness.site.stop { isStopped = true }
        harness.loop.run()
        #expect(!idle.isOpen && !reader.isOpen && asking.isOpen && !isStopped)
        #expect(try reader.received().hasSuffix("0\r\n\r\n"))
        harness.makePage()
        #expect(try asking.received().contains("\r\nConnection: close\r\n"))
        #expect(isStopped)
    }
}

extension String {
    fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
