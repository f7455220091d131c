import ConductorJSON
import ConductorModel

/// The daemon's side of one connection, without a socket: bytes in, messages and answers out.
public struct ServerConnection: Sendable {
    /// What to do next.
    public enum Step: Sendable {
        /// Nothing until more bytes come.
        case wait
        /// An id that is nil asks for no answer.
        case request(RequestID?, Request)
        case report(AttemptReport)
        /// A well-formed notification that means nothing here.
        case ignore
        /// The body of an answer to send at once.
        case answer([UInt8])
        case answerAndClose([UInt8])
    }

    private let limits: Limits
    private var decoder: FrameDecoder
    private var inFlight: Set<RequestID> = []
    private var parseErrors = 0

    public init(limits: Limits) {
        self.limits = limits
        decoder = FrameDecoder(maximumBytes: limits.maxFrameBytes)
    }

    /// A frame has begun that must end within `limits.frameTimeout`.
    public var isInsideFrame: Bool { decoder.isInsideFrame }

    /// Bytes that have come and are not handed out: of a frame that has begun.
    public var bufferedBytes: Int { decoder.bufferedBytes }

    /// Whether `next` says anything but `wait`.
    public var hasNext: Bool { decoder.isNextWhole }

    /// Requests that were handed out and not yet answered.
    public var requestsInFlight: Int { inFlight.count }

    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        decoder.append(bytes)
    }

    /// Call until it says `wait`, or that the connection closes.
    ///
    /// - Parameter refusal: Why the peer may not call a method, asked before the parameters are read; nil where it may.
    public mutating func next(refusal: (Method) -> Refusal? = { _ in nil }) -> Step {
        let frame: [UInt8]
        do throws(FrameDecoder.Fault) {
            guard let body = try decoder.next() else { return .wait }
            frame = body
        } catch {
            return .answerAndClose(Message.refusal(Refusal(error), id: nil))
        }
        do throws(JSONError) {
            return step(for: try JSONDocument(parsing: frame, maximumDepth: Limits.depth).root, refusal)
        } catch {
            parseErrors += 1
            let answer = Message.refusal(Refusal(.parseError, "not a JSON text: \(error)"), id: nil)
            return parseErrors >= limits.maxParseErrorsPerConnection ? .answerAndClose(answer) : .answer(answer)
        }
    }

    /// A request is answered: its id may be used again.
    public mutating func answered(_ id: RequestID) {
        inFlight.remove(id)
    }

    private mutating func step(for value: JSONValue, _ refusal: (Method) -> Refusal?) -> Step {
        let envelope: Envelope
        do throws(Envelope.Fault) {
            envelope = try Envelope(value)
        } catch {
            return .answer(Message.refusal(error.refusal, id: error.id))
        }
        if let id = envelope.id {
            guard inFlight.count < limits.maxRequestsInFlightPerConnection else {
                let refusal = Refusal.quotaExceeded(
                    "max_requests_in_flight_per_connection", limit: limits.maxRequestsInFlightPerConnection)
                return .answer(Message.refusal(refusal, id: id))
            }
            guard !inFlight.contains(id) else {
                let refusal = Refusal(.invalidRequest, "the id is in use by a request in flight")
                return .answer(Message.refusal(refusal, id: id))
            }
        }
        do throws(Refusal) {
            switch try envelope.message(refusal) {
            case .request(let request):
                if let id = envelope.id { inFlight.insert(id) }
                return .request(envelope.id, request)
            case .report(let report): return .report(report)
            case .unknownNotification: return .ignore
            }
        } catch {
            return envelope.id == nil ? .ignore : .answer(Message.refusal(error, id: envelope.id))
        }
    }
}
