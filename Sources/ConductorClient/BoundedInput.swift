import Synchronization

/// Where elements are put that a stream brings: bounded in number and in bytes, so that a reader who stalls costs bounded
/// memory. It does not hold the stream, which ends once nobody does.
package struct BoundedInput<Element: Sendable>: Sendable {
    package typealias Stream = AsyncThrowingStream<Element, any Error>

    package enum Outcome {
        case waiting
        /// So much waits that there is no room.
        case full(waiting: Int)
        /// Nobody takes any more.
        case ended
    }

    private struct Sized: Sendable {
        let element: Element
        let bytes: Int
    }

    private final class Backlog: Sendable {
        let waiting = Mutex((count: 0, bytes: 0))
    }

    private let input: AsyncThrowingStream<Sized, any Error>.Continuation
    private let backlog = Backlog()
    private let maximumCount: Int
    private let maximumBytes: Int

    /// One task may iterate over the stream.
    /// - Parameter maximumBytes: that may wait; a single element may have more.
    package static func makeStream(maximumCount: Int, maximumBytes: Int = 32 << 20) -> (
        stream: Stream, input: BoundedInput
    ) {
        let (elements, continuation) = AsyncThrowingStream<Sized, any Error>.makeStream()
        let input = BoundedInput(input: continuation, maximumCount: maximumCount, maximumBytes: maximumBytes)
        let stream = Stream { [backlog = input.backlog] in
            // Iterators share the stream that they are of.
            var iterator = elements.makeAsyncIterator()
            guard let next = try await iterator.next() else { return nil }
            backlog.waiting.withLock { waiting in
                waiting.count -= 1
                waiting.bytes -= next.bytes
            }
            return next.element
        }
        return (stream, input)
    }

    private init(
        input: AsyncThrowingStream<Sized, any Error>.Continuation, maximumCount: Int, maximumBytes: Int
    ) {
        self.input = input
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
    }

    package func yield(_ element: Element, bytes: Int) -> Outcome {
        let (waiting, hasRoom) = backlog.waiting.withLock { waiting in
            let hasRoom = waiting.count == 0 || waiting.bytes + bytes <= maximumBytes
            guard hasRoom, waiting.count < maximumCount else { return (waiting.count, false) }
            waiting.count += 1
            waiting.bytes += bytes
            return (waiting.count, true)
        }
        guard hasRoom else { return .full(waiting: waiting) }
        switch input.yield(Sized(element: element, bytes: bytes)) {
        case .enqueued, .dropped: return .waiting
        case .terminated: return .ended
        @unknown default: return .ended
        }
    }

    package func finish(throwing error: (any Error)? = nil) { input.finish(throwing: error) }

    /// Called once nobody takes any more, or it is finished.
    package func onTermination(_ body: @escaping @Sendable () -> Void) {
        input.onTermination = { _ in body() }
    }
}
