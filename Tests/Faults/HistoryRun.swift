import ConductorClient
import ConductorModel
import ConductorTestSupport
import Foundation

/// How long a start takes where there is much history.
public struct HistoryRun: Sendable {
    public struct Report: Sendable {
        public let tasks: Int
        /// From the start of the process until it says READY, after a kill -9.
        public let afterCrash: [Duration]
        /// The same after a SIGTERM.
        public let afterStop: [Duration]
    }

    public var tasks: Int
    public var starts = 5

    public init(tasks: Int) {
        self.tasks = tasks
    }

    public func run() async throws -> Report {
        let daemon = try await DaemonProcess(arguments: ["--log-level", "error"])
        try await fill(daemon)
        await daemon.crash()
        var report = (crash: [Duration](), stop: [Duration]())
        for _ in 0..<starts {
            let (started, time) = try await start(in: daemon.folder)
            report.crash.append(time)
            await started.crash()
        }
        await (try await start(in: daemon.folder)).daemon.stop()
        for _ in 0..<starts {
            let (started, time) = try await start(in: daemon.folder)
            report.stop.append(time)
            await started.stop()
        }
        return Report(tasks: tasks, afterCrash: report.crash, afterStop: report.stop)
    }

    private func fill(_ daemon: DaemonProcess) async throws {
        let ledger = Ledger(keepsEntries: false)
        let client = try await daemon.connect()
        let workers = 64
        let share = tasks / workers + 1
        try await withThrowingDiscardingTaskGroup { group in
            for agent in Workload.agents(ledger: ledger, seed: 1) {
                let link = try await daemon.connect()
                group.addTask { await agent.serve(link, keepsSome: false) }
            }
            try await withThrowingDiscardingTaskGroup { group in
                for worker in 0..<workers {
                    group.addTask {
                        for number in 0..<share {
                            _ = try await client.dispatch(Workload.task("t-\(worker)-\(number)"), whenBusy: .queue)
                        }
                    }
                }
            }
            group.cancelAll()
            daemon.child.signal(SIGKILL)
        }
    }

    private func start(in folder: TemporaryFolder) async throws -> (daemon: DaemonProcess, time: Duration) {
        let start = ContinuousClock.now
        let daemon = try await DaemonProcess(in: folder, arguments: ["--log-level", "error"])
        return (daemon, ContinuousClock.now - start)
    }
}
