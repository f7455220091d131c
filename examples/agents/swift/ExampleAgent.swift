import ConductorAgent
import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Foundation
import UnixSignals

/// Makes test data: takes `{"count": 3, "seed": 7}`, gives `{"users": [{"name": ..., "age": ...}, ...]}`. The same seed
/// makes the same users.
struct TestDataAgent: Agent {
    private struct Order {
        let count: Int
        let seed: UInt64

        init(_ assignment: TaskAssignment) throws {
            do {
                var fields = try JSONFields(assignment.task.inputData.parsed())
                count = try fields.integer("count", in: 1...10_000) ?? 10
                seed = UInt64(try fields.integer("seed", in: 0...1_000_000) ?? 0)
                try fields.end()
            } catch let error as JSONFieldError {
                throw AgentRejection("\(error.field) \(error.reason)")
            }
        }
    }

    func validate(_ assignment: TaskAssignment) async throws {
        _ = try Order(assignment)
    }

    func execute(_ assignment: TaskAssignment, _ context: TaskContext) async throws -> TaskOutput {
        let order = try Order(assignment)
        var random = SplitMix(state: order.seed)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("users")
        writer.beginArray()
        for number in 1...order.count {
            try Task.checkCancellation()
            writer.object { writer in
                writer.member("name", Self.names.randomElement(using: &random) ?? "Ada")
                writer.member("age", Int.random(in: 0...120, using: &random))
            }
            if number % 1000 == 0 { await context.progress(percent: 100 * Double(number) / Double(order.count)) }
        }
        writer.endArray()
        writer.endObject()
        await context.log("made \(order.count) users")
        return TaskOutput(writer.text)
    }

    private static let names = ["Ada", "Alan", "Barbara", "Edsger", "Grace", "Leslie", "Tony", "Zoë"]
}

/// Steele, Lea and Flood's generator: small, and the same everywhere.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@main
struct ExampleAgent {
    /// The daemon's socket is the first argument, or where `conductorctl` would look for it.
    static func main() async {
        let socket = SocketPath.search(explicit: CommandLine.arguments.dropFirst().first)
        do {
            try await serve(socket)
        } catch {
            FileHandle.standardError.write(Data("example-agent: \(error)\n".utf8))
            exit(1)
        }
    }

    /// Until SIGTERM or Ctrl-C, which finishes what runs; a second one cancels it.
    private static func serve(_ socket: String) async throws {
        guard let id = AgentID("example-agent") else { return }
        let registration = AgentRegistration(agentID: id, agentType: .testData, capacity: 4)
        let runner = AgentRunner(registration, agent: TestDataAgent(), socket: socket)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { @Sendable in
                var isFirst = true
                for await _ in signals {
                    runner.stop(isFirst ? .finishing : .cancelling)
                    isFirst = false
                }
            }
            defer { group.cancelAll() }
            try await runner.run()
        }
    }
}
