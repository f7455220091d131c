import ConductorJSON
import ConductorModel
import Testing

@Suite("Vocabularies")
struct VocabularyTests {
    @Test("the words are those of the protocol")
    func words() {
        #expect(words(AgentType.self) == "coding review test_data test devops deploying monitor")
        #expect(words(Phase.self) == "development devops monitoring")
        #expect(words(AgentStatus.self) == "idle running waiting completed failed cancelled")
        #expect(words(TaskStatus.self) == "pending in_progress completed failed blocked skipped cancelled")
        #expect(words(Priority.self) == "low medium high critical")
        #expect(words(Severity.self) == "info warning error critical")
        #expect(words(PhaseRun.Result.self) == "completed skipped failed cancelled")
        #expect(words(WorkflowDefinition.WhenBusy.self) == "queue fail")
        #expect(words(WorkflowDefinition.OnGateBlocked.self) == "fail approve")
        #expect(
            words(Policy.Kind.self)
                == "MaxConcurrentTasksPolicy TaskTimeoutPolicy AgentAvailabilityPolicy PhaseGatePolicy")
    }

    @Test("the kinds of durable events are those of the protocol")
    func eventKinds() {
        let kinds = [
            "agent": "registered unregistered lost returned paused resumed",
            "task": "queued started retrying completed failed rejected cancelled skipped adopted",
            "workflow": "started paused resumed completed failed cancelled",
            "phase": "started completed skipped", "gate": "passed blocked approved denied", "feedback": "started",
            "policy": "violated", "breaker": "opened half_opened closed", "dead_letter": "added redriven discarded",
        ]
        let expected = kinds.flatMap { group, names in names.split(separator: " ").map { "\(group).\($0)" } }
        #expect(Set(EventKind.allCases.map(\.rawValue)) == Set(expected))
    }

    @Test("a word that is not in a vocabulary is refused with those that are")
    func refused() throws {
        for text in [#""Low""#, #""""#, "1", "null"] {
            let error = try fieldError(reading: Priority.self, text)
            #expect(error?.reason.hasPrefix("must be one of low, medium, high, critical") == true)
        }
    }

    @Test("each phase takes the tasks of its types, and each type belongs to one phase")
    func phases() {
        #expect(Phase.development.agentTypes == [.coding, .review, .testData, .test])
        #expect(Phase.devops.agentTypes == [.devops, .deploying])
        #expect(Phase.monitoring.agentTypes == [.monitor])
        #expect(Phase.allCases.flatMap(\.agentTypes).count == AgentType.allCases.count)
    }

    @Test("ranks follow the order of the words")
    func ranks() {
        #expect(Priority.allCases.sorted() == Priority.allCases)
        #expect(Severity.allCases.filter(\.startsFeedbackLoop) == [.error, .critical])
        #expect(TaskStatus.allCases.filter(\.isTerminal) == [.completed, .failed, .skipped, .cancelled])
    }

    private func words<Words: Vocabulary>(_: Words.Type) -> String {
        Words.allCases.map(\.rawValue).joined(separator: " ")
    }
}
