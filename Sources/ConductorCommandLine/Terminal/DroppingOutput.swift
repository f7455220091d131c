import Dispatch
import Synchronization

/// An output that never holds up who writes to it: lines wait in a bounded buffer for a thread of its own, and where
/// nobody reads them they are dropped, which the next line that is taken says.
package final class DroppingOutput: Sendable {
    private struct State {
        var waitingBytes = 0
        var dropped = 0
    }

    private let write: @Sendable (String) -> Void
    private let maximumBytes: Int
    private let sentence: @Sendable (Int) -> String
    private let writer = DispatchQueue(label: "output")
    // A mutex: lines come from any task, and go on the writer's thread.
    private let state = Mutex(State())

    /// - Parameters:
    ///   - maximumBytes: That wait at most.
    ///   - sentence: The line that tells how many were dropped before it.
    package convenience init(
        _ output: Output, maximumBytes: Int = 1 << 20, dropped sentence: @escaping @Sendable (Int) -> String
    ) {
        // Who is stopped by a signal need not be told that nobody listens.
        self.init(maximumBytes: maximumBytes, dropped: sentence) { try? output.line($0) }
    }

    /// - Parameter write: Writes a line, on the thread of this output.
    package init(
        maximumBytes: Int = 1 << 20, dropped sentence: @escaping @Sendable (Int) -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.write = write
        self.maximumBytes = maximumBytes
        self.sentence = sentence
    }

    package func line(_ text: String) {
        let accepted: (text: String, cost: Int)? = state.withLock { state in
            guard state.waitingBytes + text.utf8.count <= maximumBytes else {
                state.dropped += 1
                return nil
            }
            let text = state.dropped == 0 ? text : sentence(state.dropped) + "\n" + text
            state.dropped = 0
            state.waitingBytes += text.utf8.count
            return (text, text.utf8.count)
        }
        guard let accepted else { return }
        writer.async { [self] in
            write(accepted.text)
            state.withLock { $0.waitingBytes -= accepted.cost }
        }
    }

    /// Waits until what has been taken is written, but not for a reader that does not read. The last word.
    package func finish() {
        let done = DispatchSemaphore(value: 0)
        writer.async { done.signal() }
        _ = done.wait(timeout: .now() + .seconds(1))
    }
}
