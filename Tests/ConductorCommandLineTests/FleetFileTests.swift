import ConductorCommandLine
import ConductorModel
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
                "fleet.yaml:3:6: agents[1].id: names another agent of this fleet too"
            ),
            (
                "agents:\n  - {id: a, type: coding, command: [x], environment: {N: 1}}",
                "fleet.yaml:2:55: agents[0].environment.N: must be a string; quotes make it one"
            ),
        ])
    func problems(yaml: String, message: String) {
        #expect {
            _ = try load(yaml)
        } throws: { "\($0)" == message }
    }
}
