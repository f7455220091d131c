import ConductorJSON
import ConductorModel
import Testing

@testable import ConductorCommandLine

@Suite("Files that people write")
struct SourceFormTests {
    private func document(_ yaml: String) throws -> SourceDocument {
        try SourceDocument(name: "w.yaml", bytes: Array(yaml.utf8))
    }

    private func problems(_ read: () throws -> Void) -> [String] {
        do { try read() } catch { return "\(error)".split(separator: "\n").map(String.init) }
        return []
    }

    @Test("all problems of a workflow are told at once, by their places")
    func all() throws {
        let document = try document(
            """
            nmae: build
            parallelism: many
            phases: [development, devop]
            gate: {required_success_rate: 80}
            metadata: [1]
            tasks:
              - {task_id: a, name: 1, assigned_to: codign, timeout_seconds: 2d}
              - {task_id: b c, name: B, needs: [compile, link, comple]}
              - {task_id: compile, name: C, needs: [z], priority: hgih, retry: {max_retries: 21}, speed: 3}
            """)
        #expect(
            problems { _ = try WorkflowFile.load(document) } == [
                "w.yaml:1:1: nmae: unknown key \"nmae\"; did you mean \"name\"?",
                "w.yaml:1:1: name: is required",
                "w.yaml:2:1: parallelism: must be a whole number from 1 to 1000, such as 4, not \"many\"",
                "w.yaml:3:23: phases[1]: must be one of development, devops, monitoring, not \"devop\""
                    + "; did you mean \"devops\"?",
                "w.yaml:4:8: gate.required_success_rate: must be a number from 0 to 1, such as 0.8, not 80",
                "w.yaml:5:1: metadata: must be a mapping, such as {team: web}, not a list",
                "w.yaml:7:18: tasks[0].name: must be a string, not 1; quotes make it one",
                "w.yaml:7:27: tasks[0].assigned_to: must be one of coding, review, test_data, test, devops, "
                    + "deploying, monitor, not \"codign\"; did you mean \"coding\"?",
                "w.yaml:7:48: tasks[0].timeout_seconds: must be from 1 to 86400 seconds, such as 120 or 2m, "
                    + "not \"2d\"",
                "w.yaml:8:6: tasks[1].task_id: must be an id: letters, digits, and . _ : - after the first, "
                    + "at most 128, not \"b c\"",
                "w.yaml:8:46: tasks[1].needs[1]: there is no task \"link\" in this workflow",
                "w.yaml:8:52: tasks[1].needs[2]: there is no task \"comple\" in this workflow; did you mean "
                    + "\"compile\"?",
                "w.yaml:9:41: tasks[2].needs[0]: there is no task \"z\" in this workflow; did you mean \"a\"?",
                "w.yaml:9:45: tasks[2].priority: must be one of low, medium, high, critical, not \"hgih\""
                    + "; did you mean \"high\"?",
                "w.yaml:9:69: tasks[2].retry.max_retries: must be a whole number from 0 to 20, such as 3, not 21",
                "w.yaml:9:87: tasks[2].speed: unknown key \"speed\"",
            ])
    }

    @Test("what YAML has and JSON has not is told beside the rest")
    func conversion() throws {
        let document = try document(
            """
            name: w
            name: v
            metadata: {[a, b]: c, n: .inf}
            parallelism: !!int 4
            max_feedback_loops: .nan
            tasks: [{name: a, <<: {x: 1}, task_id: a, needs: [b]}]
            tasks: []
            """)
        #expect(
            problems { _ = try WorkflowFile.load(document) } == [
                "w.yaml:1:1: name: duplicate key",
                "w.yaml:3:1: metadata: a key must be a string",
                "w.yaml:3:23: metadata.n: JSON has no number .inf; quotes make it a string",
                "w.yaml:4:1: parallelism: unsupported tag tag:yaml.org,2002:int",
                "w.yaml:5:1: max_feedback_loops: JSON has no number .nan; quotes make it a string",
                "w.yaml:6:1: tasks: duplicate key",
                "w.yaml:6:19: tasks[0].<<: merge keys are not supported; write the members out",
                "w.yaml:6:51: tasks[0].needs[0]: there is no task \"b\" in this workflow; did you mean \"a\"?",
            ])
    }

    @Test("all problems of a fleet are told at once, and those of its commands with them")
    func fleet() throws {
        let document = try document(
            """
            agents:
              - {id: a, type: reviw, command: [/no/such], capacity: 0}
              - {id: a, type: test, command: "true"}
              - {type: test, comand: [/bin/true]}
              - {id: coordinator, type: test, command: [/bin/true]}
            """)
        let found = problems { _ = try FleetFile.load(document, path: "/tmp/w.yaml") }
        #expect(found.count == 9)
        #expect(found[0].hasSuffix("not \"reviw\"; did you mean \"review\"?"))
        #expect(found[1].hasPrefix("w.yaml:2:26: agents[0].command: there is no command"))
        #expect(found[2].hasPrefix("w.yaml:2:47: agents[0].capacity: must be a whole number from 1 to 10000"))
        #expect(found[3] == "w.yaml:3:6: agents[1].id: duplicate agent id \"a\"")
        #expect(found[8] == "w.yaml:5:6: agents[3].id: must not be \"coordinator\", which is reserved")
        #expect(found[4].hasPrefix("w.yaml:3:25: agents[1].command: must be a list, such as"))
    }

    @Test("durations are written with units, and are read as seconds")
    func durations() throws {
        let definition = try WorkflowFile.load(
            document(
                """
                name: w
                queue_timeout_seconds: 2h
                agent_wait_seconds: 30
                tasks: [{name: a, timeout_seconds: 1.5m, retry: {initial_delay_seconds: 500ms, max_delay_seconds: 1d}}]
                """))
        #expect(definition.queueTimeout == .seconds(7200))
        #expect(definition.agentWait == .seconds(30))
        #expect(definition.tasks[0].timeout == .seconds(90))
        #expect(definition.tasks[0].retry?.initialDelay == .milliseconds(500))
        #expect(definition.tasks[0].retry?.maxDelay == .seconds(86_400))
        let task = try document("{name: t, timeout_seconds: 5m}").read(as: TaskDefinition.self)
        #expect(task.timeout == .seconds(300))
    }

    @Test("a duration in quotes without a unit is told to be a number without them")
    func quotedNumber() throws {
        let document = try document("{name: t, timeout_seconds: \"5\"}")
        #expect(
            problems { _ = try document.read(as: TaskDefinition.self) } == [
                "w.yaml:1:11: timeout_seconds: must be from 1 to 86400 seconds, such as 120 or 2m, not \"5\""
                    + "; without quotes it is a number"
            ])
    }

    @Test("what is within a form is read, and what is beyond its bounds by nobody")
    func agreement() throws {
        func agree<T: SourceFormed>(_ type: T.Type) throws {
            for sample in T.sourceForm.samples {
                let value = try JSONText(parsing: sample.text).parsed()
                #expect(throws: Never.self, "\(sample.text)") { _ = try T(json: value) }
                for wrong in sample.beyond {
                    let value = try JSONText(parsing: wrong).parsed()
                    #expect(throws: JSONFieldError.self, "\(wrong)") { _ = try T(json: value) }
                }
            }
        }
        try agree(WorkflowDefinition.self)
        try agree(TaskDefinition.self)
        try agree(Feedback.self)
        try agree(FleetFile.self)
    }
}

