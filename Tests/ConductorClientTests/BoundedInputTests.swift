import Synchronization
import Testing

@testable import ConductorClient

@Suite("What waits to be taken from a stream", .timeLimit(.minutes(5)))
struct BoundedInputTests {
    private typealias Input = BoundedInput<Int>

    private func waiting(_ outcome: Input.Outcome) -> Int? {
        guard case .full(let waiting) = outcome else { return nil }
        return waiting
    }

    @Test("is bounded in number and in bytes, and has room again for what is taken")
    func bounds() async throws {
        let (stream, input) = Input.makeStream(maximumCount: 3, maximumBytes: 100)
        #expect(waiting(input.yield(1, bytes: 60)) == nil)
        #expect(waiting(input.yield(2, bytes: 41)) == 1, "in bytes")
        #expect(waiting(input.yield(3, bytes: 40)) == nil)
        #expect(waiting(input.yield(4, bytes: 0)) == nil)
        #expect(waiting(input.yield(5, bytes: 0)) == 3, "in number")
        var elements = stream.makeAsyncIterator()
        #expect(try await elements.next() == 1)
        #expect(waiting(input.yield(6, bytes: 60)) == nil)
        input.finish()
        var rest: [Int] = []
        while let element = try await elements.next() { rest.append(element) }
        #expect(rest == [3, 4, 6])
    }

    @Test("may be one element that is larger than the bound")
    func large() async throws {
        let (stream, input) = Input.makeStream(maximumCount: 3, maximumBytes: 100)
        #expect(waiting(input.yield(1, bytes: 1000)) == nil)
        #expect(waiting(input.yield(2, bytes: 1)) == 1)
        var elements = stream.makeAsyncIterator()
        #expect(try await elements.next() == 1)
        #expect(waiting(input.yield(3, bytes: 1000)) == nil)
    }

    @Test("is told that nobody takes it once the stream is gone")
    func termination() async {
        let isOver = Mutex(false)
        let input = { () -> Input in
            let (stream, input) = Input.makeStream(maximumCount: 3)
            input.onTermination { isOver.withLock { $0 = true } }
            withExtendedLifetime(stream) { #expect(!isOver.withLock { $0 }) }
            return input
        }()
        #expect(isOver.withLock { $0 })
        guard case .ended = input.yield(1, bytes: 1) else {
            Issue.record("it waits")
            return
        }
    }

    @Test("ends for a task that is cancelled while it waits for more")
    func cancellation() async throws {
        let (stream, input) = Input.makeStream(maximumCount: 3)
        let reading = Task {
            for try await _ in stream {}
            return true
        }
        reading.cancel()
        #expect(try await reading.value)
        _ = input
    }

    @Test("is followed by the error that ends it")
    func error() async throws {
        let (stream, input) = Input.makeStream(maximumCount: 3)
        _ = input.yield(1, bytes: 1)
        input.finish(throwing: ConnectionFault.closed)
        var elements = stream.makeAsyncIterator()
        #expect(try await elements.next() == 1)
        await #expect(throws: ConnectionFault.closed) { _ = try await elements.next() }
    }
}
