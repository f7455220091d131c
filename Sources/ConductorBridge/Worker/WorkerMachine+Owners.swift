import ConductorModel
import ConductorProtocol

/// Between the worker's bridge and those of owners.
extension WorkerMachine {
    mutating func receive(_ message: OwnerMessage, from owner: HostName, _ now: Duration) {
        guard owners[owner] != nil else { return }
        switch message {
        case .offer(let offers): owners[owner]?.offers = offers
        case .grant(let name, let grant): begin(grant, name, from: owner, now)
        case .refusal(let name): refused(name, by: owner)
        case .standing(let standing): compare(standing, of: owner, now)
        case .cancel(let claim, let reason): withdraw(ClaimName(owner: owner, claim: claim), reason)
        case .settled(let claim, _):
            remove(ClaimName(owner: owner, claim: claim)) { stage in
                switch stage {
                case .answered, .declined: true
                case .begun, .recalled, .withdrawn: false
                }
            }
        }
    }

    /// Only what was asked for and not given up is begun: a grant that comes late or twice is not.
    private mutating func begin(_ grant: Grant, _ name: RequestName, from owner: HostName, _ now: Duration) {
        let claim = ClaimName(owner: owner, claim: grant.claim)
        guard !held.contains(where: { $0.name == claim }), let taskID = grant.task.taskID else { return }
        let request = requests.firstIndex { $0.owner == owner && $0.name == name }
        if request == nil, !configuration.canaries.plants(.beginUnasked) { return }
        let type = request.map { requests.remove(at: $0).agentType } ?? grant.task.assignedTo
        guard let type, grant.task.assignedTo == type else { return }
        free[type] -= min(free[type], 1)
        held.append(
            HeldClaim(
                name: claim, key: TaskKey(workflowID: grant.workflowID, taskID: taskID), agentType: type,
                firstReport: nextReport(owner), stage: .begun(grant, isOrdered: isConnected)))
        if isConnected { actions.append(.dispatch(claim, grant.localTask(claim))) }
    }

    private func nextReport(_ owner: HostName) -> Int { (owners[owner]?.reports ?? 0) + 1 }

    private mutating func refused(_ name: RequestName, by owner: HostName) {
        guard let index = requests.firstIndex(where: { $0.owner == owner && $0.name == name }) else { return }
        let type = requests.remove(at: index).agentType
        owners[owner]?.offers[type] = 0
    }

    /// What the owner does not name of the report has ended there. What it names and is unknown here is from before a
    /// restart, or its grant was given up.
    private mutating func compare(_ standing: OwnerMessage.Standing, of owner: HostName, _ now: Duration) {
        guard standing.name.session == configuration.session, let known = owners[owner],
            standing.name.number == known.reports
        else { return }
        owners[owner]?.offers = standing.offers
        let names = Set(standing.claims.map(\.claim))
        for claim in held where claim.name.owner == owner && claim.firstReport <= standing.name.number {
            guard known.reported.contains(claim.name.claim), !names.contains(claim.name.claim) else { continue }
            withdraw(claim.name, "\(owner) has ended the task")
        }
        for claim in standing.claims {
            let name = ClaimName(owner: owner, claim: claim.claim)
            guard !held.contains(where: { $0.name == name }), held.count < BridgeLimits.claims,
                !requests.contains(where: { $0.owner == owner && $0.name == claim.request })
            else { continue }
            recall(name, claim.key, claim.agentType)
        }
    }

    mutating func recall(_ name: ClaimName, _ key: TaskKey, _ type: AgentType) {
        held.append(
            HeldClaim(
                name: name, key: key, agentType: type, firstReport: nextReport(name.owner), stage: .recalled))
        if isConnected { actions.append(.lookUp(name)) }
    }

    private mutating func withdraw(_ name: ClaimName, _ reason: String) {
        guard let index = held.firstIndex(where: { $0.name == name }) else { return }
        switch held[index].stage {
        case .begun, .recalled:
            held[index].stage = .withdrawn(reason: reason)
            if isConnected { actions.append(.cancel(name, reason: reason)) }
        case .answered, .declined: held.remove(at: index)
        case .withdrawn: break
        }
    }
}
