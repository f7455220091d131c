import ConductorEngine
import ConductorModel
import ConductorSystemd
import NIOCore

/// Keeps the service manager informed: ready, what goes on, alive, stopping. Lives on the event loop, so that a loop
/// that hangs is noticed.
final class ServiceReports {
    private let manager: ServiceManager
    private let journal: EventJournal
    private let loop: any EventLoop
    private var lastStatus = ""

    init(manager: ServiceManager, journal: EventJournal, loop: any EventLoop) {
        self.manager = manager
        self.journal = journal
        self.loop = loop
    }

    func start(_ engine: EngineLoop) {
        guard manager.isPresent else { return }
        engine.onCounts = { [self] in report($0) }
        lastStatus = engine.durable.counts.summary
        attempt { () throws(SystemdFault) in try manager.ready(status: lastStatus) }
        attempt { () throws(SystemdFault) in
            guard let interval = try manager.watchdogInterval else { return }
            ping(every: TimeAmount(interval / 2))
        }
    }

    /// The configuration is being read again, until `reloaded`.
    func reloading() {
        attempt { () throws(SystemdFault) in try manager.reloading() }
    }

    func reloaded() {
        attempt { () throws(SystemdFault) in try manager.ready(status: lastStatus) }
    }

    func stop() {
        attempt { () throws(SystemdFault) in try manager.stopping() }
    }

    private func ping(every pace: TimeAmount) {
        attempt { () throws(SystemdFault) in try manager.watchdogPing() }
        loop.assumeIsolated().scheduleTask(in: pace) { [self] in ping(every: pace) }
    }

    private func report(_ counts: StatusReport.Counts) {
        guard counts.summary != lastStatus else { return }
        lastStatus = counts.summary
        attempt { () throws(SystemdFault) in try manager.status(lastStatus) }
    }

    private func attempt(_ call: () throws(SystemdFault) -> Void) {
        do throws(SystemdFault) {
            try call()
        } catch {
            journal.record(JournalEntry("The service manager could not be told: \(error)", priority: .warning))
        }
    }
}

extension StatusReport.Counts {
    /// One line for people.
    var summary: String {
        func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        let present = (agents[.idle] ?? 0) + (agents[.running] ?? 0)
        return [
            text(present, "agent"), text(workflows[.inProgress] ?? 0, "workflow") + " running",
            text(tasks[.inProgress] ?? 0, "task") + " running", text(queued, "task") + " waiting",
        ].joined(separator: ", ")
    }
}
