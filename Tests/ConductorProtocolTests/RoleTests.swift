import ConductorModel
import ConductorProtocol
import Testing

@Suite("Roles and words of requests")
struct RoleTests {
    @Test("the words are those of the protocol")
    func words() {
        #expect(words(Role.self) == "any observer agent operator admin")
        #expect(words(TaskCompletion.Status.self) == "completed failed rejected")
        #expect(words(WorkflowFeedback.Through.self) == "development all")
    }

    @Test("a role covers itself and those before it")
    func roles() {
        for (index, role) in Role.allCases.enumerated() {
            #expect(Role.allCases.filter(role.covers) == Array(Role.allCases[...index]))
        }
    }

    private func words<Words: Vocabulary>(_: Words.Type) -> String {
        Words.allCases.map(\.rawValue).joined(separator: " ")
    }
}
