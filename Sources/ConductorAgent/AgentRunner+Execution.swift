import ConductorModel
import ConductorProtocol

extension AgentRunner {
    private enum Ending {
        case output(TaskOutput)
        case thrown(any Error)
        case cancelled(reason: String)
        case timedOut
        /// The runner itself is over.
        case abandoned
    }

    /// Executes one attempt and puts what came of it into the inbox.
    func execute(_ assignment: TaskAssignment, cancelled reasons: AsyncStream<String>, _ link: AgentLink) async {
        guard let name = AttemptName(assignment) else { return }
        observe(.started(assignment))
        let context = TaskContext(
            agentID: registration.agentID, agentType: registration.agentType, assignment: assignment,
            send: { report in
                observe(.reported(report))
                await link.report(report)
            })
        let completion: TaskCompletion
        switch await ending(of: assignment, context, reasons) {
        case .output(let output): completion = TaskCompletion(name, completedWith: output)
        case .thrown(let shortage as ResourceShortage):
            events.yield(.unstarted(assignment, shortage))
            return
        case .thrown(let error): completion = TaskCompletion(name, thrown: error)
        case .cancelled(let reason):
            let message = reason.isEmpty ? "the work was cancelled" : reason
            completion = TaskCompletion(name, .failed, message: message, code: "CANCELLED")
        case .timedOut:
            completion = TaskCompletion(
                name, .failed, message: "not finished within \(assignment.timeout.inSeconds) s", code: "TASK_TIMEOUT")
        case .abandoned: completion = TaskCompletion(name, thrown: CancellationError())
        }
        observe(.finished(completion))
        events.yield(.finished(completion))
    }

    /// What came first: the agent's own end, a cancellation or the timeout. Returns when the agent's code has ended.
    private func ending(
        of assignment: TaskAssignment, _ context: TaskContext, _ reasons: AsyncStream<String>
    ) async -> Ending {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                do {
                    try await agent.validate(assignment)
                    return .output(try await agent.execute(assignment, context))
                } catch {
                    return .thrown(error)
                }
            }
            group.addTask {
                for await reason in reasons { return .cancelled(reason: reason) }
                return .abandoned
            }
            group.addTask {
                (try? await dependencies.sleep(assignment.timeout)) == nil ? .abandoned : .timedOut
            }
            defer { group.cancelAll() }
            return await group.next() ?? .abandoned
        }
    }
}
