import ConductorModel
import ConductorProtocol

/// Events for as long as they are wanted: where the connection is lost, it connects again and goes on after the last
/// event that was taken, so that no durable event is missing and none comes twice. Live events may be missed.
///
/// The first connection must succeed; later ones are tried until the task is cancelled.
public struct EventFeed: AsyncSequence, Sendable {
    public enum Element: Sendable {
        /// Subscribed: the first time, and again after each loss, with the state as of `sequence`.
        case subscribed(sequence: Int64, snapshot: EventSnapshot)
        case event(ClientEvent)
        /// The connection is gone; it is tried again after `delay`.
        case interrupted(any Error, delay: Duration)
    }

    private let filter: EventFilter
    private let backoff: Backoff
    private let connect: @Sendable () async throws -> ConductorClient
    private let sleep: @Sendable (Duration) async throws -> Void
    private let random: @Sendable () -> Double

    /// - Parameters:
    ///   - filter: Which events; all of them where nothing is said.
    ///   - backoff: How long to wait between attempts to connect.
    ///   - connect: Makes a new connection each time that it is called.
    ///   - sleep: Waits; it throws where the task is cancelled.
    ///   - random: From 0 to 1.
    public init(
        _ filter: EventFilter = EventFilter(), backoff: Backoff = Backoff(),
        connect: @escaping @Sendable () async throws -> ConductorClient,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.filter = filter
        self.backoff = backoff
        self.connect = connect
        self.sleep = sleep
        self.random = random
    }

    public init(socket path: String, daemonUID: UInt32? = nil, _ filter: EventFilter = EventFilter()) {
        self.init(filter, connect: { try await .connect(socket: path, daemonUID: daemonUID) })
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(feed: self, backoff: backoff)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private enum State {
            case beginning
            case subscribed(AsyncThrowingStream<ClientEvent, any Error>.AsyncIterator, last: Int64)
            case interrupted(last: Int64, delay: Duration)
        }

        private let feed: EventFeed
        private var backoff: Backoff
        private var state: State = .beginning

        fileprivate init(feed: EventFeed, backoff: Backoff) {
            self.feed = feed
            self.backoff = backoff
        }

        public mutating func next() async throws -> Element? {
            switch state {
            case .beginning: return try await subscribe(feed.filter)
            case .subscribed(let events, let last): return try await take(from: events, after: last)
            case .interrupted(let last, let delay):
                try await feed.sleep(delay)
                var filter = feed.filter
                filter.afterSequence = last
                do {
                    return try await subscribe(filter)
                } catch {
                    return try interrupted(error, last: last)
                }
            }
        }

        private mutating func subscribe(_ filter: EventFilter) async throws -> Element {
            let subscription = try await feed.connect().subscribe(filter)
            let last = filter.afterSequence ?? subscription.sequence
            state = .subscribed(subscription.events.makeAsyncIterator(), last: last)
            backoff.succeeded()
            return .subscribed(sequence: subscription.sequence, snapshot: subscription.snapshot)
        }

        private mutating func take(
            from events: AsyncThrowingStream<ClientEvent, any Error>.AsyncIterator, after last: Int64
        ) async throws -> Element? {
            var events = events
            do {
                while let event = try await events.next() {
                    switch event.position {
                    case .live: return .event(event)
                    case .durable(let sequence) where sequence > last:
                        state = .subscribed(events, last: sequence)
                        return .event(event)
                    case .durable: continue
                    }
                }
            } catch {
                return try interrupted(error, last: last)
            }
            try Task.checkCancellation()
            return try interrupted(ConnectionFault.lost(errno: nil), last: last)
        }

        /// What waiting can heal leads to another try, the rest is thrown.
        private mutating func interrupted(_ error: any Error, last: Int64) throws -> Element {
            guard isTransient(error) else { throw error }
            let delay = backoff.failed(random: feed.random())
            state = .interrupted(last: last, delay: delay)
            return .interrupted(error, delay: delay)
        }
    }
}

/// Whether the same may succeed later, on another connection.
public func isTransient(_ error: any Error) -> Bool {
    switch error {
    case let refusal as Refusal: refusal.code.isRetryable
    case let fault as ConnectionFault: fault.isTransient
    default: false
    }
}

extension ConnectionFault {
    /// A later connection may serve.
    public var isTransient: Bool {
        switch self {
        case .notReachable, .lost, .silent, .overrun: true
        case .refused(let refusal): refusal.code.isRetryable
        case .foreign, .closed, .malformed: false
        }
    }
}
