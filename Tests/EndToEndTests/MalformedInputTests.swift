import ConductorClient
import ConductorTestSupport
import Testing

@Suite("Malformed input")
struct MalformedInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        let code: String
        var testDescription: String { name }
    }

    static let bodies = [
        Case(name: "not JSON", body: "hello", code: "PARSE_ERROR"),
        Case(name: "a trailing comma", body: #"{"jsonrpc":"2.0","id":1,"method":"ping",}"#, code: "PARSE_ERROR"),
        Case(name: "a key twice", body: #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, code: "PARSE_ERROR"),
        Case(name: "two values", body: "{}{}", code: "PARSE_ERROR"),
        Case(name: "NaN", body: #"{"id":NaN}"#, code: "PARSE_ERROR"),
        Case(name: "half a surrogate pair", body: #"{"id":"\ud800"}"#, code: "PARSE_ERROR"),
        Case(
            name: "nested too deeply", body: String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
            code: "PARSE_ERROR"),
        Case(name: "a batch", body: "[]", code: "INVALID_REQUEST"),
        Case(name: "a number", body: "1", code: "INVALID_REQUEST"),
        Case(name: "no version", body: #"{"id":1,"method":"ping"}"#, code: "INVALID_REQUEST"),
        Case(name: "a null id", body: #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, code: "INVALID_REQUEST"),
        Case(name: "no such method", body: #"{"jsonrpc":"2.0","id":1,"method":"nope"}"#, code: "METHOD_NOT_FOUND"),
        Case(
            name: "params as an array", body: #"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#,
            code: "INVALID_PARAMS"),
        Case(
            name: "an unknown member", body: #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":1}}"#,
            code: "INVALID_PARAMS"),
    ]

    @Test("is answered with its code, and the connection lives on", arguments: bodies)
    func answered(_ example: Case) async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let connection = try RawConnection(daemon.socket)
        connection.send(frame: example.body)
        let answer = try #require(await connection.receive())
        #expect(answer.contains(#""code":"\#(example.code)""#))
        connection.send(frame: #"{"jsonrpc":"2.0","id":7,"method":"ping"}"#)
        #expect(await connection.receive() == #"{"jsonrpc":"2.0","id":7,"result":{}}"#)
    }

    @Test(
        "as a frame is answered, and the connection ends; others live on",
        arguments: [([0, 0, 0, 0], "BAD_FRAME"), ([0xFF, 0xFF, 0xFF, 0xFF], "FRAME_TOO_LARGE")] as [([UInt8], String)])
    func frames(_ bytes: [UInt8], _ code: String) async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let connection = try RawConnection(daemon.socket)
        connection.send(bytes: bytes)
        let answer = try #require(await connection.receive())
        #expect(answer.contains(#""code":"\#(code)""#))
        #expect(answer.contains(#""id":null"#))
        #expect(await connection.receive() == nil)
        try await daemon.connect().ping()
    }

    @Test("ten times over ends the connection")
    func tenParseErrors() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let connection = try RawConnection(daemon.socket)
        for _ in 0..<12 { connection.send(frame: "?") }
        for _ in 0..<10 { #expect(await connection.receive()?.contains("PARSE_ERROR") == true) }
        #expect(await connection.receive() == nil)
    }

    @Test("cut off inside a frame executes nothing")
    func cutOff() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let connection = try RawConnection(daemon.socket)
        let frame = RawConnection.framed(
            Array(
                #"{"jsonrpc":"2.0","id":1,"method":"agent.register","params":{"agent_id":"a","agent_type":"test"}}"#
                    .utf8))
        connection.send(bytes: Array(frame.dropLast()))
        connection.finishSending()
        #expect(await connection.receive() == nil)
        #expect(try await daemon.connect().agents().isEmpty)
    }

    @Test("drip-fed byte by byte, a good request is answered all the same")
    func dripFed() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let connection = try RawConnection(daemon.socket)
        for byte in RawConnection.framed(Array(#"{"jsonrpc":"2.0","id":"é","method":"ping"}"#.utf8)) {
            connection.send(bytes: [byte])
        }
        #expect(await connection.receive() == #"{"jsonrpc":"2.0","id":"é","result":{}}"#)
    }
}
