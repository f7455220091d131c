import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore

extension EngineLoop {
    /// What the daemon says of itself.
    struct ProcessFacts {
        var version: String
        var pid: Int32
        var started: Moment
        var roles: Roles

        func report(at now: Moment, store: any Store, connections: Int) -> StatusReport.Process {
            StatusReport.Process(
                version: version, pid: pid, uptime: now.monotonic - started.monotonic, startedAt: started.wall,
                storePath: store.path, storeBytes: store.size(), connections: connections)
        }
    }
}
