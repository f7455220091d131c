import ConductorModel
import ConductorProtocol

/// Whose work is whose: a submitter sees inputs and logs of its own work, and steers no other.
extension Engine {
    /// Why a submitter may not have what it asks for; nil where it may.
    func refusal(toSubmitter uid: UInt32, _ request: Request, _ known: StoredContext) -> Refusal? {
        switch request.storeQuery {
        // A task's id alone fits tasks of all workflows, whoever's they are.
        case .task(let key) where key.workflowID == nil && request.isSubscription: Self.noWorkflow
        case .task(let key): refusal(of: find(key, known)?.ownerUID, uid, request)
        case .workflow(let id): refusal(of: owner(of: id, known), uid, request)
        case .deadLetter: refusal(of: known.letterOwner, uid, request)
        case .deadLetters: Self.refusal("dead letters of all users are for observers and operators")
        case .nothing:
            request.isSubscription ? Self.noWorkflow : nil
        case .attempt, .tasks, .workflows, .matches, .process, .accounts, .backup: nil
        }
    }

    /// What nobody has is told to be unknown by the method itself, but for events to come.
    private func refusal(of owner: UInt32?, _ uid: UInt32, _ request: Request) -> Refusal? {
        if request.isSubscription, owner == nil { return Self.refusal("there is no such work of uid \(uid)") }
        guard let owner, owner != uid else { return nil }
        return Self.refusal("it belongs to uid \(owner)")
    }

    private func owner(of id: WorkflowID, _ known: StoredContext) -> UInt32? {
        if let run = workflows[id] { return run.record.ownerUID }
        if case .workflow(let record, _) = known, record.workflowID == id { return record.ownerUID }
        return nil
    }

    private static let noWorkflow = refusal("a submitter subscribes to the events of a workflow of its own")

    private static func refusal(_ reason: String) -> Refusal {
        Refusal(
            .permissionDenied, reason,
            details: ["required_role": .text(Role.operator.rawValue), "role": .text(Role.submitter.rawValue)])
    }
}

extension Request {
    fileprivate var isSubscription: Bool {
        if case .eventSubscribe = self { true } else { false }
    }
}

extension StoredContext {
    /// Who gave out the work that a dead letter is of; nil where it is not known.
    fileprivate var letterOwner: UInt32? {
        switch self {
        case .deadLetter(_, let record): record.ownerUID
        case .deadLetterOfWorkflow(_, let record, _): record.ownerUID
        case .nothing, .task, .workflow, .tasks, .workflows, .deadLetters, .matches, .process, .accounts, .backup: nil
        }
    }
}
