import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a word of the command line names.
enum Found {
    case workflow(WorkflowView)
    case task(TaskKey, Answer<TaskDetails>)
    case agent(AgentState)
}

/// What a command does with what was named.
enum Use {
    /// Of several runs of a name, the newest is meant.
    case look
    /// Only what can be meant alone is changed.
    case change
}

extension ConductorClient {
    /// Looks among the workflows, then among the tasks that were dispatched alone, then among the agents.
    func find(_ word: WorkArgument, to use: Use = .look) async throws -> Found {
        if let task = word.task {
            let key = TaskKey(workflowID: try await workflowID(word.workflow, to: use), taskID: task)
            return .task(key, try await answer(to: TaskGetMethod.self, key))
        }
        switch try await match(word.workflow.reference, to: use) {
        case .workflow(let id): return .workflow(try await workflow(id))
        case .task(let key): return .task(key, try await answer(to: TaskGetMethod.self, key))
        case nil: break
        }
        if let id = AgentID(word.text), let state = try await agent(id) { return .agent(state) }
        throw Self.unknown("workflow, task or agent", word.text)
    }

    /// The workflow that is meant.
    func workflowID(_ argument: WorkflowArgument, to use: Use) async throws -> WorkflowID {
        guard case .workflow(let id) = try await match(argument.reference, to: use) else {
            throw Self.unknown("workflow", argument.reference.text)
        }
        return id
    }

    /// The same for lists and events, which may be asked for before the workflow is there.
    func possibleID(_ argument: WorkflowArgument) async throws -> WorkflowID {
        let found = try await match(argument.reference, to: .look)
        if case .workflow(let id) = found { return id }
        guard let id = WorkflowID(argument.reference.text) else {
            throw Self.unknown("workflow", argument.reference.text)
        }
        return id
    }

    private static func unknown(_ kind: String, _ text: String) -> Refusal {
        Refusal(.notFound, "there is no \(kind) \"\(TerminalText.sanitized(text))\"")
    }

    private enum Match {
        case workflow(WorkflowID)
        case task(TaskKey)
    }

    private func match(_ reference: WorkReference, to use: Use) async throws -> Match? {
        let found: WorkMatchList
        do {
            found = try await call(WorkResolveMethod.self, reference)
        } catch let refusal as Refusal where refusal.code == .methodNotFound {
            return try await exact(reference)
        }
        let workflows = found.workflows.map(\.workflowID)
        switch found.matchedBy.known {
        case .id, .number, .last, nil:
            return workflows.first.map { .workflow($0) } ?? found.tasks.first.map { .task($0.key) }
        case .name:
            guard use == .change, workflows.count > 1 else { return workflows.first.map { .workflow($0) } }
            let live = found.workflows.filter { !Verdict($0).hasEnded }
            guard live.count == 1, !found.isCut else { throw AmbiguousReference(reference, found) }
            return .workflow(live[0].workflowID)
        case .prefix:
            guard workflows.count + found.tasks.count <= 1 else { throw AmbiguousReference(reference, found) }
            return workflows.first.map { .workflow($0) } ?? found.tasks.first.map { .task($0.key) }
        }
    }

    /// An older daemon knows ids alone.
    private func exact(_ reference: WorkReference) async throws -> Match? {
        if let id = WorkflowID(reference.text), try await isThere({ _ = try await workflow(id) }) {
            return .workflow(id)
        }
        let key = TaskID(reference.text).map { TaskKey(taskID: $0) }
        guard let key, try await isThere({ _ = try await task(key) }) else { return nil }
        return .task(key)
    }

    private func isThere(_ ask: () async throws -> Void) async throws -> Bool {
        do {
            try await ask()
            return true
        } catch let refusal as Refusal where refusal.code == .notFound {
            return false
        }
    }
}
