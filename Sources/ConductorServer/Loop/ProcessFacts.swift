import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorTransport

extension EngineLoop {
    /// What the daemon says of itself.
    struct ProcessFacts {
        var version: String
        var pid: Int32
        var started: Moment
        var roles: Roles
        var gauge = LoopGauge()

        func report(at now: Moment, store: any Store, fault: StoreFault?, connections: Int) -> StatusReport.Process {
            var process = StatusReport.Process(
                version: version, pid: pid, uptime: now.monotonic - started.monotonic, startedAt: started.wall,
                storePath: store.path, storeBytes: store.size(), storeFault: fault?.description,
                connections: connections)
            process.longestTurn = gauge.longest
            return process
        }
    }
}
