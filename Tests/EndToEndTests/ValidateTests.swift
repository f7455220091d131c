import ConductorTestSupport
import Foundation
import Testing

@Suite("What conductorctl validates", .timeLimit(.minutes(2)))
struct ValidateTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    /// Without a daemon.
    private func validate(
        _ arguments: String...
    ) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
        try await ChildProcess.conductorctl(["validate"] + arguments, socket: bench.folder.file("none")).finish()
    }

    @Test("is told by the keys of a file, by its name, or by --as")
    func kinds() async throws {
        let workflow = try bench.write("name: w\ntasks: [{name: t, assigned_to: coding}]\n", "w.yaml")
        let fleet = bench.fleet
        let configuration = try bench.write("lease_seconds: 5m\n", "conductor.yaml")
        let other = try bench.write("lease_seconds: 5m\n", "other.yaml")
        #expect(try await validate(workflow).output == "\(workflow): valid: 1 task\n")
        #expect(try await validate(fleet).output == "\(fleet): valid: 2 agents\n")
        #expect(try await validate(configuration).output == "\(configuration): valid\n")
        #expect(try await validate(other, "--as", "configuration").output == "\(other): valid\n")
        let unknown = try await validate(other)
        #expect(unknown.exit.status == 1)
        #expect(unknown.errors.contains("say what it is with --as workflow|fleet|configuration"))
    }

    @Test("is wrong with all its problems, as lines or as JSON")
    func problems() async throws {
        let file = try bench.write("lease_seconds: soon\nlimits: {max_agent: 3}\n", "conductor.yaml")
        let lines = try await validate(file)
        #expect(lines.exit.status == 1)
        #expect(lines.output.isEmpty)
        #expect(lines.errors.hasPrefix("\(file):1:16: lease_seconds: must be from 0.1 to 86400 seconds"))
        #expect(lines.errors.contains("\n\(file):2:10: limits.max_agent: unknown key \"max_agent\""))
        let json = try await validate(file, "--json")
        #expect(json.exit.status == 1)
        #expect(json.output.hasPrefix(#"{"valid":false,"problems":[{"path":"lease_seconds","message":"must be"#))
        #expect(json.output.contains(#""line":2,"column":10}"#))
        let missing = try await validate(bench.folder.file("missing.yaml"))
        #expect(missing.errors.hasSuffix("missing.yaml: No such file or directory\n"))
    }
}
