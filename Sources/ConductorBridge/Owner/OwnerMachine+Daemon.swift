import ConductorModel
import ConductorProtocol

/// Between the owner's bridge and its daemon.
extension OwnerMachine {
    /// How much the host has room for, what it has already among it.
    func room(_ seat: Seat) -> Int {
        guard let offering = configuration.offerings[seat.agentType], let host = hosts[seat.host], !isStopping else {
            return 0
        }
        return min(host.room[seat.agentType], offering.capacity)
    }

    /// Registers what is away, and anew where the room has changed: that is how an agent's capacity changes. It is drained
    /// before, so that no order is under way on the connection that ends.
    mutating func keepLines(_ now: Duration) {
        for seat in seats {
            guard let line = lines[seat] else { continue }
            let room = room(seat)
            switch line {
            case .away(let retryAt):
                guard now >= retryAt, room > 0 || held.contains(where: { $0.seat == seat }) else { continue }
                register(seat, room: room)
            case .registered(let capacity, let since):
                if room == 0 || room != capacity && now - since >= configuration.patience { drain(seat) }
            case .drained where room > 0: register(seat, room: room)
            case .registering, .draining, .drained: continue
            }
        }
    }

    mutating func drain(_ seat: Seat) {
        lines[seat] = .draining
        actions.append(.drain(seat))
    }

    mutating func drained(_ seat: Seat, _ now: Duration) {
        guard case .draining = lines[seat] else { return }
        lines[seat] = .drained
        keepLines(now)
    }

    private mutating func register(_ seat: Seat, room: Int) {
        let mine = held.filter { $0.seat == seat }
        var registration = AgentRegistration(
            agentID: seat.agentID, agentType: seat.agentType, capacity: max(room, 1))
        registration.name = "agents of host \(seat.host)"
        registration.labels = labels(seat)
        registration.isDraining = room == 0
        registration.running = mine.map(\.reference)
        lines[seat] = .registering(capacity: registration.capacity, isDraining: registration.isDraining)
        actions.append(.register(registration, seat))
    }

    /// By which tasks choose the host, and what the offering says of its agents.
    private func labels(_ seat: Seat) -> AgentLabels {
        let host = AgentLabel("host=\(seat.host)").map { [$0] } ?? []
        return AgentLabels(host + (configuration.offerings[seat.agentType]?.labels.inOrder ?? []))
    }

    mutating func registered(_ seat: Seat, _ adopted: [TaskID], _ now: Duration) {
        guard case .registering(let capacity, let isDraining) = lines[seat] else { return }
        lines[seat] = isDraining ? .drained : .registered(capacity: capacity, since: now)
        let adopted = Set(adopted)
        for index in held.indices.reversed() where held[index].seat == seat {
            let isAdopted = adopted.contains(held[index].reference.taskID)
            switch held[index].stage {
            case .offered, .returning:
                if !isAdopted { held.remove(at: index) }
            case .recording(let record, _):
                guard !isAdopted else { continue }
                actions.append(.erase(record.claim))
                held.remove(at: index)
            case .claimed(let record, _, _):
                guard !isAdopted else { continue }
                actions.append(.erase(record.claim))
                actions.append(.send(.cancel(record.claim, reason: "the daemon gave the work up"), to: record.host))
                held.remove(at: index)
            // The daemon has it, or will say that it does not want it.
            case .answered(_, let completion, _), .ended(let completion, _): actions.append(.complete(completion))
            }
        }
    }

    mutating func take(_ assignment: TaskAssignment, _ seat: Seat, _ now: Duration) {
        guard let taskID = assignment.task.taskID, lines[seat] != nil,
            !held.contains(where: { $0.reference.token == assignment.token })
        else { return }
        let content = OwnedAttempt.Content(assignment: assignment, end: now + assignment.timeout)
        held.append(
            OwnedAttempt(
                reference: AttemptReference(taskID: taskID, attempt: assignment.attempt, token: assignment.token),
                workflowID: assignment.workflowID, seat: seat, stage: .offered(content)))
        if isStopping { return giveBack(held.count - 1, now) }
        // The hint may be lost: the answer to the host's next report says the same.
        if hosts[seat.host] != nil { actions.append(.send(.offer(offers(to: seat.host)), to: seat.host)) }
    }

    /// What waits for the host's claim.
    func offers(to host: HostName) -> TypeCounts {
        var offers = TypeCounts()
        for attempt in held where attempt.isOffered && attempt.seat.host == host {
            offers[attempt.seat.agentType] += 1
        }
        return offers
    }

    /// What the host does not take goes back, so that the daemon may choose another agent: at once where the host is gone,
    /// else where it has had no room for a while, the newest first.
    mutating func giveBackUnclaimable(_ now: Duration) {
        for seat in seats {
            var excess = held.count { $0.seat == seat && !$0.isOver } - room(seat)
            for index in held.indices.reversed() where excess > 0 && held[index].seat == seat {
                guard case .offered(let content) = held[index].stage else { continue }
                let timeout = content.assignment.timeout
                let waited = now - (content.end - timeout)
                guard hosts[seat.host] == nil || waited > min(configuration.lease, timeout / 2) else { continue }
                giveBack(index, now)
                excess -= 1
            }
        }
    }

    mutating func cancel(_ order: AttemptCancellation, _ seat: Seat, _ now: Duration) {
        let index = held.firstIndex {
            $0.seat == seat && $0.reference.taskID == order.taskID && $0.reference.attempt == order.attempt
                && $0.workflowID == order.workflowID
        }
        guard let index else { return }
        switch held[index].stage {
        case .offered, .returning, .recording, .claimed:
            end(index, WorkAnswer(failed: "CANCELLED", order.reason), now)
        case .answered, .ended: break
        }
    }

    mutating func completed(_ token: AttemptToken) {
        guard let index = held.firstIndex(where: { $0.reference.token == token }) else { return }
        switch held[index].stage {
        case .answered(let record, _, _):
            held.remove(at: index)
            actions.append(.erase(record.claim))
            actions.append(.send(.settled(record.claim, isRecorded: true), to: record.host))
        case .ended: held.remove(at: index)
        case .offered, .returning, .recording, .claimed: break
        }
    }

    mutating func returned(_ token: AttemptToken) {
        held.removeAll { attempt in
            guard attempt.reference.token == token, case .returning = attempt.stage else { return false }
            return true
        }
    }
}
