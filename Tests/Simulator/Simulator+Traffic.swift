import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom

/// What goes to the daemon and what comes from it.
extension Simulator {
    @discardableResult
    mutating func tell(_ input: Input) throws -> Effects {
        try take(daemon.handle(input))
    }

    /// Sends a request on a connection; its number.
    @discardableResult
    mutating func ask(_ request: Request, on connection: ConnectionID, as peer: Peer) throws -> (Int64, Effects) {
        lastRequest += 1
        let caller = Caller(connection: connection, request: .integer(lastRequest), peer: peer)
        return (lastRequest, try take(daemon.ask(request, caller)))
    }

    private mutating func take(_ effects: Effects) throws -> Effects {
        for case .event(let event) in effects.outputs {
            narrate("  \(event.sequence) \(event.kind.rawValue) \(event.subject) \(event.data)")
        }
        try audit.note(effects, occasion)
        try audit.checkWaiting(daemon.engine, occasion)
        return effects
    }

    /// What may leave the daemon leaves, and what has gathered goes to the disk.
    mutating func endTurn() throws {
        try letOut(atMost: Int.max)
        if daemon.handOver() { audit.flushBegan() }
    }

    mutating func letOut(atMost count: Int) throws {
        for output in daemon.takeReleased(atMost: count) { try letOut(output) }
    }

    mutating func finishFlush() throws {
        if daemon.isFull { daemon.retryFlush() }
        let wasHeld = daemon.isHeld
        guard daemon.finishFlush() else { return }
        audit.flushEnded()
        if wasHeld { try tell(.storeHealed) }
        narrate("the disk has it")
        try endTurn()
    }

    private mutating func letOut(_ output: Output) throws {
        trace.add(output)
        try audit.note(output, durable: daemon.store)
        switch output {
        case .reply(let caller, let answer):
            guard case .integer(let number) = caller.request else { return }
            if case .success(.recorded) = answer { try noteRecorded(number, on: caller.connection) }
            deliver(.reply(number, answer), on: caller.connection)
        case .notify(let connection, let notification): deliver(.notification(notification), on: connection)
        case .event(let event):
            // Now and then a subscriber takes nothing, and has to catch up.
            let isSlow = !isCalm && dice.oneIn(8)
            for connection in feed.release(event, isWritable: { _ in !isSlow }) {
                deliver(.event(event), on: connection)
            }
            if !isSlow { catchUp() }
        case .subscribe(let caller, let filter, let sequence, let snapshot):
            feed.add(filter, snapshot: sequence, caller.connection)
            if case .integer(let number) = caller.request {
                let reply = Reply.subscribed(subscription: "s", sequence: sequence, snapshot: snapshot)
                deliver(.reply(number, .success(reply)), on: caller.connection)
            }
            catchUp()
        case .live, .log, .unsubscribe, .escalate, .policyRegistered, .policyUnregistered: break
        }
    }

    private mutating func catchUp() {
        for (connection, event) in feed.catchUp(daemon.store) {
            deliver(.event(event), on: connection)
        }
    }

    /// What is for a connection that is gone is lost.
    private mutating func deliver(_ mail: Mail, on connection: ConnectionID) {
        if let index = agents.firstIndex(where: { $0.line.connection == connection }) {
            agents[index].line.deliver(mail)
        } else if let index = clients.firstIndex(where: { $0.line.connection == connection }) {
            clients[index].line.deliver(mail)
        }
    }

    private mutating func noteRecorded(_ number: Int64, on connection: ConnectionID) throws {
        guard let agent = agents.first(where: { $0.line.connection == connection }) else { return }
        switch agent.questions[number] {
        case .result(let result), .repeated(let result): try audit.noteRecorded(result, durable: daemon.store)
        case .register, .heartbeat, .drain, .giveBack, .forged, nil: break
        }
    }

    mutating func nextConnection() -> ConnectionID {
        lastConnection += 1
        return ConnectionID(lastConnection)
    }
}

extension EventRecord {
    /// What it is about, for people.
    fileprivate var subject: String {
        var words: [String] = []
        if let workflowID { words.append("\(workflowID)") }
        if let taskID { words.append("\(taskID)") }
        if let attempt { words.append("#\(attempt)") }
        if let phase { words.append("\(phase)") }
        if let agentID { words.append("\(agentID)") }
        return words.joined(separator: " ")
    }
}
