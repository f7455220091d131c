import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorRandom

/// What befalls the daemon, its disk, its clock and its connections.
extension Simulator {
    /// How often an agent lets the daemon hear of it: a third of the usual lease.
    private static let beat = Duration.seconds(10)

    /// Time passes, falling due by falling due.
    mutating func wait(_ duration: Duration) throws {
        narrate("\(duration) pass")
        try letOut(atMost: Int.max)
        var left = duration
        while left > .zero {
            let slice = min(left, Self.beat)
            left -= slice
            try waitBriefly(slice)
            try beat()
        }
        try audit.checkWaiting(daemon.engine, occasion)
    }

    /// Agents that live say so, unless that is not their way.
    private mutating func beat() throws {
        // Those whose last word the disk keeps unanswered wait for that, and say no other.
        guard daemon.disk != .hanging || !daemon.isFlushing else { return }
        for index in agents.indices where agents[index].isRegistered && agents[index].temper != .silent {
            guard let connection = agents[index].line.connection, isCalm || !dice.oneIn(12) else { continue }
            noteHeard(index)
            try tell(.leaseRenewed(connection))
        }
    }

    private mutating func waitBriefly(_ duration: Duration) throws {
        let end = daemon.now.monotonic + duration
        while let next = daemon.engine.nextDeadline, next <= end {
            move(to: max(next, daemon.now.monotonic))
            try tell(.tick(isStoreHeld: daemon.isHeld))
            try endTurn()
            if isCalm || dice.oneIn(2) { try finishFlush() }
        }
        move(to: end)
    }

    private mutating func move(to time: Duration) {
        daemon.now.wall = daemon.now.wall + (time - daemon.now.monotonic)
        daemon.now.persistent = daemon.now.persistent + (time - daemon.now.monotonic)
        daemon.now.monotonic = time
    }

    /// The wall clock is set, up to a day either way; the monotonic one goes on.
    mutating func jump() {
        let seconds = dice.below(2 * 86_400) - 86_400
        narrate("the clock is set by \(seconds) s")
        daemon.now.wall = daemon.now.wall + .seconds(seconds)
    }

    /// The operator edits the configuration and has it read anew.
    mutating func reconfigure() throws {
        var configuration = daemon.engine.configuration
        configuration.lease = .seconds(12 + dice.below(40))
        configuration.grace = .seconds(10 + dice.below(100))
        configuration.cancelPatience = .seconds(1 + dice.below(20))
        configuration.breaker.openDuration = .seconds(1 + dice.below(80))
        narrate("lease \(configuration.lease) and grace \(configuration.grace) from now on")
        try tell(.reconfigured(configuration))
    }

    mutating func changeDisk() {
        daemon.disk = daemon.disk == .well ? dice.oneIn(2) ? .full : .hanging : .well
        narrate("the disk is \(daemon.disk)")
    }

    mutating func loseConnection() throws {
        if dice.oneIn(3) {
            let index = dice.below(clients.count)
            guard let connection = clients[index].line.connection else { return }
            narrate("client \(index) loses its connection")
            clients[index].lose(keeping: dice.below(clients[index].line.inbox.count + 1))
            try disconnect(connection)
        } else {
            try loseConnection(ofAgent: dice.below(agents.count))
        }
    }

    mutating func loseConnection(ofAgent index: Int) throws {
        guard let connection = agents[index].line.connection else { return }
        narrate("\(agents[index].id) loses its connection")
        agents[index].lose(keeping: dice.below(agents[index].line.inbox.count + 1))
        if agents[index].temper == .mortal { agents[index].isDead = true }
        audit.presence.heard[agents[index].id] = nil
        try disconnect(connection)
    }

    private mutating func disconnect(_ connection: ConnectionID) throws {
        feed.remove(connection)
        try tell(.disconnected(connection))
    }

    mutating func stop() throws {
        guard !daemon.isStopping else { return }
        narrate("the daemon is stopped")
        try tell(.stop)
    }

    /// The daemon dies, and starts again from what is durable. After a stop it dies only when all is; what it has sent
    /// may be read still, up to some point.
    mutating func restart(afterStop: Bool) throws {
        if afterStop {
            try endTurn()
            try finishFlush()
            try finishFlush()
        }
        for index in agents.indices { agents[index].lose(keeping: dice.below(agents[index].line.inbox.count + 1)) }
        for index in clients.indices { clients[index].lose(keeping: dice.below(clients[index].line.inbox.count + 1)) }
        let reachesDisk = daemon.isFlushing && daemon.disk == .well && dice.oneIn(2)
        daemon.crash(flushing: reachesDisk)
        audit.crashed(daemon.store, flushReachedDisk: reachesDisk)
        daemon.start(after: dice.pause())
        narrate("the daemon starts again at \(daemon.now.wall)")
        feed = SimulatedFeed(released: daemon.engine.sequence)
        try audit.checkRecovery(daemon.engine, daemon.store, daemon.now)
    }
}
