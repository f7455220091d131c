import ConductorTestSupport
import Foundation
import Testing

@Suite("conductor-agent(7)", .timeLimit(.minutes(2)))
struct AgentPageTests {
    private func items(_ title: String, _ macro: String) throws -> [String] {
        let section = try ManualPage("conductor-agent.7").sections.first { $0.title == title }
        return try #require(section).items(macro).sorted()
    }

    @Test("lists every variable and every member that a command in a workflow is given, and no other")
    func given() async throws {
        let bench = try Bench()
        let fleet = try bench.write(
            """
            agents:
              - id: looker
                type: coding
                command: [sh, -c, 'env | sed -n "s/^\\(CONDUCTOR_[A-Z_]*\\)=.*/\\1/p" >variables; cat >task.json']
                working_directory: .
            """, "looking.yaml")
        let run = try ChildProcess(
            Binaries.conductorctl, ["run", try bench.workflow(["look"]), "--standalone", "--fleet", fleet])
        #expect(await run.exit.status == 0)
        let inherited = ProcessInfo.processInfo.environment.keys
        let variables = try String(contentsOfFile: bench.folder.file("variables"), encoding: .utf8)
            .split(separator: "\n").map(String.init).filter { !inherited.contains($0) }
        #expect(try items("Environment", "Ev ") == variables.sorted())
        let task = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: bench.folder.file("task.json"))))
        let members = try #require(task as? [String: Any]).keys
        #expect(try items("Standard input", "Va ") == (members + ["feedback"]).sorted())
    }
}
