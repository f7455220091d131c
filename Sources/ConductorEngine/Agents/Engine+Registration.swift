import ConductorJSON
import ConductorModel
import ConductorProtocol

extension Engine {
    mutating func register(_ registration: AgentRegistration, _ caller: Caller, _ transaction: inout EngineTransaction)
    {
        if let refusal = refusal(of: registration, caller, transaction.now) {
            renewLease(of: caller.connection, &transaction)
            return transaction.refuse(refusal, to: caller)
        }
        let id = registration.agentID
        if !fleet.contains(id), agentRefusal(caller.peer.uid) != nil, let lost = fleet.firstLost(of: caller.peer.uid) {
            forget(lost, &transaction)
        }
        let known = fleet[id]
        var agent =
            known
            ?? Agent(
                state: AgentState(
                    agentID: id, agentType: registration.agentType, capacity: registration.capacity, status: .idle,
                    ownerUID: caller.peer.uid, pid: caller.peer.pid, at: transaction.now.wall),
                presence: .connected(caller.connection), lastFrameAt: transaction.now.monotonic,
                lease: configuration.lease,
                breaker: reclaimBreaker(of: id))
        let cameBackToNewDaemon = agent.presence == .away(sinceStart: true)
        agent.accept(registration, caller, lease: configuration.lease, transaction.now)
        if canaries.plants(.exceedCapacity) { agent.state.capacity += 1 }
        fleet.insert(agent)
        agentBindings.release(id)
        deadlines.set(.presence(id), due: transaction.now.monotonic + agent.lease)

        let held = Set(registration.running)
        let running = agent.running.inOrder
        let adopted = running.filter { task in
            guard let record = live[task], let attempt = record.attempts.last else { return false }
            let taskID = record.key.taskID
            return held.contains(AttemptReference(taskID: taskID, attempt: attempt.number, token: attempt.token))
                || canaries.plants(.adoptWrongAttempt) && registration.running.contains { $0.taskID == taskID }
        }
        emit(known == nil ? .agentRegistered : .agentReturned, agent: id, &transaction) { writer in
            writer.member("capacity", registration.capacity)
        }
        var shown = agent.shown
        shown.running = adopted.compactMap { live[$0]?.key.taskID }
        shown.status = adopted.isEmpty ? .idle : .running
        transaction.reply(.registered(shown, lease: agent.lease, adopted: shown.running), to: caller)
        for task in adopted {
            if let record = live[task] { emit(.taskAdopted, record, agent: id, &transaction) }
        }
        let kept = Set(adopted)
        if let former = known?.connection, former != caller.connection {
            tellStopped(running.filter { !kept.contains($0) }, on: former, "agent \(id) registered again", &transaction)
        }
        abandon(
            running.filter { !kept.contains($0) }, agent: id,
            counted: !cameBackToNewDaemon || canaries.plants(.countRestartAsFailure), &transaction)
        save(id, &transaction)
        renewLease(of: caller.connection, &transaction)
        if !canaries.plants(.forgetPumpAfterRegister) { drainQueues(&transaction) }
        if let known, !known.isLost,
            known.state.agentType != registration.agentType || known.state.labels != registration.labels
        {
            agentLeft(known.state, mayReturn: false, &transaction)
        }
    }

    private func refusal(of registration: AgentRegistration, _ caller: Caller, _ now: Moment) -> Refusal? {
        let id = registration.agentID
        guard let known = fleet.current(id) else {
            let owner = agentBindings.owner(of: id, at: now.wall)
            if let owner, owner != caller.peer.uid, !caller.peer.role.covers(.admin) {
                return Self.belongs(id, to: owner, .admin)
            }
            guard let refusal = agentRefusal(caller.peer.uid) else { return nil }
            // One that was lost makes room.
            return fleet.firstLost(of: caller.peer.uid) == nil ? refusal : nil
        }
        if known.isConnected, now.monotonic - known.lastFrameAt < known.lease {
            return Refusal(.agentAlreadyRegistered, "an agent \(id) is connected")
        }
        guard caller.peer.uid == known.state.ownerUID || caller.peer.role.covers(.admin) else {
            return Self.belongs(id, to: known.state.ownerUID, .admin)
        }
        return nil
    }

    private static func belongs(_ id: AgentID, to uid: UInt32, _ required: Role) -> Refusal {
        Refusal(
            .permissionDenied, "agent \(id) belongs to uid \(uid) (an operator may unregister it with release)",
            details: ["required_role": .text(required.rawValue)])
    }

    private func agentRefusal(_ uid: UInt32) -> Refusal? {
        fleet.byUser.refusal(
            adding: 1, of: uid, configuration.limits.agentQuota, isPrivileged: configuration.isPrivileged(uid))
    }

