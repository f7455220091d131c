import ConductorBridge
import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorRandom

/// What goes wrong between and on hosts.
extension BridgeSimulator {
    mutating func accident() throws {
        guard dice.oneIn(12) else { return }
        switch dice.below(6) {
        case 0: try killOwnerBridge(dice.below(owners.count))
        case 1: killWorkerBridge(dice.below(workers.count))
        case 2: try restartDaemon(ofOwner: dice.below(owners.count))
        case 3: try restartDaemon(ofWorker: dice.below(workers.count))
        case 4:
            guard let host = dice.pick(owners.map(\.name) + workers.map(\.name)) else { return }
            narrate("\(host) is cut off")
            network.cutOff(host, until: turn + 1 + dice.below(60))
        default:
            narrate("a clock is set")
            let worker = dice.below(workers.count)
            workers[worker].daemon.scene.now.wall = workers[worker].daemon.scene.now.wall + .seconds(dice.below(3_600))
        }
    }

    /// What it asked for was done in part; nobody is left to hear of it.
    private mutating func killOwnerBridge(_ index: Int) throws {
        guard case .up = owners[index].bridge else { return }
        narrate("the bridge of \(owners[index].name) dies")
        for call in owners[index].calls.prefix(dice.below(owners[index].calls.count + 1)) {
            _ = try answer(call, index)
        }
        owners[index].calls = []
        for seat in owners[index].seats { owners[index].daemon.disconnect(seat.agentID) }
        owners[index].bridge = .down(until: turn + 1 + dice.below(30))
    }

    private mutating func killWorkerBridge(_ index: Int) {
        guard case .up = workers[index].bridge else { return }
        narrate("the bridge of \(workers[index].name) dies")
        for call in workers[index].calls.prefix(dice.below(workers[index].calls.count + 1)) {
            _ = answer(call, index)
        }
        workers[index].calls = []
        workers[index].waiting = []
        workers[index].bridge = .down(until: turn + 1 + dice.below(30))
    }

    /// Its connections end; what was asked for last may have been done, and nobody knows.
    private mutating func restartDaemon(ofOwner index: Int) throws {
        narrate("the daemon of \(owners[index].name) dies")
        let isOnDisk: (SimulatedOwner.Call) -> Bool = { call in
            switch call {
            case .record, .erase: true
            case .complete, .giveBack, .drain, .report: false
            }
        }
        for call in owners[index].calls.prefix(dice.below(owners[index].calls.count + 1)) where !isOnDisk(call) {
            _ = try answer(call, index)
        }
        owners[index].calls.removeAll { !isOnDisk($0) }
        owners[index].daemon.restart()
        for seat in owners[index].seats { try feedOwner(index, .unregistered(seat)) }
    }

    private mutating func restartDaemon(ofWorker index: Int) throws {
        narrate("the daemon of \(workers[index].name) dies")
        for call in workers[index].calls.prefix(dice.below(workers[index].calls.count + 1)) {
            _ = answer(call, index)
        }
        workers[index].calls = []
        workers[index].waiting = []
        workers[index].daemon.restart()
        for type in SimulatedWorker.agentTypes { workers[index].registerAgent(type) }
        try feedWorker(index, .disconnected)
        workers[index].isConnecting = true
    }
}
