import ConductorJSON
import ConductorModel
import Testing

@Suite("Refusals")
struct RefusalTests {
    @Test("codes and numbers are those of the protocol")
    func numbers() {
        let table = """
            -32700 PARSE_ERROR
            -32600 INVALID_REQUEST
            -32600 BAD_FRAME
            -32600 FRAME_TOO_LARGE
            -32601 METHOD_NOT_FOUND
            -32602 INVALID_PARAMS
            -32603 INTERNAL_ERROR
            -32001 NO_AGENT_TYPE
            -32002 NO_AVAILABLE_AGENT
            -32003 POLICY_VIOLATION
            -32004 TASK_VALIDATION_FAILED
            -32005 AGENT_ALREADY_REGISTERED
            -32006 MAX_FEEDBACK_LOOPS
            -32007 NOT_FOUND
            -32008 CONFLICT
            -32009 STALE_ATTEMPT
            -32010 PERMISSION_DENIED
            -32011 QUOTA_EXCEEDED
            -32012 SHUTTING_DOWN
            -32013 STORAGE_FULL
            -32014 TIMEOUT
            -32015 CANCELLED
            -32016 AGENT_LOST
            -32017 PHASE_GATE_BLOCKED
            -32018 EXPRESSION_ERROR
            """
        #expect(Refusal.Code.allCases.map { "\($0.number) \($0.rawValue)" }.joined(separator: "\n") == table)
    }

    @Test("what the protocol calls retryable is")
    func retryable() {
        #expect(
            Refusal.Code.allCases.filter(\.isRetryable) == [.quotaExceeded, .shuttingDown, .storageFull, .agentLost])
    }

    @Test("it is the error object of JSON-RPC, with details sorted by name", arguments: Refusal.Code.allCases)
    func json(code: Refusal.Code) throws {
        let refusal = Refusal(code, "so\nit is", details: ["b": .number(2), "a": .text("x")])
        #expect(
            refusal.jsonText.string == """
                {"code":\(code.number),"message":"so\\nit is","data":{"code":"\(code.rawValue)",\
                "retryable":\(code.isRetryable),"details":{"a":"x","b":2}}}
                """)
        #expect(try Refusal(json: refusal.jsonText.parsed()) == refusal)
    }

    @Test("a code that this version does not know is read as INTERNAL_ERROR, with its sentence")
    func unknownCode() throws {
        let text = #"{"code":-32099,"message":"too new","data":{"code":"FROM_THE_FUTURE","details":{}}}"#
        let refusal = try Refusal(json: JSONText(parsing: text).parsed())
        #expect(refusal == Refusal(.internalError, "too new"))
    }

    @Test("invalid parameters are named, the params themselves too")
    func invalidParams() {
        let named = Refusal.invalidParams(JSONFieldError(field: "task.name", reason: "is required"))
        #expect("\(named)" == "INVALID_PARAMS: task.name is required")
        #expect(named.details == ["field": .text("task.name"), "reason": .text("is required")])
        let whole = Refusal.invalidParams(JSONFieldError(reason: "must be an object"))
        #expect("\(whole)" == "INVALID_PARAMS: params must be an object")
        #expect(whole.details == ["field": .text(""), "reason": .text("must be an object")])
    }

    @Test("what is not there is named, by at most 128 bytes of its id")
    func notFound() {
        #expect(Refusal.notFound(kind: "agent", id: "a").details == ["kind": .text("agent"), "id": .text("a")])
        let long = Refusal.notFound(kind: "subscription", id: String(repeating: "x", count: 1 << 20))
        #expect(long.details["id"] == .text(String(repeating: "x", count: 128) + "…"))
        #expect(long.message.utf8.count < 200)
    }
}
