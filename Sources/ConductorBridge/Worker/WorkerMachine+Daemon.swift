import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Between the worker's bridge and its own daemon.
extension WorkerMachine {
    mutating func connected(_ remaining: [(ClaimName, AgentType)]) {
        isConnected = true
        for index in held.indices {
            let name = held[index].name
            switch held[index].stage {
            case .begun(let grant, _):
                held[index].stage = .begun(grant, isOrdered: true)
                actions.append(.dispatch(name, grant.localTask(name)))
            case .recalled: actions.append(.lookUp(name))
            case .withdrawn(let reason): actions.append(.cancel(name, reason: reason))
            case .answered, .declined: break
            }
        }
        for (name, type) in remaining {
            guard owners[name.owner] != nil, held.count < BridgeLimits.claims,
                !held.contains(where: { $0.name == name })
            else { continue }
            // The owner says as what it knows the task, where it still does.
            recall(name, TaskKey(taskID: name.taskID), type)
        }
    }

    mutating func disconnected() {
        isConnected = false
        free = TypeCounts()
        for index in held.indices {
            guard case .begun(let grant, _) = held[index].stage else { continue }
            held[index].stage = .begun(grant, isOrdered: false)
        }
    }

    mutating func postponed(_ name: ClaimName) {
        guard let index = held.firstIndex(where: { $0.name == name }),
            case .begun(let grant, _) = held[index].stage
        else { return }
        held[index].stage = .begun(grant, isOrdered: false)
    }

    mutating func ended(_ name: ClaimName, _ ending: LocalEnding, _ now: Duration) {
        guard let index = held.firstIndex(where: { $0.name == name }) else { return }
        switch held[index].stage {
        case .begun, .recalled: settle(index, ending, now)
        case .withdrawn: held.remove(at: index)
        case .answered, .declined: break
        }
    }

    mutating func found(_ name: ClaimName, _ task: LocalTask, _ now: Duration) {
        guard let index = held.firstIndex(where: { $0.name == name }), case .recalled = held[index].stage else {
            return
        }
        switch task {
        case .absent: settle(index, .notBegun(reason: "the host has lost the task"), now)
        case .alive: break
        case .ended(let ending): settle(index, ending, now)
        }
    }

    private mutating func settle(_ index: Int, _ ending: LocalEnding, _ now: Duration) {
        let claim = held[index]
        switch ending {
        case .notBegun(let reason):
            held[index].stage = .declined(reason: reason, saidAt: now)
            actions.append(.send(.decline(claim.name.claim, reason: reason), to: claim.name.owner))
        case .answered(var answer):
            let message = WorkerMessage.answer(claim.name.claim, claim.key, answer)
            let bytes = message.jsonText.bytes.count
            if bytes > configuration.messageBytes {
                answer = WorkAnswer(
                    failed: "FRAME_TOO_LARGE",
                    "the answer needs a message of \(bytes) bytes, above the limit of \(configuration.messageBytes)")
            }
            held[index].stage = .answered(answer, saidAt: now)
            actions.append(.send(.answer(claim.name.claim, claim.key, answer), to: claim.name.owner))
        }
    }

    mutating func reported(_ name: ClaimName, _ content: AttemptReport.Content) {
        guard let claim = held.first(where: { $0.name == name }) else { return }
        switch claim.stage {
        case .begun, .recalled: actions.append(.send(.progress(name.claim, content), to: name.owner))
        case .answered, .declined, .withdrawn: break
        }
    }
}
