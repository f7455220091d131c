import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Server connection")
struct ServerConnectionTests {
    private var connection = ServerConnection(limits: Limits())

    @Test(
        "a request is handed on with its id",
        arguments: [
            ("1", RequestID.integer(1)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775807", .integer(.max)),
            (#""a""#, .string("a")), (#""""#, .string("")), (#""1""#, .string("1")),
        ])
    mutating func request(id: String, expected: RequestID) throws {
        guard case .request(let found, .ping) = try connection.step(after: requestText("ping", "{}", id: id)) else {
            Issue.record("no request")
            return
        }
        #expect(found == expected)
        #expect(connection.requestsInFlight == 1)
    }

    @Test("parameters may be left out where none is required")
    mutating func noParams() throws {
        let step = try connection.step(after: #"{"jsonrpc":"2.0","id":1,"method":"agent.list"}"#)
        #expect(step.request?.method == .agentList)
        let refused = try connection.step(after: #"{"jsonrpc":"2.0","id":2,"method":"agent.get"}"#).refusal
        #expect(refused?.field == "agent_id")
        #expect(refused?.reason == "is required")
    }

    @Test("pipelined requests are handed on in their order")
    mutating func pipelined() throws {
        let frames = (0..<100).flatMap { frame(requestText("ping", "{}", id: "\($0)")) }
        let ids = connection.steps(after: frames).map { step -> RequestID? in
            guard case .request(let id, .ping) = step else { return nil }
            return id
        }
        #expect(ids == (0..<100).map { .integer($0) })
    }

    @Test("an id may not be used again while its request is in flight, and may once it is answered")
    mutating func idInFlight() throws {
        let text = requestText("ping", "{}", id: #""again""#)
        #expect(try connection.step(after: text).request != nil)
        let refused = try connection.step(after: text).refusal
        #expect(refused?.code == .invalidRequest)
        #expect(refused?.id == .string("again"))
        #expect(connection.requestsInFlight == 1)
        connection.answered(.string("again"))
        #expect(connection.requestsInFlight == 0)
        #expect(try connection.step(after: text).request != nil)
    }

    @Test("the string \"1\" and the integer 1 are two ids")
    mutating func idKinds() throws {
        #expect(try connection.step(after: requestText("ping", "{}", id: "1")).request != nil)
        #expect(try connection.step(after: requestText("ping", "{}", id: #""1""#)).request != nil)
        #expect(connection.requestsInFlight == 2)
    }

    @Test("a request that is refused is not in flight")
    mutating func refusedIsAnswered() throws {
        #expect(try connection.step(after: requestText("agent.get", "{}")).refusal != nil)
        #expect(connection.requestsInFlight == 0)
        #expect(try connection.step(after: requestText("ping", "{}")).request != nil)
    }

    @Test("as many requests as the limit says may be in flight, and not one more")
    func inFlightLimit() throws {
        var limits = Limits()
        limits.maxRequestsInFlightPerConnection = 2
        var connection = ServerConnection(limits: limits)
        #expect(try connection.step(after: requestText("ping", "{}", id: "1")).request != nil)
        #expect(try connection.step(after: requestText("ping", "{}", id: "2")).request != nil)
        let refused = try connection.step(after: requestText("ping", "{}", id: "3")).refusal
        #expect(refused?.code == .quotaExceeded)
        #expect(refused?.id == .integer(3))
        #expect(refused?.refusal.details["quota"] == .text("max_requests_in_flight_per_connection"))
        #expect(refused?.refusal.details["limit"] == .number(2))
        let notification = #"{"jsonrpc":"2.0","method":"agent.heartbeat","params":{"agent_id":"a"}}"#
        #expect(try connection.step(after: notification).request != nil)
        connection.answered(.integer(1))
        #expect(try connection.step(after: requestText("ping", "{}", id: "3")).request != nil)
    }

    @Test("a method without an id is handed on as a notification")
    mutating func notification() throws {
        let step = try connection.step(
            after: #"{"jsonrpc":"2.0","method":"agent.heartbeat","params":{"agent_id":"a"}}"#)
        guard case .request(nil, .agentHeartbeat(let id)) = step else {
            Issue.record("no notification")
            return
        }
        #expect(id.description == "a")
        #expect(connection.requestsInFlight == 0)
    }

    @Test(
        "a notification is never answered, whatever is wrong with its parameters",
        arguments: [
            #"{"jsonrpc":"2.0","method":"nobody.knows"}"#,
            #"{"jsonrpc":"2.0","method":"agent.heartbeat"}"#,
            #"{"jsonrpc":"2.0","method":"agent.heartbeat","params":[]}"#,
            #"{"jsonrpc":"2.0","method":"agent.heartbeat","params":{"agent":"a"}}"#,
            #"{"jsonrpc":"2.0","method":"task.log","params":{"task_id":"t"}}"#,
            #"{"jsonrpc":"2.0","method":"task.log"}"#,
        ])
    mutating func wrongNotification(text: String) throws {
        guard case .ignore = try connection.step(after: text) else {
            Issue.record("not ignored")
            return
        }
    }

    @Test("reports of an attempt are handed on")
    mutating func reports() throws {
        let named = #""task_id":"t","attempt":2,"token":"0123456789abcdef0123456789abcdef""#
        let progress = #"{"jsonrpc":"2.0","method":"task.progress","params":{\#(named),"percent":50,"message":"m"}}"#
        guard case .report(let half) = try connection.step(after: progress),
            case .progress(percent: 50, message: "m") = half.content
        else {
            Issue.record("no progress")
            return
        }
        #expect(half.taskID.description == "t")
        #expect(half.attempt == 2)
        #expect(half.token.description == "0123456789abcdef0123456789abcdef")
        let log = #"{"jsonrpc":"2.0","method":"task.log","params":{\#(named),"stream":"stderr","line":"l"}}"#
        guard case .report(let line) = try connection.step(after: log),
            case .log(stream: "stderr", line: "l") = line.content
        else {
            Issue.record("no log")
            return
        }
    }

    @Test(
        "a report that is not what its method says is ignored",
        arguments: [
            ("task.log", #""percent":50"#), ("task.log", #""stream":"stderr""#), ("task.log", #""line":"l""#),
            ("task.log", ""), ("task.progress", #""stream":"stderr","line":"l""#), ("task.progress", #""percent":101"#),
            ("task.progress", #""percent":-1"#), ("task.progress", #""percnt":1"#),
        ])
    mutating func wrongReport(method: String, content: String) throws {
        let named = #""task_id":"t","attempt":2,"token":"0123456789abcdef0123456789abcdef""#
        let members = content.isEmpty ? named : named + "," + content
        guard
            case .ignore = try connection.step(
                after: #"{"jsonrpc":"2.0","method":"\#(method)","params":{\#(members)}}"#)
        else {
            Issue.record("not ignored")
            return
        }
    }

    @Test("a report with an id is no method")
    mutating func reportWithID() throws {
        #expect(try connection.step(after: requestText("task.log", "{}")).refusal?.code == .methodNotFound)
    }

    @Test("members of the envelope that JSON-RPC does not define are passed over")
    mutating func strangersInEnvelope() throws {
        let text = #"{"trace":[1],"params":{},"method":"ping","id":1,"jsonrpc":"2.0"}"#
        #expect(try connection.step(after: text).request?.method == .ping)
    }

    @Test("it is inside a frame from the first byte of it to the last")
    mutating func insideFrame() {
        #expect(!connection.isInsideFrame)
        let bytes = frame(requestText("ping", "{}"))
        #expect(connection.steps(after: Array(bytes.prefix(1))).isEmpty)
        #expect(connection.isInsideFrame)
        #expect(connection.steps(after: Array(bytes.dropFirst().dropLast())).isEmpty)
        #expect(connection.isInsideFrame)
        #expect(connection.steps(after: Array(bytes.suffix(1))).count == 1)
        #expect(!connection.isInsideFrame)
    }
}
