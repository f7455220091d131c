import ConductorCommandLine
import ConductorModel
import ConductorProtocol
import Foundation
import Testing

@Suite struct FleetFileTests {
    private func load(_ yaml: String) throws -> FleetFile {
        try FleetFile.load(SourceDocument(name: "fleet.yaml", bytes: Array(yaml.utf8)), folder: "/srv/fleet")
    }

    @Test("paths start from the file's folder; a bare command is looked up elsewhere")
    func paths() throws {
        let fleet = try load(
            """
            agents:
              - {id: a, type: coding, command: [./a.sh, ./b], working_directory: work}
              - {id: b, type: review, capacity: 3, command: [python3, x.py], environment: {LANG: C}}
              - {id: c, type: test, command: [/bin/true], working_directory: /tmp}
            """)
        #expect(fleet.members.map(\.command) == [["/srv/fleet/./a.sh", "./b"], ["python3", "x.py"], ["/bin/true"]])
        #expect(fleet.members.map(\.workingDirectory) == ["/srv/fleet/work", nil, "/tmp"])
        #expect(fleet.members.map(\.registration.capacity) == [1, 3, 1])
        #expect(fleet.members[1].environment == ["LANG": "C"])
    }

    @Test(
        "what is wrong in a fleet is told with its place",
        arguments: [
            ("agents: []", "fleet.yaml:1:1: agents: must name at least one agent"),
            (
                "agents:\n  - {id: a, type: coding, command: []}",
                "fleet.yaml:2:27: agents[0].command: must be a list: the executable and its arguments"
            ),
            (
                "agents:\n  - {id: a, type: coding, command: [x]}\n  - {id: a, type: coding, command: [x]}",
                "fleet.yaml:3:6: agents[1].id: duplicate agent id \"a\""
            ),
            (
                "agents:\n  - {id: a, type: coding, command: [x], environment: {N: 1}}",
                "fleet.yaml:2:55: agents[0].environment.N: must be a string, not 1; quotes make it one"
            ),
            (
                "agents:\n  - {id: a, type: coding, command: [x], environment: {A=B: c}}",
                "fleet.yaml:2:55: agents[0].environment.A=B: must have a name, and one without \"=\" and NUL"
            ),
            (
                "agents:\n  - {id: a, type: coding, command: [x], environment: {A=\u{301}B: c}}",
                "fleet.yaml:2:55: agents[0].environment.A=\u{301}B: must have a name, and one without \"=\" and NUL"
            ),
            (
                "agents:\n  - {id: a, type: coding, command: [x], environment: {A: \"b\\0c\"}}",
                "fleet.yaml:2:55: agents[0].environment.A: must not hold a NUL: a variable ends there"
            ),
            (
                "agents:\n  - {id: a, type: coding, command: [x, \"b\\0c\"]}",
                "fleet.yaml:2:27: agents[0].command: must not hold a NUL: an argument ends there"
            ),
        ])
    func problems(yaml: String, message: String) {
        #expect {
            _ = try load(yaml)
        } throws: { "\($0)" == message }
    }

    @Test("a command or a folder that is not there is told with its place")
    func missing() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = "\(folder.path)/fleet.yaml"
        try """
        agents:
          - {id: a, type: coding, command: [./none]}
          - {id: b, type: coding, command: ["true"], working_directory: ~/none}
        """.write(toFile: path, atomically: true, encoding: .utf8)
        let problems = try #require(throws: SourceProblems.self) { try FleetFile.load(path: path) }
        let lines = problems.description.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].contains("fleet.yaml:2:27: agents[0].command: there is no command"))
        #expect(lines[1].contains("fleet.yaml:3:46: agents[1].working_directory: there is no folder"))
        #expect(lines[1].hasSuffix(#""~" is a name like any other, no shell reads it"#))
    }

    @Test("capacities that do not fit the descriptors are shared out, and an agent has room for one always")
    func room() throws {
        let fleet = try load(
            """
            agents:
              - {id: a, type: coding, capacity: 300, command: [x]}
              - {id: b, type: review, capacity: 100, command: [x]}
              - {id: c, type: review, command: [x]}
            """)
        let room = CommandRoom(free: 200, agents: 3)
        #expect(room.commands > 20)
        let capacities = fleet.fitted(to: room).members.map(\.registration.capacity)
        #expect(capacities == [300 * room.commands / 401, 100 * room.commands / 401, 1])
        #expect(fleet.fitted(to: CommandRoom(free: 100_000, agents: 3)).members[0].registration.capacity == 300)
        #expect(CommandRoom(free: 3, agents: 3).commands == 1)
    }
}
