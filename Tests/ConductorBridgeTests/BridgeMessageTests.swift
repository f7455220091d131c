import ConductorBridge
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Messages between bridges")
struct BridgeMessageTests {
    @Test("what a worker says comes back as it was written", arguments: Samples.workerMessages)
    func workerMessages(_ text: String) throws {
        #expect(try WorkerMessage(json: Samples.json(text)).jsonText.string == text)
    }

    @Test("what an owner says comes back as it was written", arguments: Samples.ownerMessages)
    func ownerMessages(_ text: String) throws {
        #expect(try OwnerMessage(json: Samples.json(text)).jsonText.string == text)
    }

    @Test("a member that nobody defined is refused", arguments: Samples.workerMessages + Samples.ownerMessages)
    func strangers(_ text: String) throws {
        let json = try Samples.json(text.dropLast() + #","more":1}"#)
        #expect(throws: JSONFieldError.self) { try WorkerMessage(json: json) }
        #expect(throws: JSONFieldError.self) { try OwnerMessage(json: json) }
    }

    @Test(
        "what is out of its bounds is refused",
        arguments: [
            #"{"kind":"report","session":-1,"number":1,"room":{},"claims":[]}"#,
            #"{"kind":"report","session":1,"number":1,"room":{"coding":10001},"claims":[]}"#,
            #"{"kind":"report","session":1,"number":1,"room":{"poetry":1},"claims":[]}"#,
            #"{"kind":"decline","claim":"0123","reason":""}"#,
            #"{"kind":"progress","claim":"\#(Samples.claim)","percent":101}"#,
            #"{"kind":"request","session":1,"number":9007199254740992,"agent_type":"coding"}"#,
        ])
    func bounds(_ text: String) throws {
        let json = try Samples.json(text)
        #expect(throws: JSONFieldError.self) { try WorkerMessage(json: json) }
    }

    @Test("a report names at most 1,000 claims")
    func manyClaims() throws {
        func report(_ count: Int) -> WorkerMessage {
            let claims = (0..<count).map { ClaimID(high: 0, low: UInt64($0)) }
            return .report(.init(name: RequestName(session: 1, number: 1), room: TypeCounts(), claims: claims))
        }
        _ = try WorkerMessage(json: report(1_000).jsonText.parsed())
        #expect(throws: JSONFieldError.self) { try WorkerMessage(json: report(1_001).jsonText.parsed()) }
    }

    @Test("a claim is recorded as it is read")
    func records() throws {
        let text =
            #"{"claim":"\#(Samples.claim)","host":"farm-1","session":7,"number":2,"task_id":"t","attempt":1,"#
            + #""token":"\#(Samples.claim)","workflow_id":"w","agent_type":"test_data"}"#
        #expect(try ClaimRecord(json: Samples.json(text)).jsonText.string == text)
    }
}

enum Samples {
    static let claim = "000102030405060708090a0b0c0d0e0f"

    static let workerMessages = [
        #"{"kind":"report","session":7,"number":3,"room":{"coding":2},"claims":["\#(claim)"]}"#,
        #"{"kind":"request","session":7,"number":2,"agent_type":"coding"}"#,
        #"{"kind":"answer","claim":"\#(claim)","workflow_id":"w","task_id":"t","answer":{"status":"failed","#
            + #""output_data":{"n":1.50},"error_message":"no","error_code":"BROKEN","metadata":{}}}"#,
        #"{"kind":"decline","claim":"\#(claim)","reason":"no agent is free"}"#,
        #"{"kind":"progress","claim":"\#(claim)","percent":50,"message":"half"}"#,
        #"{"kind":"progress","claim":"\#(claim)","stream":"stderr","line":"building"}"#,
    ]

    static let ownerMessages = [
        #"{"kind":"offer","offers":{"coding":2,"monitor":1}}"#,
        #"{"kind":"grant","session":7,"number":2,"grant":{"claim":"\#(claim)","task":{"task_id":"t","name":"T","#
            + #""assigned_to":"coding","priority":"medium","input_data":{"x":1e3},"timeout_seconds":60,"needs":[],"#
            + #""metadata":{}},"attempt":1,"timeout_seconds":59.5,"workflow_id":"w","phase":"development","#
            + #""feedback":{"severity":"error"}}}"#,
        #"{"kind":"refusal","session":7,"number":2}"#,
        #"{"kind":"standing","session":7,"number":3,"claims":[{"claim":"\#(claim)","task_id":"t","#
            + #""agent_type":"coding","session":7,"number":2}],"offers":{}}"#,
        #"{"kind":"cancel","claim":"\#(claim)","reason":"nobody needs it"}"#,
        #"{"kind":"settled","claim":"\#(claim)","recorded":true}"#,
    ]

    static func json(_ text: some StringProtocol) throws -> JSONValue {
        try JSONText(parsing: String(text)).parsed()
    }
}
