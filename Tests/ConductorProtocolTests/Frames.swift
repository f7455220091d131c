import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

func frame(_ body: [UInt8]) -> [UInt8] {
    let length = UInt32(body.count)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
}

func frame(_ text: String) -> [UInt8] {
    frame(Array(text.utf8))
}

/// A request whose parameters are written out.
func requestText(_ method: String, _ params: String, id: String = "1") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
}

extension FrameDecoder {
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }
}

extension ServerConnection {
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// What follows from `bytes`, up to the wait for more or the end of the connection.
    mutating func steps(after bytes: [UInt8]) -> [Step] {
        append(bytes)
        var steps: [Step] = []
        while true {
            let step = next()
            switch step {
            case .wait: return steps
            case .answerAndClose: return steps + [step]
            case .request, .report, .ignore, .answer: steps.append(step)
            }
        }
    }

    /// The single step that follows from a frame around `text`.
    mutating func step(after text: String) throws -> Step {
        let steps = steps(after: frame(text))
        try #require(steps.count == 1)
        return steps[0]
    }
}

extension ServerConnection.Step {
    var refusal: AnsweredRefusal? {
        get throws {
            switch self {
            case .answer(let body), .answerAndClose(let body): try AnsweredRefusal(body: body)
            case .wait, .request, .report, .ignore: nil
            }
        }
    }

    var request: Request? {
        switch self {
        case .request(_, let request): request
        case .wait, .report, .ignore, .answer, .answerAndClose: nil
        }
    }

    var closes: Bool {
        switch self {
        case .answerAndClose: true
        case .wait, .request, .report, .ignore, .answer: false
        }
    }
}

/// An answer of the daemon that refuses something.
struct AnsweredRefusal {
    let id: RequestID?
    let refusal: Refusal

    var code: Refusal.Code { refusal.code }
    var field: String? { text("field") }
    var reason: String? { text("reason") }

    init(body: [UInt8]) throws {
        switch try ClientMessage(parsing: body) {
        case .refusal(let id, let refusal): (self.id, self.refusal) = (id, refusal)
        case .result, .notification: throw NotARefusal()
        }
    }

    private func text(_ detail: String) -> String? {
        switch refusal.details[detail] {
        case .text(let text)?: text
        case .number?, nil: nil
        }
    }

    struct NotARefusal: Error {}
}

/// What a new connection makes of one request.
func answer(to method: String, _ params: String) throws -> ServerConnection.Step {
    var connection = ServerConnection(limits: Limits())
    return try connection.step(after: requestText(method, params))
}