    /// Takes an agent out of the registry; unless it is released, its id stays its user's.
    mutating func remove(_ agent: Agent, isReleased: Bool = false, _ transaction: inout EngineTransaction) {
        let id = agent.state.agentID
        fleet.remove(id)
        if isReleased {
            transaction.change(.agentRemoved(id))
        } else {
            let left = AgentState(left: agent.state, at: transaction.now.wall)
            transaction.change(.agentSaved(left))
            for freed in agentBindings.bind(id, to: left.ownerUID, at: left.updatedAt) {
                transaction.change(.agentRemoved(freed))
            }
        }
        emit(.agentUnregistered, agent: id, of: agent.state.agentType, &transaction) {
            $0.member("status", AgentStatus.cancelled)
        }
    }

    /// - Parameter isReleased: Anybody may register the id from now on.
    mutating func unregister(
        _ id: AgentID, isReleased: Bool, _ caller: Caller, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        guard let agent = fleet[id] else {
            return isReleased ? release(id, caller, &transaction) : .success(.unregistered(false))
        }
        if let refusal = refusal(to: caller, aboutAgent: id, of: agent.state.ownerUID) { return .failure(refusal) }
        deadlines.remove(.presence(id))
        for token in agent.recalled { deadlines.remove(.slot(id, token)) }
        dropBreaker(of: id, &transaction)
        remove(agent, isReleased: isReleased, &transaction)
        if !agent.isLost { agentLeft(agent.state, mayReturn: true, &transaction) }
        stopAttempts(of: agent, &transaction)
        return .success(.unregistered(true))
    }

    private mutating func release(
        _ id: AgentID, _ caller: Caller, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        guard let owner = agentBindings.owner(of: id, at: transaction.now.wall) else {
            return .success(.unregistered(false))
        }
        if let refusal = refusal(to: caller, aboutAgent: id, of: owner) { return .failure(refusal) }
        agentBindings.release(id)
        transaction.change(.agentRemoved(id))
        return .success(.unregistered(true))
    }

    /// What an agent's own user or an operator may ask for, nobody else may.
    private func refusal(to caller: Caller, aboutAgent id: AgentID, of uid: UInt32) -> Refusal? {
        caller.peer.uid == uid || caller.peer.role.covers(.operator) ? nil : Self.belongs(id, to: uid, .operator)
    }

    mutating func pause(_ id: AgentID, _ transaction: inout EngineTransaction) -> Result<Reply, Refusal> {
        guard let agent = fleet[id] else { return .failure(.notFound(kind: "agent", id: id)) }
        if !agent.state.isPaused {
            fleet.pause(id)
            save(id, &transaction)
            emit(.agentPaused, agent: id, &transaction)
        }
        return .success(.agent(fleet[id]?.shown))
    }

    /// Ends a drain, too.
    mutating func resume(_ id: AgentID, _ transaction: inout EngineTransaction) -> Result<Reply, Refusal> {
        guard let agent = fleet[id] else { return .failure(.notFound(kind: "agent", id: id)) }
        if agent.state.isPaused || agent.state.isDraining {
            fleet.resume(id)
            save(id, &transaction)
            emit(.agentResumed, agent: id, &transaction)
            drainQueue(agent.state.agentType, &transaction)
        }
        return .success(.agent(fleet[id]?.shown))
    }

    /// The agent is about to stop: what runs is finished, and nothing more is given to it.
    mutating func drain(_ id: AgentID, _ caller: Caller, _ transaction: inout EngineTransaction) -> Result<
        Reply, Refusal
    > {
        guard let agent = fleet[id] else { return .failure(.notFound(kind: "agent", id: id)) }
        if let refusal = refusal(to: caller, aboutAgent: id, of: agent.state.ownerUID) { return .failure(refusal) }
        if !agent.state.isDraining {
            if !canaries.plants(.forgetDrain) { fleet.drain(id) }
            save(id, &transaction)
            emit(.agentPaused, agent: id, &transaction) { $0.member("draining", true) }
        }
        return .success(.agent(fleet[id]?.shown))
    }

    /// Brings what the fleet shows of an agent up to date and makes it durable.
    mutating func save(_ id: AgentID, _ transaction: inout EngineTransaction) {
        fleet.refresh(id, at: transaction.now.wall)
        if let state = fleet.stored(id) { transaction.change(.agentSaved(state)) }
    }
}

extension AgentState {
    /// What is stored of an agent that left: whose it was.
    fileprivate init(left state: AgentState, at time: Timestamp) {
        self.init(
            agentID: state.agentID, agentType: state.agentType, capacity: state.capacity, status: .cancelled,
            ownerUID: state.ownerUID, pid: state.pid, at: time)
    }
}

extension Agent {
    /// Takes over what a registration says of the agent, and from whom it comes.
    fileprivate mutating func accept(
        _ registration: AgentRegistration, _ caller: Caller, lease: Duration, _ now: Moment
    ) {
        self.lease = lease
        state.agentType = registration.agentType
        state.capacity = registration.capacity
        state.labels = registration.labels
        state.name = registration.name
        state.version = registration.version
        state.description = registration.description
        state.metadata = registration.metadata
        state.ownerUID = caller.peer.uid
        state.pid = caller.peer.pid
        state.isDraining = registration.isDraining
        state.lastHeartbeat = now.wall
        presence = .connected(caller.connection)
        lastFrameAt = now.monotonic
        recalled = []
        refresh(at: now.wall)
    }
}
