import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Client message")
struct ClientMessageTests {
    @Test("a result comes with its id")
    func result() throws {
        guard case .result(.integer(7), let value) = try message(#"{"jsonrpc":"2.0","id":7,"result":{"a":1.0}}"#) else {
            Issue.record("no result")
            return
        }
        #expect(value.text.string == #"{"a":1.0}"#)
        guard case .result(.string("x"), let null) = try message(#"{"jsonrpc":"2.0","id":"x","result":null}"#) else {
            Issue.record("no result")
            return
        }
        #expect(null.kind == .null)
    }

    @Test("a refusal comes with its code and details, and an id that is null where it belongs to no request")
    func refusal() throws {
        let error = """
            {"code":-32002,"message":"none","data":{"code":"NO_AVAILABLE_AGENT","retryable":false,\
            "details":{"agent_type":"coding","registered":2}}}
            """
        for (id, expected) in [("7", RequestID.integer(7)), ("null", nil)] {
            guard
                case .refusal(let found, let refusal) = try message(#"{"jsonrpc":"2.0","id":\#(id),"error":\#(error)}"#)
            else {
                Issue.record("no refusal")
                return
            }
            #expect(found == expected)
            #expect(
                refusal
                    == Refusal(
                        .noAvailableAgent, "none", details: ["agent_type": .text("coding"), "registered": .number(2)]))
        }
    }

    @Test("every refusal that the daemon writes is read as the same", arguments: Refusal.Code.allCases)
    func refusalRoundTrip(code: Refusal.Code) throws {
        let refusal = Refusal(code, "Said \"so\"\n", details: ["kind": .text("task"), "limit": .number(-3)])
        for id in [RequestID.integer(1), .string("x"), nil] {
            let answered = try AnsweredRefusal(body: Message.refusal(refusal, id: id))
            #expect(answered.refusal == refusal)
            #expect(answered.id == id)
        }
    }

    @Test("a notification comes with its method and parameters")
    func notification() throws {
        let text = #"{"jsonrpc":"2.0","method":"daemon.stopping","params":{}}"#
        guard case .notification("daemon.stopping", let params) = try message(text) else {
            Issue.record("no notification")
            return
        }
        #expect(params.text == .emptyObject)
    }

    @Test("what the daemon wraps around a client's values may nest deeper than a request")
    func depth() throws {
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        guard case .result = try message(#"{"jsonrpc":"2.0","id":1,"result":\#(deep)}"#) else {
            Issue.record("no result")
            return
        }
    }

    @Test(
        "what is neither a reply nor a notification is malformed, and says why",
        arguments: [
            ("", "the text ends too early at byte 0"),
            ("{", "the text ends too early at byte 1"),
            ("[]", "is neither a reply nor a notification"),
            ("{}", "is neither a reply nor a notification"),
            (#"{"id":1}"#, "is neither a reply nor a notification"),
            (#"{"id":null,"result":{}}"#, "is neither a reply nor a notification"),
            (#"{"result":{}}"#, "is neither a reply nor a notification"),
            (#"{"id":1.5,"result":{}}"#, "id must be a string or an integer of 64 bits"),
            (#"{"id":true,"error":{}}"#, "id must be a string or an integer of 64 bits"),
            (#"{"method":"event"}"#, "params is required"),
            (#"{"id":1,"error":7}"#, "error must be an object"),
            (#"{"id":1,"error":{}}"#, "error.code is required"),
            (#"{"id":1,"error":{"code":1}}"#, "error.message is required"),
            (#"{"id":1,"error":{"code":1,"message":"m"}}"#, "error.data is required"),
        ])
    func malformed(text: String, reason: String) {
        let error = #expect(throws: ClientMessage.Malformed.self) { try message(text) }
        #expect(error?.reason == reason)
    }

    private func message(_ text: String) throws -> ClientMessage {
        try ClientMessage(parsing: Array(text.utf8))
    }
}
