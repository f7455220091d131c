import ConductorClient
import ConductorJSON
import ConductorModel
import Testing

@testable import ConductorCommandLine

/// The test library has one too.
private typealias ExitStatus = ConductorCommandLine.ExitStatus

@Suite("Errors as JSON")
struct ErrorObjectTests {
    private func text(_ error: any Error) -> String? { ErrorObject(error)?.jsonText.string }

    @Test("a refusal has its code, and what that promises to say")
    func refusal() {
        #expect(
            text(Refusal.notFound(kind: "agent", id: "a"))
                == #"{"error":{"code":"NOT_FOUND","message":"there is no agent a","details":{"id":"a","kind":"agent"}}}"#
        )
        #expect(text(ConnectionFault.refused(Refusal(.conflict, "no")))?.contains(#""code":"CONFLICT""#) == true)
    }

    @Test(
        "each fault of a connection has a code of its own",
        arguments: [
            (ConnectionFault.notReachable(path: "/x", errno: 2), "DAEMON_NOT_REACHABLE"),
            (.foreign(path: "/x", uid: 1, demanded: 0), "FOREIGN_DAEMON"), (.lost(errno: nil), "CONNECTION_LOST"),
            (.silent(path: "/x", after: .seconds(1)), "DAEMON_SILENT"), (.closed, "CONNECTION_CLOSED"),
            (.malformed(reason: "x"), "PROTOCOL_ERROR"), (.overrun(limit: 1, leftOut: 2), "OVERRUN"),
        ])
    func connection(fault: ConnectionFault, code: String) {
        #expect(text(fault)?.hasPrefix(#"{"error":{"code":"\#(code)","message":""#) == true)
    }

    @Test("problems of a file are listed with their places")
    func file() {
        let problem = SourceProblem(
            file: "w.yaml", position: .init(line: 2, column: 3), field: "tasks[0].name", message: "is required")
        #expect(
            text(SourceProblems(problem)) == """
                {"error":{"code":"INVALID_FILE","message":"w.yaml:2:3: tasks[0].name: is required",\
                "problems":[{"path":"tasks[0].name","message":"is required","line":2,"column":3}]}}
                """)
    }

    @Test("where a result or a signal says all, there is none, other than for a time that was up")
    func none() throws {
        let told = ToldByResult(.notFound(kind: "agent", id: try #require(AgentID("a"))))
        #expect(Failure(told).message.contains("there is no agent a"))
        for error in [
            ExitStatus.incomplete, told, Interrupted(), Signalled.terminated, OutputFault.closedPipe,
        ] as [any Error] {
            #expect(text(error) == nil)
        }
        #expect(text(ExitStatus.timedOut) == #"{"error":{"code":"TIMEOUT","message":"the time was up"}}"#)
        #expect(ErrorObject(usage: "x").jsonText.string == #"{"error":{"code":"USAGE","message":"x"}}"#)
    }
}
