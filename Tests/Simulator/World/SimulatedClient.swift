import ConductorEngine
import ConductorModel
import ConductorProtocol

/// A client with its errands: what has no answer when a connection is lost is asked again, in the same words.
struct SimulatedClient {
    struct Errand {
        let request: Request
        /// It carries an id or a key of its own, so that asking again is the same act.
        let isRepeatable: Bool
        /// It was answered before: nothing may come of it any more.
        var isRepeat = false
    }

    let peer: Peer
    var line = Line()
    /// In flight, by the request's number.
    var asked: [Int64: Errand] = [:]
    /// To be asked again, oldest first.
    var again: [Errand] = []
    /// Done, newest last.
    var answered: [Errand] = []
    /// Channels of the bus that it asked for on this connection.
    var channels: Set<String> = []
    /// The last event it has seen.
    var lastSequence: Int64 = 0

    init(_ number: Int) {
        peer = Peer(uid: 1000 + UInt32(number), gid: 1000, pid: 100, role: number == 0 ? .admin : .operator)
    }

    mutating func lose(keeping kept: Int) {
        line.close(keeping: kept)
        for number in asked.keys.sorted() {
            if let errand = asked[number], errand.isRepeatable { again.append(errand) }
        }
        asked = [:]
    }

    mutating func note(_ errand: Errand) {
        answered.append(errand)
        if answered.count > 8 { answered.removeFirst() }
    }
}
