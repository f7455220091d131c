import ConductorBridge
import ConductorModel
import ConductorProtocol

/// A host that has work for others: its daemon, its bridge while it lives, and what that has on disk.
struct SimulatedOwner {
    enum Call {
        case complete(TaskCompletion)
        case giveBack(AttemptReference)
        case drain(Seat)
        case report(AttemptReport, Seat)
        case record(ClaimRecord)
        case erase(ClaimID)
    }

    enum Bridge {
        case up(OwnerMachine)
        case down(until: Int)
    }

    let name: HostName
    let configuration: OwnerMachine.Configuration
    var daemon: BridgedDaemon
    var bridge: Bridge
    /// On disk, oldest first.
    var book: [ClaimRecord] = []
    /// What the bridge has asked of its daemon and its disk, and was not done yet.
    var calls: [Call] = []
    /// Tasks that clients gave the daemon.
    var tasks: [TaskKey] = []
}
