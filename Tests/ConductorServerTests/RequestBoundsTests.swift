import ConductorModel
import ConductorProtocol
import Testing

@testable import ConductorServer

@Suite("What a request may ask for")
struct RequestBoundsTests {
    @Test("what is only read is read for those who wait for an answer")
    func queries() {
        #expect(Request.taskList(TaskQuery()).isQuery)
        #expect(Request.statusGet.isQuery)
        #expect(!Request.eventSubscribe(EventFilter()).isQuery)
        #expect(!Request.taskDispatch(TaskDispatch(task: TaskDefinition(name: "t", assignedTo: .coding))).isQuery)
        #expect(!Request.storeBackup.isQuery)
    }

    @Test("a query without an id is a sign of life, and no more")
    func notification() throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect()
        for method in ["task.list", "status.get", "workflow.get"] {
            let body = #"{"jsonrpc":"2.0","method":"\#(method)","params":{}}"#
            try client.write(withUnsafeBytes(of: UInt32(body.utf8.count).bigEndian) { Array($0) } + body.utf8)
        }
        try client.send(1, "ping")
        try daemon.settle()
        #expect(try client.ids() == [1])
    }

    @Test("a subscription names as many kinds as there are, and no more", arguments: [true, false])
    func kinds(isOneTooMany: Bool) throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect()
        let all = EventKind.allCases.map(\.rawValue) + EventFilter.liveKinds
        let kinds = (isOneTooMany ? all + ["task.log"] : all).map { "\"\($0)\"" }.joined(separator: ",")
        try client.send(1, "event.subscribe", "{\"kinds\":[\(kinds)]}")
        try daemon.settle()
        let answer = try #require(try client.answers().first)
        #expect(answer.contains("INVALID_PARAMS") == isOneTooMany, "\(answer)")
    }
}
