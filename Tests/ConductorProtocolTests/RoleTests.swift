import ConductorModel
import ConductorProtocol
import Testing

@Suite("Roles and words of requests")
struct RoleTests {
    @Test("the words are those of the protocol")
    func words() {
        #expect(words(Role.self) == "any observer submitter agent operator admin")
        #expect(words(TaskCompletion.Status.self) == "completed failed rejected")
        #expect(words(WorkflowFeedback.Through.self) == "development all")
    }

    @Test("a role covers itself and those before it; submitters and agents stand beside each other")
    func roles() {
        let ladder = [Role.any, .observer, .agent, .operator, .admin]
        for (index, role) in ladder.enumerated() {
            #expect(ladder.filter(role.covers) == Array(ladder[...index]))
            #expect(role.covers(.submitter) == (index > 2))
        }
        #expect(Role.allCases.filter(Role.submitter.covers) == [.any, .observer, .submitter])
    }

    @Test("what submitters may ask for beside what observers may")
    func submitters() {
        let methods = Method.all.filter(\.isForSubmitters).map { "\($0.name)" }
        #expect(
            Set(methods) == [
                "task.dispatch", "task.cancel", "workflow.run", "workflow.cancel", "workflow.pause",
                "workflow.resume", "workflow.approve", "workflow.retry", "workflow.feedback",
                "dead_letter.redrive", "dead_letter.discard",
            ])
    }

    private func words<Words: Vocabulary>(_: Words.Type) -> String {
        Words.allCases.map(\.rawValue).joined(separator: " ")
    }
}
