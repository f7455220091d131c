import ConductorModel
import ConductorStore
import ConductorTransport
import Dispatch
import NIOCore

/// Reads pages from the store on another thread. The users take turns, and the loop looks at its sockets between pages.
///
/// Lives on the event loop.
final class StoreReader {
    /// As whom the daemon reads for itself.
    static let daemon = UInt32.max
    /// How many are with the thread at once: it need not wait for the loop after each.
    private static let ahead = 2

    /// Where it reads, so that the loop does not wait for it.
    struct Thread: Sendable {
        let run: @Sendable (@escaping @Sendable () -> Void) -> Void

        /// One for this reader alone.
        @Sendable static func own() -> Thread {
            let queue = DispatchQueue(label: "conductor.reads", qos: .utility)
            return Thread { queue.async(execute: $0) }
        }
    }

    private let store: any Store
    private let loop: any EventLoop
    private let pause: LoopPause
    private let thread: Thread
    /// Reads whose turn has not come.
    private var waiting = WaitingUsers<() -> Void>()
    private var underWay = 0
    private var isFinished = false
    private var whenIdle: () -> Void = {}

    init(store: any Store, loop: any EventLoop, pause: LoopPause, thread: Thread = .own()) {
        self.store = store
        self.thread = thread
        self.loop = loop
        self.pause = pause
    }

    /// Calls `completion` on the loop, unless the reader was finished before its turn.
    func read<Page: Sendable>(
        for uid: UInt32, _ query: @escaping @Sendable (any Store) throws(StoreFault) -> Page,
        completion: @escaping (Result<Page, StoreFault>) -> Void
    ) {
        guard !isFinished else { return }
        waiting.append({ [self] in begin(query, completion) }, of: uid)
        goOn()
    }

    /// Reads nothing more, also of what was asked for before; `body` runs when no read is under way.
    func finish(_ body: @escaping () -> Void) {
        isFinished = true
        waiting = WaitingUsers()
        guard underWay > 0 else { return body() }
        whenIdle = body
    }

    private func goOn() {
        while underWay < Self.ahead, let begin = waiting.popFirst() {
            underWay += 1
            begin()
        }
    }

    private func begin<Page: Sendable>(
        _ query: @escaping @Sendable (any Store) throws(StoreFault) -> Page,
        _ completion: @escaping (Result<Page, StoreFault>) -> Void
    ) {
        let ended = NIOLoopBound(
            { [self] (outcome: Result<Page, StoreFault>) in
                completion(outcome)
                end()
            }, eventLoop: loop)
        thread.run { [store, loop] in
            let outcome: Result<Page, StoreFault>
            do throws(StoreFault) {
                outcome = .success(try query(store))
            } catch {
                outcome = .failure(error)
            }
            loop.execute { ended.value(outcome) }
        }
    }

    private func end() {
        guard !isFinished else {
            underWay -= 1
            if underWay == 0 { whenIdle() }
            return
        }
        pause { [self] in
            underWay -= 1
            if isFinished, underWay == 0 { whenIdle() }
            goOn()
        }
    }
}
