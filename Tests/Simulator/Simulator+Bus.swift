import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorRandom

/// What clients say to one another on the bus, where they also hear of errors and dead letters.
extension Simulator {
    private static let channels = ["talk", "conductor:errors", "conductor:dlq"]

    mutating func talk(_ index: Int) -> SimulatedClient.Errand? {
        guard let channel = dice.pick(Self.channels) else { return nil }
        switch dice.below(6) {
        case 0, 1:
            clients[index].channels.insert(channel)
            return .once(.busSubscribe(channel: channel))
        case 2: return .once(.busUnsubscribe(channel: channel))
        case 3:
            var request = BusRequest(channel: "talk", message: message(index))
            request.timeout = .seconds(1 + dice.below(30))
            return .once(.busRequest(request))
        default: return .once(.busPublish(channel: "talk", message(index)))
        }
    }

    /// Few correlation ids, so that what is said answers what was asked.
    private mutating func message(_ index: Int) -> BusMessage {
        var message = BusMessage(.control, from: "client-\(index)")
        message.correlationID = "matter-\(dice.below(3))"
        if dice.oneIn(4) { message.timeToLive = .seconds(dice.below(5)) }
        return message
    }

    func checkResponse(_ answer: Result<Reply, Refusal>, to request: Request) throws {
        guard case .busRequest(let asked) = request, case .success(let reply) = answer else { return }
        guard case .busMessage(let response) = reply, response.correlationID == asked.message.correlationID else {
            throw Violation("a request about \(asked.message.correlationID ?? "nothing") is answered with \(reply)")
        }
    }
}
