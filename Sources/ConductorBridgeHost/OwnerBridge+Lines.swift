import ConductorBridge
import ConductorClient
import ConductorModel
import ConductorProtocol

/// The connection of a seat's agent.
struct SeatLine: Sendable {
    /// Reports that may wait; they are worth nothing later.
    private static let waitingReports = 1_024

    let number: Int
    private let reports: AsyncStream<AttemptReport>.Continuation
    /// Nil until it is there.
    var client: ConductorClient?

    init(number: Int) {
        self.number = number
        (waiting, reports) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.waitingReports))
    }

    let waiting: AsyncStream<AttemptReport>

    func say(_ report: AttemptReport) {
        reports.yield(report)
    }
}

/// The agents that stand for those of other hosts.
extension OwnerBridge {
    /// The daemon needs a moment to see that the connection before has ended.
    private static let registrationTries = 20
    private static let registrationPause = Duration.milliseconds(100)

    func openLine(_ seat: Seat, _ registration: AgentRegistration) {
        lines[seat]?.client?.close()
        lineCount += 1
        let line = SeatLine(number: lineCount)
        lines[seat] = line
        errands.begin { await self.serve(seat, registration, line) }
    }

    func closeLine(_ seat: Seat, _ error: any Error) {
        guard let line = lines.removeValue(forKey: seat) else { return }
        line.client?.close()
        observe(.unregistered(seat, error))
        handle(.unregistered(seat))
    }

    private func serve(_ seat: Seat, _ registration: AgentRegistration, _ line: SeatLine) async {
        do {
            let client = try await dependencies.connect()
            defer { client.close() }
            let reply = try await register(registration, on: client)
            guard isCurrent(line, seat) else { return }
            lines[seat]?.client = client
            observe(.registered(seat))
            handle(.registered(seat, adopted: reply.adopted))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.takeOrders(from: client, seat, line) }
                group.addTask { try await self.keepLease(reply.lease, seat, client) }
                group.addTask { for await report in line.waiting { try await client.report(report) } }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            if isCurrent(line, seat), !Task.isCancelled { closeLine(seat, error) }
        }
    }

    private func isCurrent(_ line: SeatLine, _ seat: Seat) -> Bool {
        lines[seat]?.number == line.number
    }

    private func register(
        _ registration: AgentRegistration, on client: ConductorClient
    ) async throws -> RegistrationReply {
        for _ in 0..<Self.registrationTries {
            do {
                return try await client.register(registration)
            } catch let refusal as Refusal where refusal.code == .agentAlreadyRegistered {
                try await dependencies.sleep(Self.registrationPause)
            }
        }
        return try await client.register(registration)
    }

    private func takeOrders(from client: ConductorClient, _ seat: Seat, _ line: SeatLine) async throws {
        orders: for try await order in client.orders {
            guard isCurrent(line, seat) else { break }
            switch order {
            case .execute(let assignment): handle(.execute(assignment, seat))
            case .cancel(let cancellation): handle(.cancel(cancellation, seat))
            case .stopping: break orders
            }
        }
        throw ConnectionFault.lost(errno: nil)
    }

    private func keepLease(_ lease: Duration, _ seat: Seat, _ client: ConductorClient) async throws {
        while true {
            try await dependencies.sleep(lease / 3)
            try await client.heartbeat(seat.agentID)
        }
    }
}
