import ConductorClient
import ConductorModel
import ConductorProtocol

/// How the daemon is, and what needs a person.
package struct DaemonOverview: Sendable {
    /// As many of each kind are listed.
    private static let mostListed = 5

    private let status: StatusReport
    private let socket: String
    /// The newest workflows that have not ended.
    private(set) var running: [WorkflowListEntry] = []
    private var breakers: [Breaker] = []
    private(set) var agents: [AgentState] = []

    package init(_ status: StatusReport, socket: String) {
        self.status = status
        self.socket = socket
    }

    /// Asks for what the counts do not tell. What cannot be had is left out, and so are lists while the store takes
    /// nothing: they would wait for it.
    package mutating func complete(_ client: ConductorClient) async {
        guard status.process.storeFault == nil else { return }
        let running = WorkflowQuery(status: .inProgress, page: Page(limit: Limits.pageSize))
        self.running = ((try? await client.workflows(running))?.workflows ?? []).filter { !Verdict($0).hasEnded }
        breakers = ((try? await client.call(BreakerListMethod.self))?.breakers ?? []).filter { $0.name != .closed }
        agents = (try? await client.agents(AgentQuery())) ?? []
    }

    private var held: [WorkflowListEntry] { running.filter { $0.isHeldAtGate || $0.isPaused } }

    package func lines(on page: Layout, at now: Timestamp) -> [String] {
        [headline(page)] + needs(on: page, at: now) + [fleet(page), work(page)]
    }

    private func headline(_ page: Layout) -> String {
        let process = status.process
        return page.style.paint("conductord \(process.version)", .strong)
            + [
                "", "up \(process.uptime.age)", "pid \(process.pid)", TerminalText.sanitized(socket),
                "store \(TerminalText.sanitized(process.storePath)), \(Int(clamping: process.storeBytes).bytesShown)",
            ].joined(separator: " \(page.symbols.dot) ")
    }

    /// What is wrong, each with what can be done about it.
    private func needs(on page: Layout, at now: Timestamp) -> [String] {
        let needs =
            storage
            + held.prefix(Self.mostListed).map { workflow in
                let verdict = Verdict(workflow), id = workflow.workflowID.shortened
                let after = workflow.currentPhase.map { " after \($0.text)" } ?? ""
                let commands = verdict == .held ? ["approve", "retry"] : ["resume"]
                return (
                    "\(page.symbols.held) \(workflow.numberedName) \(verdict.rawValue)\(after)",
                    commands.map { "conductorctl \($0) \(id)" }
                )
            }
            + breakers.prefix(Self.mostListed).map { breaker in
                (
                    "! \(breaker.agentID): breaker \(breaker.shown(at: now))",
                    ["conductorctl breakers reset \(breaker.agentID)"]
                )
            } + letters
        guard !needs.isEmpty else { return [] }
        return [page.style.paint("NEEDS YOU", .doubtful)]
            + needs.map { what, commands in
                "  \(page.fitted(what, after: 2))\n      \(commands.joined(separator: " | "))"
            }
    }

    private var storage: [(String, [String])] {
        guard let fault = status.process.storeFault else { return [] }
        return [
            ("! storage: new work is refused: \(TerminalText.sanitized(fault))", ["df -h", "journalctl -u conductord"])
        ]
    }

    private var letters: [(String, [String])] {
        let count = status.counts.deadLetters
        return count == 0 ? [] : [("! \(count.counted("dead letter"))", ["conductorctl dead-letters"])]
    }

    private func fleet(_ page: Layout) -> String {
        let counts = status.counts.agents
        let busy = agents.reduce(0) { $0 + $1.running.count }, room = agents.reduce(0) { $0 + $1.capacity }
        let total = AgentStatus.allCases.reduce(0) { $0 + counts[$1] }
        let parts = [
            total.counted("agent"), "\(counts[.idle]) idle", "\(counts[.running]) running \(busy)/\(room)",
            counts[.waiting] > 0 ? "\(counts[.waiting]) disconnected" : nil,
            counts[.failed] > 0 ? "\(counts[.failed]) lost" : nil,
        ].compactMap { $0 }
        return page.style.paint(TerminalText.padded("FLEET", 7), .strong)
            + parts.joined(separator: " \(page.symbols.dot) ")
    }

    private func work(_ page: Layout) -> String {
        let counts = status.counts
        let running = counts.workflows[.inProgress] + counts.workflows[.pending]
        let parts = [
            "\(running.counted("workflow")) running", "\(counts.tasks[.inProgress].counted("task")) running",
            "\(counts.queued) queued", status.process.connections.counted("connection"),
        ]
        return page.style.paint(TerminalText.padded("WORK", 7), .strong)
            + parts.joined(separator: " \(page.symbols.dot) ")
    }
}

extension Breaker {
    fileprivate func shown(at now: Timestamp) -> String {
        switch state {
        case .closed: "closed"
        case .open(let time, let failures):
            "open for \((now - time).age), no tasks for now (\(failures.counted("consecutive error")))"
        case .halfOpen: "half open, on trial"
        }
    }
}
