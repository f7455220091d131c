import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

extension Table {
    /// Of an agent's running tasks.
    private static let listedTasks = 3

    /// - Parameter isWide: With their labels.
    package static func agents(_ agents: [AgentState], at now: Timestamp, isWide: Bool = false) -> Table {
        let labels = isWide ? ["LABELS"] : []
        var table = Table(
            ["AGENT", "TYPE", "STATUS", "RUNNING", "SUCCEEDED", "FAILED", "LAST SEEN"] + labels + ["TASKS"])
        for agent in agents {
            let tasks = agent.running.prefix(Self.listedTasks).map(\.shortened)
            let more = agent.running.count > tasks.count ? ["…"] : []
            let labels = isWide ? [Cell(agent.labels.description)] : []
            let first = [
                Cell(agent.agentID.description), Cell(agent.agentType.rawValue),
                .status(agent),
                Cell("\(agent.running.count) of \(agent.capacity)"), Cell("\(agent.completedCount)"),
                Cell("\(agent.failedCount)"), Cell("\((now - agent.lastHeartbeat).age) ago"),
            ]
            table.add(first + labels + [Cell((tasks + more).joined(separator: " "))])
        }
        return table
    }

    /// - Parameter isWide: With whole ids and times rather than ages.
    package static func workflows(_ workflows: [WorkflowListEntry], at now: Timestamp, isWide: Bool = false) -> Table {
        var table = Table(["RUN", "NAME", "STATUS", "TASKS", "ROUND", isWide ? "STARTED" : "AGE", "DURATION"])
        for workflow in workflows {
            let verdict = Verdict(workflow), id = workflow.workflowID
            let held = verdict == .held ? workflow.currentPhase.map { " after \($0.text)" } ?? "" : ""
            let total = workflow.taskCount.map { "/\($0)" } ?? ""
            let failed = workflow.failedTaskCount > 0 ? " \(workflow.failedTaskCount) failed" : ""
            table.add([
                Cell(isWide ? id.description : id.shortened), Cell(workflow.numberedName),
                Cell(verdict.rawValue + held, verdict.tone), Cell("\(workflow.completedTaskCount)\(total)\(failed)"),
                Cell("\(workflow.feedbackCount + 1)"),
                Cell(isWide ? workflow.startedAt.shown : (now - workflow.startedAt).age),
                Cell((workflow.duration ?? (now - workflow.startedAt)).shown),
            ])
        }
        return table
    }

    /// Named as the command line takes them.
    package static func tasks(_ tasks: [TaskListEntry], isWide: Bool = false) -> Table {
        var table = Table(["TASK", "TYPE", "STATUS", "DURATION", "ATTEMPTS", "AGENT", "DETAIL"])
        for task in tasks {
            table.add([
                Cell(isWide ? task.key.description : task.key.shortened), Cell(task.assignedTo?.text ?? ""),
                .status(task.status),
                Cell(task.duration?.shown ?? ""), Cell("\(task.attempts)"), Cell(task.agentID?.description ?? ""),
                Cell(task.waiting?.message ?? task.errorCode ?? ""),
            ])
        }
        return table
    }

    package static func policies(_ policies: [Policy]) -> Table {
        var table = Table(["POLICY", "DETAIL"])
        for policy in policies { table.add([Cell(policy.kind.rawValue), Cell(policy.summary)]) }
        return table
    }

    package static func deadLetters(_ letters: [DeadLetter]) -> Table {
        var table = Table(["DEAD LETTER", "TASK", "ERROR", "AGENT", "ATTEMPT", "ADDED"])
        for letter in letters {
            table.add([
                Cell(letter.id.description), Cell(letter.key.description), Cell(letter.errorCode, .bad),
                Cell(letter.agentID.description), Cell("\(letter.attempt)"), Cell(letter.timestamp.shown),
            ])
        }
        return table
    }

    package static func breakers(_ breakers: [Breaker]) -> Table {
        var table = Table(["AGENT", "BREAKER", "CHANGED", "DETAIL"])
        for breaker in breakers {
            let id = Cell(breaker.agentID.description)
            switch breaker.state {
            case .closed(let failures):
                let meaning = failures.counted("consecutive error")
                table.add([id, Cell("closed", .good), "", Cell(meaning)])
            case .open(let time, let failures):
                let meaning = "no tasks for now: \(failures.counted("consecutive error"))"
                table.add([id, Cell("open", .bad), Cell(time.shown), Cell(meaning)])
            case .halfOpen(let time, _, let successes):
                let meaning = "on trial; \(successes) completed"
                table.add([id, Cell("half_open", .doubtful), Cell(time.shown), Cell(meaning)])
            }
        }
        return table
    }

    package static func accounts(_ accounts: [AccountUsage]) -> Table {
        var table = Table([
            "USER", "CONNECTIONS", "AGENTS", "TASKS", "WORKFLOWS", "LIVE BYTES", "QUEUED BYTES", "STORED BYTES",
        ])
        for account in accounts {
            table.add([
                Cell(UserName.of(account.uid)), Cell("\(account.connections)"), Cell("\(account.agents)"),
                Cell("\(account.liveTasks)"), Cell("\(account.liveWorkflows)"), Cell(account.liveBytes.bytesShown),
                Cell(account.queuedBytes.bytesShown), Cell(account.storedBytes.bytesShown),
            ])
        }
        return table
    }

    /// An object's members, one in a row: strings bare, the rest as JSON.
    package static func members(of object: JSONValue) -> Table {
        var table = Table(["FIELD", "VALUE"])
        for (key, value) in object.members where value.kind != .null {
            table.add([Cell(key), Cell(value.string ?? value.text.string)])
        }
        return table
    }
}

extension Table.Cell {
    fileprivate static func status(_ status: Word<TaskStatus>) -> Table.Cell {
        Table.Cell(status.known?.word ?? status.text, status.known?.tone ?? .plain)
    }

    /// What keeps work from an agent comes before what it does.
    fileprivate static func status(_ agent: AgentState) -> Table.Cell {
        if agent.isPaused { return Table.Cell("paused", .doubtful) }
        if agent.isDraining { return Table.Cell("draining", .doubtful) }
        switch agent.breaker {
        case .open: return Table.Cell("\(agent.status.word), breaker open", .bad)
        case .halfOpen: return Table.Cell("\(agent.status.word), breaker half open", .doubtful)
        case .closed: return Table.Cell(agent.status.word)
        }
    }
}

extension AgentStatus {
    /// What people read: the wire's words say something else.
    fileprivate var word: String {
        switch self {
        case .idle, .running, .completed: rawValue
        case .waiting: "disconnected"
        case .failed: "lost"
        case .cancelled: "unregistered"
        }
    }
}
