import Testing

@testable import ConductorWebServer

@Suite("What is measured of a request")
struct HeadMeterTests {
    private func excess(_ text: String, piece: Int = .max, _ change: (inout WebLimits) -> Void) -> HeadMeter.Excess? {
        var limits = WebLimits()
        change(&limits)
        var meter = HeadMeter(limits)
        var rest = Array(text.utf8)[...]
        do throws(HeadMeter.Excess) {
            while !rest.isEmpty {
                try meter.take(rest.prefix(piece))
                rest = rest.dropFirst(piece)
            }
            return nil
        } catch {
            return error
        }
    }

    @Test("is its first line, up to its limit, however it comes", arguments: [1, 7, Int.max])
    func requestLine(piece: Int) {
        let line = "GET /a HTTP/1.1"
        let text = line + "\r\nHost: x\r\n\r\n"
        #expect(excess(text, piece: piece) { $0.requestLineBytes = line.utf8.count } == nil)
        #expect(excess(text, piece: piece) { $0.requestLineBytes = line.utf8.count - 1 } == .requestLine)
    }

    @Test("are its headers, up to their number")
    func headers() {
        let text = "GET / HTTP/1.1\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n"
        #expect(excess(text) { $0.headers = 3 } == nil)
        #expect(excess(text) { $0.headers = 2 } == .headers)
    }

    @Test("are its bytes, up to the last one, also where it does not end")
    func bytes() {
        let text = "GET / HTTP/1.1\r\na: 1\r\n\r\n"
        #expect(excess(text) { $0.headBytes = text.utf8.count } == nil)
        #expect(excess(text) { $0.headBytes = text.utf8.count - 1 } == .bytes)
        #expect(excess("GET / HTTP/1.1\r\na: " + String(repeating: "x", count: 100)) { $0.headBytes = 100 } == .bytes)
    }

    @Test("begins anew with each request, and empty lines before one count as bytes only")
    func next() {
        let text = "\r\n\r\nGET / HTTP/1.1\r\na: 1\r\n\r\n"
        let limits: (inout WebLimits) -> Void = { limits in
            limits.headBytes = text.utf8.count
            limits.headers = 1
        }
        #expect(excess(text + text + text, limits) == nil)
        #expect(excess(String(repeating: "\r\n", count: 50)) { $0.headBytes = 99 } == .bytes)
    }
}
