import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// The rows of the protocol's tables that say what a connection refuses, and how.
@Suite("Refused frames")
struct RefusedFramesTests {
    private var connection = ServerConnection(limits: Limits())

    @Test("a frame of no bytes is answered without an id, and the connection closes")
    mutating func badFrame() throws {
        let steps = connection.steps(after: [0, 0, 0, 0])
        #expect(steps.map(\.closes) == [true])
        let refused = try #require(try steps.first?.refusal)
        #expect(refused.code == .badFrame)
        #expect(refused.id == nil)
    }

    @Test("a frame above the limit is answered before it has come, and the connection closes")
    mutating func frameTooLarge() throws {
        let steps = connection.steps(after: [0, 0x40, 0, 1])
        #expect(steps.map(\.closes) == [true])
        let refused = try #require(try steps.first?.refusal)
        #expect(refused.code == .frameTooLarge)
        #expect(refused.id == nil)
    }

    @Test("a frame at the limit is read")
    mutating func largestFrame() throws {
        let text = requestText("ping", "{}")
        let padded = text + String(repeating: " ", count: (4 << 20) - text.utf8.count)
        #expect(try connection.step(after: padded).request?.methodName.description == "ping")
    }

    @Test(
        "what is not one JSON text is a parse error without an id",
        arguments: [
            "x", " ", "{", #"{"jsonrpc":"2.0","id":1,"method":"ping"} {}"#,
            #"{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1,"\u0061":2}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#, #"{"id":NaN}"#, #"{"id":Infinity}"#, "{'id':1}",
            #"{"id":1,}"#,
            "\u{FEFF}{}",
        ])
    mutating func parseError(text: String) throws {
        let refused = try #require(try connection.step(after: text).refusal)
        #expect(refused.code == .parseError)
        #expect(refused.id == nil)
        #expect(try connection.step(after: requestText("ping", "{}")).request != nil)
    }

