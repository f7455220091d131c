import ConductorModel
import ConductorProtocol
import ConductorRandom

/// A connection's bytes: the first one decides in which pieces they come and whether requests are answered at once.
/// In whatever pieces, the daemon makes the same of them.
enum FramesTarget: FuzzTarget {
    static let name = "frames"

    static func run(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let answersAtOnce = choice & 1 == 0
        var dice = SplitMix(seed: UInt64(choice))
        let whole = steps([stream], answersAtOnce: answersAtOnce)
        var pieces: [[UInt8]] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let count = 1 + dice.below(choice < 128 ? 3 : 64)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        let cut = steps(pieces, answersAtOnce: answersAtOnce)
        promise(whole == cut, "in one piece it is \(whole), cut up \(cut)")
    }

    private static func steps(_ pieces: [[UInt8]], answersAtOnce: Bool) -> [String] {
        var limits = Limits()
        limits.maxFrameBytes = 4096
        limits.maxRequestsInFlightPerConnection = 4
        var connection = ServerConnection(limits: limits)
        var steps: [String] = []
        for piece in pieces {
            piece.withUnsafeBytes { connection.append($0) }
            while true {
                let before = connection.bufferedBytes
                let step = connection.next()
                if case .wait = step { break }
                steps.append(describe(step))
                if case .answerAndClose = step { return steps }
                promise(connection.bufferedBytes < before, "a step takes nothing")
                if answersAtOnce, case .request(let id?, _) = step { connection.answered(id) }
            }
            let frame = limits.maxFrameBytes + FrameDecoder.headerBytes
            promise(connection.bufferedBytes <= frame, "more waits than a frame")
            promise(connection.requestsInFlight <= limits.maxRequestsInFlightPerConnection, "too many in flight")
        }
        return steps
    }

    private static func describe(_ step: ServerConnection.Step) -> String {
        switch step {
        case .wait: return "wait"
        case .request(let id, let request): return "request \(id.map { "\($0)" } ?? "") \(request.methodName)"
        case .report(let report): return "report \(report.method)"
        case .ignore: return "ignore"
        case .answer(let body), .answerAndClose(let body):
            guard case .refusal(let id, let refusal) = promised({ try ClientMessage(parsing: body) }) else {
                fatalError("the answer is no refusal")
            }
            return "refusal \(id.map { "\($0)" } ?? "") \(refusal)"
        }
    }
}
