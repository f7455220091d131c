import ConductorJSON
import Testing

@testable import ConductorServer

@Suite("The times of commits and dispatches")
struct DeliveryTimesTests {
    @Test("are among the metrics: one for each batch, and one for each task that an agent was told of, by type")
    func metrics() throws {
        let harness = try LoopHarness()
        let client = try harness.connect()
        try client.register(1, "coder")
        try harness.settle()
        try client.send(
            2, "task.dispatch", #"{"task":{"name":"t","assigned_to":"coding"},"detach":true}"#)
        try harness.settle()
        try client.send(3, "metrics.get", #"{"format":"json"}"#)
        try harness.settle()
        let answer = try #require(try client.answers().last)
        let metrics = try #require(try JSONText(parsing: answer).parsed()["result"]?["metrics"])
        #expect(metrics["conductor_commit_seconds"]?["count"]?.integer == 2)
        #expect(metrics["conductor_dispatch_seconds"]?["coding"]?["count"]?.integer == 1)
        #expect(metrics["conductor_dispatch_seconds"]?["review"]?["count"]?.integer == 0)
    }
}
