import ConductorFakeDaemon
import ConductorTestSupport
import Foundation
import Testing

@testable import ConductorBench

/// The submitter against a daemon that lies.
@Suite("A submitter")
struct SubmitterTests {
    private static let payload = 40

    private func payload(_ letter: Character, _ task: Int) -> String {
        let number = String(task, radix: 16)
        return "\(letter)\(String(repeating: "0", count: 15 - number.count))\(number)"
            + String(repeating: "x", count: Self.payload - 16)
    }

    /// Starts it; `conversation` is what it is answered. Gives its exit status and what it said.
    private func submit(
        _ shape: Workload.Shape, units: Int, _ conversation: @Sendable (Conversation) async throws -> Void
    ) async throws -> (status: Int32, errors: String) {
        let daemon = try await FakeDaemon.start()
        let workload = Workload("w", shape, payload: Self.payload)
        let role = Role.submitter(
            socket: daemon.path, subject: .durable, workload: workload, units: units, warmUp: 1)
        let input = Pipe()
        let submitter = try ChildProcess(Binaries.conductorBench, role.arguments(), input: input)
        try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        try input.fileHandleForWriting.close()
        try await conversation(try await daemon.accept())
        let (exit, _, errors) = await submitter.finish()
        return (exit.status, errors)
    }

    private func send(_ result: String, to id: String, _ conversation: Conversation) async throws {
        try await conversation.send([Array(#"{"jsonrpc":"2.0","id":"\#(id)","result":{\#(result)}}"#.utf8)])
    }

    private func taskResult(_ payload: String) -> String {
        #""result":{"task_id":"t","status":"completed","output_data":{"p":"\#(payload)"},"attempt":1}"#
    }

    private func id(_ letter: Character, _ task: Int) -> String { String(payload(letter, task).prefix(16)) }

    /// Two tasks, one after the other; `first` and `second` are the answers to them.
    private func submitTwo(_ answers: @escaping @Sendable (Int) -> String) async throws -> (
        status: Int32, errors: String
    ) {
        try await submit(.tasks(inFlight: 1), units: 2) { conversation in
            _ = try await conversation.nextRequest()
            try await send(taskResult(payload("W", 0)), to: id("W", 0), conversation)
            for task in 0..<2 {
                guard await conversation.next() != nil else { return }
                try await send(answers(task), to: id("T", task), conversation)
            }
        }
    }

    @Test("takes the time where every result is what was sent")
    func good() async throws {
        let (status, errors) = try await submitTwo { taskResult(payload("T", $0)) }
        #expect(status == 0)
        #expect(errors == "")
    }

    @Test("fails where a result is that of another task, of an earlier run, changed, cut off, or none")
    func bad() async throws {
        let good = payload("T", 1)
        let answers = [
            taskResult(payload("T", 0)), taskResult(payload("W", 1)), taskResult(good.dropLast() + "y"),
            taskResult(String(good.dropLast())), #""result":{"status":"failed","output_data":{}}"#,
        ]
        for answer in answers {
            let (status, errors) = try await submitTwo { $0 == 0 ? taskResult(payload("T", 0)) : answer }
            #expect(status == 1, "\(answer)")
            #expect(errors.contains("result"))
        }
    }

    @Test("fails where a result comes twice")
    func twice() async throws {
        let (status, errors) = try await submit(.tasks(inFlight: 1), units: 2) { conversation in
            _ = try await conversation.nextRequest()
            try await send(taskResult(payload("W", 0)), to: id("W", 0), conversation)
            _ = try await conversation.nextRequest()
            for _ in 0..<2 { try await send(taskResult(payload("T", 0)), to: id("T", 0), conversation) }
        }
        #expect(status == 1)
        #expect(errors.contains("has its result already"))
    }

    @Test("fails where a workflow lacks a task's result, leaves its output out, or has exchanged two")
    func workflow() async throws {
        let tasks = Array(0..<Workload.Workflow().tasks)
        @Sendable func entries(_ letter: Character, _ outputs: [Int]) -> [String] {
            zip(tasks, outputs).map { task, output in
                #""t\#(task)":{"status":"completed","output_data":{"p":"\#(payload(letter, output))"}}"#
            }
        }
        func run(_ answer: [String]) async throws -> Int32 {
            try await submit(.workflow(.init()), units: 1) { conversation in
                for (id, results) in [("W0", entries("W", tasks)), ("T0", answer)] {
                    guard await conversation.next() != nil else { return }
                    let state = #""state":{"task_results":{\#(results.joined(separator: ","))}}"#
                    try await send(state, to: id, conversation)
                }
            }.status
        }
        let good = entries("T", tasks)
        #expect(try await run(good) == 0)
        #expect(try await run(Array(good.dropLast())) == 1)
        #expect(try await run(good.dropLast() + [#""t99":{"status":"completed","output_omitted":true}"#]) == 1)
        #expect(try await run(entries("T", [1, 0] + tasks.dropFirst(2))) == 1)
    }
}