    @Test("bytes that are not UTF-8 are a parse error")
    mutating func notUTF8() throws {
        let body = Array(#"{"jsonrpc":"2.0","id":"#.utf8) + [0x22, 0xFF, 0x22] + Array(#","method":"ping"}"#.utf8)
        #expect(try connection.steps(after: frame(body)).first?.refusal?.code == .parseError)
    }

    @Test("a frame may nest 32 deep, and not one deeper")
    mutating func depth() throws {
        func nested(_ levels: Int) -> String {
            #"{"jsonrpc":"2.0","id":1,"method":"workflow.validate","params":{"definition":"#
                + String(repeating: "[", count: levels - 2) + String(repeating: "]", count: levels - 2) + "}}"
        }
        #expect(try connection.step(after: nested(32)).request?.methodName.description == "workflow.validate")
        #expect(try connection.step(after: nested(33)).refusal?.code == .parseError)
    }

    @Test("the tenth parse error closes the connection")
    mutating func parseErrors() throws {
        let steps = connection.steps(after: (0..<12).flatMap { _ in frame("nope") })
        #expect(steps.map(\.closes) == Array(repeating: false, count: 9) + [true])
        for step in steps { #expect(try step.refusal?.code == .parseError) }
    }

    @Test(
        "what is JSON but no JSON-RPC 2.0 request is an invalid request",
        arguments: [
            ("[]", nil),
            (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, nil),
            ("1", nil), (#""ping""#, nil), ("null", nil), ("true", nil), ("{}", nil),
            (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1.0,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1e2,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":9223372036854775808,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":-9223372036854775809,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, nil),
            (#"{"id":7,"method":"ping"}"#, .integer(7)),
            (#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#, .integer(7)),
            (#"{"jsonrpc":2.0,"id":7,"method":"ping"}"#, .integer(7)),
            (#"{"jsonrpc":null,"id":"x","method":"ping"}"#, .string("x")),
            (#"{"jsonrpc":"2.0","id":7}"#, .integer(7)),
            (#"{"jsonrpc":"2.0","id":7,"method":1}"#, .integer(7)),
            (#"{"jsonrpc":"2.0","id":7,"method":null}"#, .integer(7)),
            (#"{"jsonrpc":"2.0","id":7,"result":{}}"#, .integer(7)),
            (#"{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"m"}}"#, .integer(7)),
            (#"{"jsonrpc":"2.0","params":{}}"#, nil),
            (#"{"method":"ping"}"#, nil),
        ] as [(String, RequestID?)])
    mutating func invalidRequest(text: String, id: RequestID?) throws {
        let step = try connection.step(after: text)
        let refused = try #require(try step.refusal)
        #expect(refused.code == .invalidRequest)
        #expect(refused.id == id)
        #expect(!step.closes)
        #expect(connection.requestsInFlight == 0)
    }

    @Test("an invalid request does not count as a parse error")
    mutating func invalidRequestsDoNotClose() {
        let steps = connection.steps(after: (0..<50).flatMap { _ in frame("[]") })
        #expect(steps.count == 50)
        #expect(!steps.contains { $0.closes })
    }

    @Test("parameters that are no object are invalid", arguments: ["[]", "[1]", "null", "1", #""a""#, "true"])
    mutating func paramsKind(params: String) throws {
        let refused = try #require(try connection.step(after: requestText("ping", params)).refusal)
        #expect(refused.code == .invalidParams)
        #expect(refused.id == .integer(1))
        #expect(refused.field == "")
        #expect(refused.reason == "must be an object")
    }

    @Test(
        "a method that is not there is not found, also under a name that only looks the same",
        arguments: [
            "nope", "Ping", "ping ", "", "task", "task.execute", "event", "daemon.stopping", "task.progress",
            "\u{FF50}ing",
        ])
    mutating func methodNotFound(method: String) throws {
        let refused = try #require(try connection.step(after: requestText(method, "{}")).refusal)
        #expect(refused.code == .methodNotFound)
        #expect(refused.id == .integer(1))
    }

    @Test("a method without parameters takes none", arguments: ["ping", "status.get", "phase.list", "policy.list"])
    mutating func unknownMember(method: String) throws {
        let refused = try #require(try connection.step(after: requestText(method, #"{"verbose":true}"#)).refusal)
        #expect(refused.code == .invalidParams)
        #expect(refused.field == "verbose")
        #expect(refused.reason == "is an unknown key")
    }

    @Test("what an answer repeats of a request is cut short", arguments: LongRequest.all)
    mutating func boundedAnswer(request: LongRequest) throws {
        guard case .answer(let body) = try connection.step(after: request.text) else {
            Issue.record("no answer")
            return
        }
        #expect(body.count < 2048)
        #expect(try AnsweredRefusal(body: body).code == request.code)
    }

    @Test("an id of 1024 bytes is taken, a longer one refused")
    mutating func longID() throws {
        let longest = String(repeating: "i", count: 1024)
        #expect(try connection.step(after: requestText("ping", "{}", id: "\"\(longest)\"")).request != nil)
        let refused = try #require(try connection.step(after: requestText("ping", "{}", id: "\"\(longest)i\"")).refusal)
        #expect(refused.code == .invalidRequest)
        #expect(refused.id == nil)
    }
}

/// A request that is refused and names something by a megabyte of characters.
struct LongRequest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: Refusal.Code
    let text: String

    static let all = [
        LongRequest(
            testDescription: "member", code: .invalidParams, text: requestText("ping", #"{"\#(megabyte("k"))":1}"#)),
        LongRequest(
            testDescription: "escaped member", code: .invalidParams,
            text: requestText("ping", #"{"\#(megabyte("\\n"))":1}"#)),
        LongRequest(
            testDescription: "member of one character", code: .invalidParams,
            text: requestText("ping", #"{"k\#(megabyte("\u{301}"))":1}"#)),
        LongRequest(testDescription: "method", code: .methodNotFound, text: requestText(megabyte("m"), "{}")),
        LongRequest(
            testDescription: "method of one character", code: .methodNotFound,
            text: requestText("m" + megabyte("\u{301}"), "{}")),
        LongRequest(
            testDescription: "request id", code: .invalidRequest,
            text: requestText("ping", "{}", id: "\"\(megabyte("i"))\"")),
        LongRequest(
            testDescription: "request number", code: .invalidRequest,
            text: requestText("ping", "{}", id: megabyte("1"))),
        LongRequest(
            testDescription: "agent id", code: .invalidParams,
            text: requestText("agent.get", #"{"agent_id":"\#(megabyte("a"))"}"#)),
        LongRequest(
            testDescription: "word", code: .invalidParams,
            text: requestText("agent.list", #"{"agent_type":"\#(megabyte("a"))"}"#)),
        LongRequest(
            testDescription: "kind of event", code: .invalidParams,
            text: requestText("event.subscribe", #"{"kinds":["\#(megabyte("a"))"]}"#)),
        LongRequest(
            testDescription: "cursor", code: .invalidParams,
            text: requestText("task.list", #"{"cursor":"\#(megabyte("1"))"}"#)),
    ]

    private static func megabyte(_ unit: String) -> String {
        String(repeating: unit, count: (1 << 20) / unit.utf8.count)
    }
}
