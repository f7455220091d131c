import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("History")
struct RetentionTests {
    @Test("gives way to what is newer where the store has become too large, and stays counted")
    func size() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        let text = String(repeating: "x", count: 20_000)
        for number in 1...30 {
            var task = TaskDefinition(name: "task \(number)", assignedTo: .coding)
            task.inputData = try JSONText(parsing: #"{"text":"\#(text)"}"#)
            _ = try await client.dispatchDetached(task)
            try await agent.complete(try await agent.nextAssignment())
        }
        await daemon.stop()

        let next = try await DaemonProcess(
            in: daemon.folder, environment: ["CONDUCTOR_RETENTION_MAX_BYTES": "400000"])
        #expect(await next.child.complains("history of whoever has the most is removed"))
        let clientAgain = try await next.connect()
        let left = try await clientAgain.tasks().tasks.count
        #expect(left < 30)
        #expect(try await clientAgain.status().counts.tasks[.completed] == 30)
        await next.stop()
        let verified = try await ChildProcess(
            Binaries.conductord, ["--verify", "--state-dir", next.stateFolder]
        ).finish()
        #expect(verified.exit.status == 0, "\(verified.output)")
    }
}
