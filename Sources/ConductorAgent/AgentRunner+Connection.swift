import ConductorClient
import ConductorModel
import ConductorProtocol

/// The runner's child tasks around a connection. Each ends by putting into the inbox what came of it.
extension AgentRunner {
    /// Connects, registers, and takes orders until the connection ends.
    func keepConnection(_ registration: AgentRegistration, _ link: AgentLink) async {
        do {
            let client = try await dependencies.connect()
            defer { client.close() }
            let answer = try await client.register(registration)
            await link.attach(client)
            observe(.registered)
            events.yield(.registered(lease: answer.lease, adopted: answer.adopted))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await takeOrders(from: client) }
                group.addTask { try await keepLease(answer.lease, client, link) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            await link.detach()
            guard !Task.isCancelled else { return }
            observe(.disconnected(error))
            events.yield(.disconnected(error))
        }
    }

    private func takeOrders(from client: ConductorClient) async throws {
        orders: for try await order in client.orders {
            switch order {
            case .execute, .cancel: events.yield(.order(order))
            case .stopping: break orders
            }
        }
        throw ConnectionFault.lost(errno: nil)
    }

    /// Any frame renews the lease: a heartbeat stands in where there is nothing else to say.
    private func keepLease(_ lease: Duration, _ client: ConductorClient, _ link: AgentLink) async throws {
        while true {
            try await dependencies.sleep(lease / 3)
            if await link.wasSilent() { try await client.heartbeat(registration.agentID) }
        }
    }

    func wait(_ delay: Duration) async {
        guard (try? await dependencies.sleep(delay)) != nil else { return }
        events.yield(.waited)
    }

    /// Says what came of an attempt until the daemon has it, or does not want it. Where the connection is lost, the
    /// machine keeps the result for the next one.
    func deliver(_ completion: TaskCompletion, _ link: AgentLink) async {
        var completion = completion
        var backoff = backoff
        while !Task.isCancelled {
            do {
                try await link.complete(completion)
                return acknowledge(completion)
            } catch let refusal as Refusal where refusal.code.isRetryable {
                try? await dependencies.sleep(backoff.failed(random: dependencies.random()))
            } catch let refusal as Refusal
                where refusal.code == .invalidParams && completion.errorCode != "INVALID_OUTPUT"
            {
                let name = AttemptName(completion)
                completion = TaskCompletion(
                    name, .failed, message: "the daemon does not take the agent's result: \(refusal.message)",
                    code: "INVALID_OUTPUT")
            } catch is Refusal {
                return acknowledge(completion)
            } catch {
                return
            }
        }
    }

    /// Whatever the daemon says: one that does not know the word goes on giving work, which is then returned.
    func drain(_ link: AgentLink) async {
        do {
            try await link.drain(registration.agentID)
            events.yield(.drained)
        } catch is Refusal {
            events.yield(.drained)
        } catch {
            // The next registration says it.
        }
    }

    /// Returns an attempt that has not begun until the daemon has it, or does not want it.
    func giveBack(_ attempt: AttemptReference, _ link: AgentLink) async {
        var backoff = backoff
        while !Task.isCancelled {
            do {
                try await link.giveBack(attempt)
                events.yield(.returned(attempt.token))
                return
            } catch let refusal as Refusal where refusal.code.isRetryable {
                try? await dependencies.sleep(backoff.failed(random: dependencies.random()))
            } catch is Refusal {
                events.yield(.returned(attempt.token))
                return
            } catch {
                return
            }
        }
    }

    private func acknowledge(_ completion: TaskCompletion) {
        events.yield(.acknowledged(completion.token))
    }

    /// The last word; a daemon that does not answer is not waited for.
    func unregister(_ link: AgentLink) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await link.unregister(registration.agentID) }
            group.addTask { try? await dependencies.sleep(.seconds(5)) }
            await group.next()
            group.cancelAll()
        }
    }
}
