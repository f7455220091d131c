import ConductorModel

extension Engine {
    /// What happens from now on is judged by `next`. Agents keep the lease they were told, and what waits already its
    /// deadline; breakers that are open are tried again when `next` says.
    mutating func reconfigure(_ next: EngineConfiguration, _ transaction: inout EngineTransaction) {
        configuration = next
        policies.configure(next.policies)
        for breaker in breakers { awaitTrial(of: breaker, at: transaction.now) }
        drainQueues(&transaction)
    }
}
