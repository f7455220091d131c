import ConductorClient
import ConductorModel
import ConductorProtocol

/// Asks the daemon now and then for what the events of a run do not tell: its plan, why tasks wait, and the ends of logs.
/// What cannot be had, by an older daemon or while none answers, is not shown.
package struct RunObserver: Sendable {
    package struct Questions: Hashable, Sendable {
        /// As far as it is known.
        package var plan = RunPlan()
        package var waits = false
        package var logs: [TaskID] = []

        package init() {}
    }

    private static let pause = Duration.milliseconds(250)
    private static let shortestInterval = Duration.seconds(1)
    private static let logLines = 50

    private let subject: LogReader.Subject
    private let socket: DaemonSocket
    private let presenter: RunPresenter

    init(_ subject: LogReader.Subject, socket: DaemonSocket, presenter: RunPresenter) {
        self.subject = subject
        self.socket = socket
        self.presenter = presenter
    }

    /// Asks until it is cancelled: at once for what is newly wanted, else so seldom that the daemon is busy with it for a
    /// tenth of the time at most.
    func observe() async throws {
        var former = Questions()
        var next = ContinuousClock.now
        while true {
            try await Task.sleep(for: Self.pause)
            let questions = await presenter.questions
            guard ContinuousClock.now >= next || questions.logs.isEmpty != former.logs.isEmpty else { continue }
            former = questions
            let began = ContinuousClock.now
            try? await ask(questions)
            try Task.checkCancellation()
            next = began + max(Self.shortestInterval, (ContinuousClock.now - began) * 10)
        }
    }

    private func ask(_ questions: Questions) async throws {
        guard !questions.plan.isKnown || questions.waits || !questions.logs.isEmpty else { return }
        let client = try await socket.connect(replyTimeout: .seconds(10))
        defer { client.close() }
        switch subject {
        case .workflow(let id): try await ask(questions, of: id, client)
        case .task(let key): try await ask(questions, of: key, client)
        }
        guard !questions.logs.isEmpty else { return }
        var tails: [LiveScreen.LogTail] = []
        for task in questions.logs {
            let log = try? await client.log(of: key(of: task), LogRange(.last(Self.logLines)))
            let lines = log?.lines.map { TerminalText.lastState(of: $0.text) } ?? []
            if !lines.isEmpty { tails.append(LiveScreen.LogTail(task: task, lines: lines)) }
        }
        try await presenter.show(tails)
    }

    private func key(of task: TaskID) -> TaskKey {
        switch subject {
        case .workflow(let id): TaskKey(workflowID: id, taskID: task)
        case .task(let key): key
        }
    }

    private func ask(_ questions: Questions, of id: WorkflowID, _ client: ConductorClient) async throws {
        if !questions.plan.isKnown {
            await presenter.learn(RunPlan(try await client.call(WorkflowGetMethod.self, id)))
        }
        guard questions.waits else { return }
        let query = TaskQuery(status: .pending, workflowID: id, page: Page(limit: Limits.pageSize))
        let tasks = try await client.tasks(query).tasks
        let waits = tasks.compactMap { task in
            task.waiting.map { RunWait.Single($0, of: task.key.taskID, type: task.assignedTo?.known) }
        }
        try await tell(waits, client)
    }

    private func ask(_ questions: Questions, of key: TaskKey, _ client: ConductorClient) async throws {
        let task = try await client.task(key)
        if !questions.plan.isKnown { await presenter.learn(RunPlan(key.taskID, task), name: task.definition.name) }
        let wait = task.waiting.map { RunWait.Single($0, of: key.taskID, type: task.definition.assignedTo) }
        try await tell([wait].compactMap { $0 }, client)
    }

    private func tell(_ waits: [RunWait.Single], _ client: ConductorClient) async throws {
        let busy = waits.filter { $0.wait.reason.known == .agentFull }.compactMap(\.type)
        var loads: [AgentType: AgentLoad] = [:]
        for type in Set(busy) { loads[type] = try await load(of: type, client) }
        await presenter.learn([RunWait](waits, plan: await presenter.progress.plan, loads: loads))
    }

    /// Nil where there are too many agents to be counted in one answer.
    private func load(of type: AgentType, _ client: ConductorClient) async throws -> AgentLoad? {
        let page = try await client.call(AgentListMethod.self, AgentQuery(agentType: type))
        guard page.nextAfter == nil else { return nil }
        return page.agents.filter { $0.status == .idle || $0.status == .running }.reduce(into: AgentLoad()) {
            $0.running += $1.running.count
            $0.capacity += $1.capacity
        }
    }
}
