import ArgumentParser
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

/// `a,b`: words that people read in a table, or the wire's.
struct StatusFilter<Word: Hashable & Sendable>: Sendable {
    let words: Set<Word>

    init?(_ argument: String, _ parse: (String) -> Word?) {
        let parsed = argument.split(separator: ",", omittingEmptySubsequences: false).map { parse(String($0)) }
        guard !parsed.isEmpty, !parsed.contains(nil) else { return nil }
        words = Set(parsed.compactMap { $0 })
    }
}

/// How a workflow stands, or what its wire status is.
enum WorkflowWord: Hashable, Sendable {
    case verdict(Verdict)
    case status(WorkflowStatus)

    func fits(_ workflow: WorkflowListEntry) -> Bool {
        switch self {
        case .verdict(let verdict): Verdict(workflow) == verdict
        case .status(let status): workflow.status.known == status
        }
    }
}

struct WorkflowStatusFilter: ExpressibleByArgument {
    private let text: String

    init?(argument: String) {
        text = argument
        guard words(isForPrograms: false) != nil else { return nil }
    }

    static var allValueStrings: [String] { Verdict.allCases.map(\.rawValue) }

    /// A word that is both is the wire's for programs: scripts know it so.
    func words(isForPrograms: Bool) -> Set<WorkflowWord>? {
        StatusFilter(text) { word in
            let verdict = Verdict(rawValue: word).map(WorkflowWord.verdict)
            let status = WorkflowStatus(rawValue: word).map(WorkflowWord.status)
            return isForPrograms ? status ?? verdict : verdict ?? status
        }?.words
    }
}

struct TaskStatusFilter: ExpressibleByArgument {
    let statuses: Set<TaskStatus>

    init?(argument: String) {
        let filter = StatusFilter(argument) { word in
            TaskStatus(rawValue: word) ?? TaskStatus.allCases.first { $0.word == word }
        }
        guard let filter else { return nil }
        statuses = filter.words
    }

    static var allValueStrings: [String] { TaskStatus.allCases.map(\.word) }
}
