import ConductorClient
import FlyingSocks

/// Tells open pages that something has changed, at most once a second, however much happens.
actor Changes {
    private static let maximumStreams = 32
    private static let changed = Array("event: changed\ndata: \n\n".utf8)
    /// So that a reader who is gone is noticed.
    private static let still = Array(": still here\n\n".utf8)

    private var readers: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
    private var lastID = 0
    private var hasChanged = false

    /// Nil where as many are open as may be.
    func stream() -> AsyncStream<[UInt8]>? {
        guard readers.count < Self.maximumStreams else { return nil }
        lastID += 1
        // One is as good as many.
        let (stream, reader) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(1))
        reader.yield(Self.still)
        readers[lastID] = reader
        return stream
    }

    /// Until it is cancelled.
    func follow(_ daemon: String) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.listen(daemon) }
            group.addTask { try await self.tick() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func listen(_ daemon: String) async throws {
        while true {
            do {
                for try await _ in EventFeed(socket: daemon) { hasChanged = true }
            } catch {
                try Task.checkCancellation()
            }
            try await Task.sleep(for: .seconds(2))
        }
    }

    private func tick() async throws {
        var seconds = 0
        while true {
            try await Task.sleep(for: .seconds(1))
            seconds += 1
            guard hasChanged || seconds % 10 == 0 else { continue }
            let line = hasChanged ? Self.changed : Self.still
            hasChanged = false
            for (id, reader) in readers {
                if case .terminated = reader.yield(line) { readers[id] = nil }
            }
        }
    }
}

/// What `Changes` tells, as bytes.
struct EventBytes: AsyncBufferedSequence {
    typealias Element = UInt8
    private let events: AsyncStream<[UInt8]>

    init(_ events: AsyncStream<[UInt8]>) {
        self.events = events
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(events: events.makeAsyncIterator()) }

    struct AsyncIterator: AsyncBufferedIteratorProtocol {
        var events: AsyncStream<[UInt8]>.AsyncIterator
        private var rest: ArraySlice<UInt8> = []

        init(events: AsyncStream<[UInt8]>.AsyncIterator) {
            self.events = events
        }

        mutating func next() async throws -> UInt8? {
            if rest.isEmpty { rest = await events.next()?[...] ?? [] }
            return rest.popFirst()
        }

        mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
            if rest.isEmpty { rest = await events.next()?[...] ?? [] }
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
    }
}