/// A value of a form, and the same with one part beyond its bounds.
private struct Sample {
    var text: String
    var beyond: [String] = []
}

extension SourceForm {
    fileprivate var samples: [Sample] {
        switch self {
        case .text: [Sample(text: "\"a\"", beyond: ["1"])]
        case .identifier: [Sample(text: "\"a\"", beyond: ["\"a b\""])]
        case .label: [Sample(text: "\"a=b\"", beyond: ["\"=a\""])]
        case .timestamp: [Sample(text: "\"2026-01-31T12:00:00Z\"", beyond: ["\"now\""])]
        case .word(let words): words.map { Sample(text: "\"\($0)\"", beyond: ["\"\($0)s\""]) }
        case .integer(let range, let example):
            [range.lowerBound, example, range.upperBound].map {
                Sample(text: "\($0)", beyond: ["\(range.lowerBound - 1)", "\(range.upperBound + 1)"])
            }
        case .number(let range, _), .duration(let range, _):
            [range.lowerBound, range.upperBound].map {
                Sample(text: "\($0)", beyond: ["\(range.lowerBound - 0.1)", "\(range.upperBound + 0.1)"])
            }
        case .list(let form, _): form.samples.map { $0.within { "[\($0)]" } }
        case .entries(let form, _): form.samples.map { $0.within { "{\"a\":\($0)}" } }
        case .anyList: [Sample(text: "[1]", beyond: ["{}"])]
        case .anyMapping: [Sample(text: "{\"a\":1}", beyond: ["[]"])]
        case .mapping(let keys):
            keys.flatMap { key in
                let others = keys.filter { $0.isRequired && $0.name != key.name }
                    .map { ",\"\($0.name)\":\($0.form.samples[0].text)" }.joined()
                return key.form.samples.map { $0.within { "{\"\(key.name)\":\($0)\(others)}" } }
            }
        }
    }
}

extension Sample {
    fileprivate func within(_ wrap: (String) -> String) -> Sample {
        Sample(text: wrap(text), beyond: beyond.map(wrap))
    }
}
