import ConductorEngine
import ConductorModel
import ConductorSystemd
import Dispatch
import NIOCore

/// Keeps the service manager informed: ready, what goes on, alive, stopping. Lives on the event loop, so that a loop
/// that hangs is noticed; what is said is said on a thread of its own, so that a service manager that does not listen
/// holds up nobody.
final class ServiceReports {
    private let manager: ServiceManager
    private let journal: EventJournal
    private let loop: any EventLoop
    private let thread = DispatchQueue(label: "conductor.service-manager")
    private var status = ""
    private var toldStatus = ""
    /// One status and one sign of life may wait to be heard, no more.
    private var isTellingStatus = false
    private var isPinging = false

    init(manager: ServiceManager, journal: EventJournal, loop: any EventLoop) {
        self.manager = manager
        self.journal = journal
        self.loop = loop
    }

    func start(_ engine: EngineLoop) {
        guard manager.isPresent else { return }
        engine.onCounts = { [self] in report($0) }
        status = engine.durable.counts.summary
        ready()
        do throws(SystemdFault) {
            guard let interval = try manager.watchdogInterval else { return }
            ping(every: TimeAmount(interval / 2))
        } catch {
            Self.record(error, in: journal)
        }
    }

    /// The configuration is being read again, until `reloaded`.
    func reloading() {
        tell { manager throws(SystemdFault) in try manager.reloading() }
    }

    func reloaded() {
        ready()
    }

    func stop() {
        tell { manager throws(SystemdFault) in try manager.stopping() }
    }

    private func ready() {
        toldStatus = status
        tell { [status] manager throws(SystemdFault) in try manager.ready(status: status) }
    }

    private func ping(every pace: TimeAmount) {
        if !isPinging {
            isPinging = true
            tell { manager throws(SystemdFault) in
                try manager.watchdogPing()
            } heard: { [self] in
                isPinging = false
            }
        }
        loop.assumeIsolated().scheduleTask(in: pace) { [self] in ping(every: pace) }
    }

    private func report(_ counts: StatusCounts) {
        status = counts.summary
        tellStatus()
    }

    /// The newest status, once the last one was heard.
    private func tellStatus() {
        guard !isTellingStatus, status != toldStatus else { return }
        isTellingStatus = true
        toldStatus = status
        tell { [status] manager throws(SystemdFault) in
            try manager.status(status)
        } heard: { [self] in
            isTellingStatus = false
            tellStatus()
        }
    }

    /// Says something behind all that was said before; `heard` is called on the loop.
    private func tell(
        _ message: @escaping @Sendable (ServiceManager) throws(SystemdFault) -> Void,
        heard: @escaping () -> Void = {}
    ) {
        let heard = NIOLoopBound(heard, eventLoop: loop)
        thread.async { [manager, journal, loop] in
            do throws(SystemdFault) {
                try message(manager)
            } catch {
                Self.record(error, in: journal)
            }
            loop.execute { heard.value() }
        }
    }

    private static func record(_ fault: SystemdFault, in journal: EventJournal) {
        journal.record(JournalEntry("The service manager could not be told: \(fault)", priority: .warning))
    }
}

extension StatusCounts {
    /// One line for people.
    var summary: String {
        func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        let present = agents[.idle] + agents[.running]
        return [
            text(present, "agent"), text(workflows[.inProgress], "workflow") + " running",
            text(tasks[.inProgress], "task") + " running", text(queued, "task") + " waiting",
        ].joined(separator: ", ")
    }
}
