import ConductorTestSupport
import Foundation
import Testing

@Suite("The schemas that conductorctl prints", .timeLimit(.minutes(2)))
struct SchemaTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    static let hasValidator: Bool = {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        probe.arguments = ["-c", "import jsonschema, yaml"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    private func schema(_ kind: String) async throws -> String {
        let (exit, output, _) = try await ChildProcess.conductorctl(
            ["schema", kind], socket: bench.folder.file("none")
        ).finish()
        #expect(exit.status == 0)
        return try bench.write(output, "\(kind).schema.json")
    }

    /// Whether a validator that knows nothing of Conductor takes the file.
    private func takes(_ file: String, _ schema: String) async throws -> Bool {
        let script = """
            import json, sys, yaml, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft7Validator.check_schema(schema)
            sys.exit(0 if jsonschema.Draft7Validator(schema).is_valid(yaml.safe_load(open(sys.argv[2]))) else 7)
            """
        let ended = try await ChildProcess("/usr/bin/python3", ["-c", script, schema, file]).finish()
        #expect([0, 7].contains(ended.exit.status), "\(ended.errors)")
        return ended.exit.status == 0
    }

    @Test(
        "take every example, and not what validate refuses",
        .enabled(if: hasValidator, "python3 has no jsonschema and yaml"))
    func examples() async throws {
        let workflow = try await schema("workflow"), fleet = try await schema("fleet")
        for example in ["hello", "user-service"] {
            #expect(try await takes("\(Bench.examples)/\(example)/workflow.yaml", workflow), "\(example)")
            #expect(try await takes("\(Bench.examples)/\(example)/fleet.yaml", fleet), "\(example)")
        }
        let whole = try bench.write(
            """
            name: w
            gate: {required_success_rate: 0.5}
            tasks:
              - {name: t, task_id: a.b, assigned_to: coding, timeout_seconds: 1h30m, agent_labels: [id=builder-1, gpu]}
            outputs: {url: "${{ tasks['a.b'].output_data.url }}"}
            """, "whole.yaml")
        #expect(try await takes(whole, workflow))
        for (index, text) in [
            "tasks: []", "{name: w, tsaks: []}", "{name: w, tasks: [{name: t, assigned_to: codign}]}",
            "{name: w, parallelism: 0}", "{name: w, tasks: [{name: t, timeout_seconds: 2 hours}]}",
            "{name: w, outputs: {a: 1}}",
        ].enumerated() {
            #expect(try await !takes(bench.write(text, "wrong-\(index).yaml"), workflow), "\(text)")
        }
    }

    @Test(
        "of a configuration is what conductord knows of it",
        .enabled(if: hasValidator, "python3 has no jsonschema and yaml"))
    func configuration() async throws {
        let schema = try await schema("configuration")
        let right = try bench.write(
            """
            lease_seconds: 5m
            log_level: notice
            limits: {max_agents: 10}
            retry: {retryable_errors: [BUSY]}
            access: {operator: [alice, 1000, "@staff"], agents: {bob: {types: [coding]}}, others: none}
            policies: [{kind: MaxConcurrentTasksPolicy, parameters: {max_tasks: 5}}]
            """, "right.yaml")
        #expect(try await takes(right, schema))
        for (index, text) in ["lease_seconds: soon", "limits: {max_agent: 3}", "log_level: loud"].enumerated() {
            #expect(try await !takes(bench.write(text, "wrong-\(index).yaml"), schema), "\(text)")
        }
    }
}
