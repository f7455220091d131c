import ConductorClient
import ConductorCommandLine
import ConductorModel
import ConductorPictures
import ConductorProtocol
import ConductorWebPages
import ConductorWebServer

/// Reads what pages show, by methods that an observer may call.
struct DaemonReader: Sendable {
    let socket: String

    private func connect() async throws -> ConductorClient {
        try await .connect(socket: socket, replyTimeout: .seconds(10))
    }

    /// What is at a path that the daemon is asked for.
    func answer(at place: WebPath) async -> WebAnswer {
        do {
            switch place {
            case .overview: return .page(WebPage.overview(try await overview()).html)
            case .agents: return .page(WebPage.agents(try await agents()).html)
            case .report(let id): return try await report(id)
            case .events, .stylesheet, .script: return Self.notFound
            }
        } catch let refusal as Refusal where refusal.code == .notFound {
            return Self.notFound
        } catch {
            return .noAnswer("\(error)")
        }
    }

    private static let notFound = WebAnswer.notFound("There is no such run.")

    private func report(_ id: String) async throws -> WebAnswer {
        guard let id = WorkflowID(id) else { return Self.notFound }
        let run = try await connect().reportedRun(id, inDetail: true)
        return .page(WebPage.report(run, program: "conductor-web \(ConductorVersion.current)").html)
    }

    private func agents() async throws -> Overview {
        var overview = Overview(read: .now)
        overview.agents = try await connect().agents(AgentQuery()).map(Overview.Agent.init)
        return overview
    }

    private func overview() async throws -> Overview {
        let client = try await connect()
        var overview = Overview(read: .now)
        let runs = try await client.workflows(WorkflowQuery(page: Page(limit: 100))).workflows
        let live = try await client.workflows(WorkflowQuery(status: .inProgress, page: Page(limit: 100))).workflows
        let letters = try await client.deadLetters(Page(limit: 100)).letters
        overview.runs = runs.map(Overview.Run.init)
        overview.queue = try await client.tasks(TaskQuery(status: .pending, page: Page(limit: 100))).tasks
            .map(Overview.Waiting.init)
        overview.letters = letters.map(Overview.DeadLetter.init)
        overview.needs = live.filter { $0.isHeldAtGate || $0.isPaused }.map(Overview.Need.init)
        for breaker in try await client.breakers() where breaker.name != .closed {
            let mark = Mark("!", "breaker \(breaker.name == .open ? "open" : "half open")", .doubtful)
            overview.needs.append(.init(mark, "agent \(breaker.agentID)"))
        }
        if !letters.isEmpty {
            overview.needs.append(.init(Mark("!", "dead letters", .bad), "\(letters.count) shown below"))
        }
        return overview
    }
}

extension Overview.Need {
    fileprivate init(_ run: WorkflowListEntry) {
        let after = run.currentPhase.map { " after \($0.text)" } ?? ""
        self.init(RunState(run).mark, "\(run.name)#\(run.number)\(after)", run: run.workflowID.description)
    }
}

extension Overview.Run {
    fileprivate init(_ run: WorkflowListEntry) {
        self.init(
            id: run.workflowID.description, name: "\(run.name)#\(run.number)", state: RunState(run),
            started: run.startedAt, duration: run.duration, succeeded: run.completedTaskCount,
            failed: run.failedTaskCount, total: run.taskCount)
    }
}

extension RunState {
    fileprivate init(_ run: WorkflowListEntry) { self = RunState(rawValue: Verdict(run).rawValue) ?? .running }
}

extension Overview.Agent {
    fileprivate init(_ agent: AgentState) {
        let mark = Self.mark(of: agent)
        self.init(
            id: agent.agentID.description, type: agent.agentType.rawValue, mark: mark, running: agent.running.count,
            capacity: agent.capacity, completed: agent.completedCount, failed: agent.failedCount,
            seen: agent.lastHeartbeat)
    }

    private static func mark(of agent: AgentState) -> Mark {
        if agent.isPaused { return Mark("‖", "paused", .doubtful) }
        return switch agent.status {
        case .idle: Mark("○", "idle", .faint)
        case .running: Mark("▸", "running", .busy)
        case .waiting: Mark("△", "disconnected", .doubtful)
        case .failed: Mark("✗", "lost", .bad)
        case .cancelled: Mark("–", "unregistered", .faint)
        case .completed: Mark("✓", agent.status.rawValue, .faint)
        }
    }
}

extension Overview.Waiting {
    fileprivate init(_ task: TaskListEntry) {
        self.init(
            task: task.key.shortened, type: task.assignedTo?.text ?? "", reason: task.waiting?.message ?? "",
            created: task.createdAt)
    }
}

extension Overview.DeadLetter {
    fileprivate init(_ letter: ConductorModel.DeadLetter) {
        self.init(
            task: letter.key.shortened, agent: letter.agentID.description, code: letter.errorCode,
            message: letter.errorMessage, time: letter.timestamp)
    }
}
