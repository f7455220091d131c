import ConductorBridge
import ConductorJSON
import ConductorRandom

/// Messages go as the bytes that they are on the wire.
extension BridgeSimulator {
    mutating func send(_ message: OwnerMessage, from owner: Int, to host: HostName) throws {
        try audit.said(message, to: host, by: owners[owner])
        post(message.jsonText, from: owners[owner].name, to: host)
    }

    mutating func send(_ message: WorkerMessage, from worker: Int, to host: HostName) {
        audit.said(message)
        post(message.jsonText, from: workers[worker].name, to: host)
    }

    private mutating func post(_ text: JSONText, from: HostName, to: HostName) {
        narrate("\(from) -> \(to): \(text.string.excerpt(maximumBytes: 300))")
        for byte in text.bytes { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01B3 }
        network.send(text.bytes, from: from, to: to, at: turn, &dice)
    }

    mutating func deliver(_ packet: Network.Packet) throws {
        let json = try JSONDocument(parsing: packet.bytes).root
        if let index = owners.firstIndex(where: { $0.name == packet.to }) {
            guard case .up = owners[index].bridge else { return }
            let message = try WorkerMessage(json: json)
            audit.heard(message, at: turn)
            try feedOwner(index, .received(message, from: packet.from))
        } else if let index = workers.firstIndex(where: { $0.name == packet.to }) {
            try feedWorker(index, .received(OwnerMessage(json: json), from: packet.from))
        }
    }
}
