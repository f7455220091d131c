import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Between the owner's bridge and those of workers.
extension OwnerMachine {
    mutating func receive(
        _ message: WorkerMessage, from host: HostName, _ now: Duration, _ random: inout some RandomNumberGenerator
    ) {
        guard isKnown(host) else { return }
        switch message {
        case .report(let report): answer(report, from: host, now)
        case .request(let name, let type): grant(name, type, to: host, now, &random)
        case .answer(let claim, let key, let answer): take(answer, of: claim, key, from: host, now)
        case .decline(let claim, _): decline(claim, from: host, now)
        case .progress(let claim, let content):
            guard let index = index(of: claim, from: host), case .claimed = held[index].stage else { return }
            let attempt = held[index].reference
            let report = AttemptReport(
                taskID: attempt.taskID, attempt: attempt.attempt, token: attempt.token, content: content)
            actions.append(.report(report, held[index].seat))
        }
    }

    /// Only hosts that the configuration names have a word.
    private func isKnown(_ host: HostName) -> Bool {
        configuration.offerings.values.contains { $0.hosts.contains(host) }
    }

    private func index(of claim: ClaimID, from host: HostName) -> Int? {
        held.firstIndex { $0.standing.map { $0.claim == claim && $0.host == host } ?? false }
    }

    private mutating func answer(_ report: WorkerMessage.Report, from host: HostName, _ now: Duration) {
        if var known = hosts[host], known.session == report.name.session {
            // An older one that was late says nothing new.
            if report.name.number > known.lastReport {
                known.lastReport = report.name.number
                known.room = report.room
            }
            known.heardAt = now
            hosts[host] = known
        } else if hosts[host] != nil || hosts.count < BridgeLimits.hosts {
            hosts[host] = WorkerHost(
                session: report.name.session, lastReport: report.name.number, heardAt: now, room: report.room,
                lastGranted: 0)
        }
        if !configuration.canaries.plants(.forgetLease) {
            let claims = Set(report.claims)
            for index in held.indices {
                guard case .claimed(let record, let source, _) = held[index].stage, record.host == host,
                    claims.contains(record.claim)
                else { continue }
                held[index].stage = .claimed(record, source, heardAt: now)
            }
        }
        let standing = held.compactMap(\.standing).filter { $0.host == host }.map(\.standing)
        actions.append(
            .send(.standing(.init(name: report.name, claims: standing, offers: offers(to: host))), to: host))
    }

    private mutating func grant(
        _ name: RequestName, _ type: AgentType, to host: HostName, _ now: Duration,
        _ random: inout some RandomNumberGenerator
    ) {
        for index in held.indices {
            switch held[index].stage {
            // The worker asks again: its answer was lost.
            case .claimed(let record, .known(let content), _) where record.host == host && record.request == name:
                held[index].stage = .claimed(record, .known(content), heardAt: now)
                return tell(record, content, now)
            case .recording(let record, _) where record.host == host && record.request == name: return
            case .offered, .returning, .recording, .claimed, .answered, .ended: break
            }
        }
        let isOld = hosts[host].map { $0.session == name.session && name.number <= $0.lastGranted } ?? false
        let outstanding = held.count { $0.standing?.host == host }
        guard let known = hosts[host], known.session == name.session, !isOld, !isStopping,
            outstanding < BridgeLimits.claims, let index = nextOffer(Seat(host: host, agentType: type), now)
        else { return actions.append(.send(.refusal(name), to: host)) }
        guard case .offered(let content) = held[index].stage else { return }
        hosts[host]?.lastGranted = name.number
        let record = ClaimRecord(
            claim: ClaimID(high: random.next(), low: random.next()), host: host, request: name,
            attempt: held[index].reference, workflowID: held[index].workflowID, agentType: type)
        held[index].stage = .recording(record, content)
        if configuration.canaries.plants(.grantBeforeRecord) { recorded(record.claim, now) }
        actions.append(.record(record))
    }

    /// The oldest that still has time. What has none left its daemon ends itself.
    private mutating func nextOffer(_ seat: Seat, _ now: Duration) -> Int? {
        held.firstIndex {
            guard $0.seat == seat, case .offered(let content) = $0.stage else { return false }
            return content.end - now >= .seconds(1)
        }
    }

    mutating func recorded(_ claim: ClaimID, _ now: Duration) {
        for index in held.indices {
            guard case .recording(let record, let content) = held[index].stage, record.claim == claim else { continue }
            held[index].stage = .claimed(record, .known(content), heardAt: now)
            return tell(record, content, now)
        }
    }

    private mutating func tell(_ record: ClaimRecord, _ content: OwnedAttempt.Content, _ now: Duration) {
        let left = max(content.end - now, .zero)
        let message = OwnerMessage.grant(record.request, Grant(record.claim, content.assignment, timeout: left))
        let bytes = message.jsonText.bytes.count
        guard bytes <= configuration.messageBytes else {
            guard let index = index(of: record.claim, from: record.host) else { return }
            let sentence =
                "the task needs a message of \(bytes) bytes, above the limit of \(configuration.messageBytes)"
            return end(index, WorkAnswer(failed: "FRAME_TOO_LARGE", sentence), now)
        }
        actions.append(.send(message, to: record.host))
    }

    private mutating func take(
        _ answer: WorkAnswer, of claim: ClaimID, _ key: TaskKey, from host: HostName, _ now: Duration
    ) {
        var index = index(of: claim, from: host)
        if configuration.canaries.plants(.skipClaimCheck), index == nil {
            index = held.firstIndex { $0.standing?.key == key }
        }
        // Outdated, or recorded before: the worker has nothing to wait for.
        guard let index else { return actions.append(.send(.settled(claim, isRecorded: false), to: host)) }
        switch held[index].stage {
        case .claimed(let record, _, _):
            let completion = answer.completion(of: held[index].reference)
            held[index].stage = .answered(record, completion, toldAt: now)
            actions.append(.complete(completion))
            if configuration.canaries.plants(.settleBeforeRecorded) {
                actions.append(.send(.settled(record.claim, isRecorded: true), to: host))
            }
        // Its daemon is being told; the worker hears of it then.
        case .answered: break
        case .offered, .returning, .recording, .ended: break
        }
    }

    private mutating func decline(_ claim: ClaimID, from host: HostName, _ now: Duration) {
        if let index = index(of: claim, from: host) {
            switch held[index].stage {
            case .claimed:
                giveBack(index, now)
                actions.append(.erase(claim))
            // The worker has changed its mind after an answer: that stands.
            case .answered: return
            case .offered, .returning, .recording, .ended: break
            }
        }
        actions.append(.send(.settled(claim, isRecorded: false), to: host))
    }
}
