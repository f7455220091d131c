import ConductorEngine
import ConductorModel
import ConductorStore
import NIOCore

/// The parts of a daemon that live on its event loop, put together.
final class ServerCore {
    let engine: EngineLoop
    let connections: OpenConnections
    let history: HistoryKeeper
    let logs: TaskLogKeeper
    private let loop: any EventLoop

    /// What comes from outside.
    struct Dependencies: Sendable {
        var store: any Store
        var logs: TaskLogStore
        var state: DurableState
        var configuration: EngineConfiguration
        var retention = Retention()
        var facts: EngineLoop.ProcessFacts
        var time: any TimeSource
        var journal: EventJournal
        /// Where pages are read.
        var readerThread: @Sendable () -> StoreReader.Thread = StoreReader.Thread.own
        /// Ends the process: the outcome of a commit is unknown.
        var fail: @Sendable (StoreFault) -> Void
    }

    init(_ dependencies: Dependencies, writer: any CommitWriter, loop: any EventLoop) {
        let journal = dependencies.journal
        let connections = OpenConnections()
        let pause = LoopPause(loop)
        let reader = StoreReader(
            store: dependencies.store, loop: loop, pause: pause, thread: dependencies.readerThread())
        // For what goes through much of the history, while nobody waits for it.
        let scans = StoreReader(
            store: dependencies.store, loop: loop, pause: pause, thread: dependencies.readerThread())
        let feed = EventBroadcaster(reader: scans, released: dependencies.state.lastSequence, pause: pause)
        logs = TaskLogKeeper(
            dependencies.logs, dependencies.retention, running: dependencies.state.tasks.filter(\.isRunning),
            loop: loop,
            journal: journal)
        let times = DeliveryTimes()
        let router = OutputRouter(
            connections: connections, feed: feed, logs: logs, journal: journal, time: dependencies.time, times: times)
        let gate = OutputGate(pause: pause, release: router.release)
        let committer = writer.committer(
            on: loop,
            CommitHandlers(
                gate: gate, held: journal.recordHeld, failed: dependencies.fail, committed: times.noteCommit))
        let history = HistoryKeeper(
            dependencies.retention, reader: scans, writer: writer, loop: loop, time: dependencies.time,
            committer: committer, journal: journal)
        engine = EngineLoop(
            engine: Engine(
                configuration: dependencies.configuration, restoring: dependencies.state, at: dependencies.time.now()),
            loop: loop, committer: committer, connections: connections, feed: feed, store: dependencies.store,
            history: history, reader: reader, facts: dependencies.facts, times: times, time: dependencies.time,
            journal: journal, gate: gate, pause: pause)
        self.connections = connections
        self.history = history
        self.loop = loop
    }

    /// Makes everything durable and says it; whoever is waited for in vain is left behind.
    /// - Returns: whether all is durable.
    func stop(patience: TimeAmount, connectionPatience: TimeAmount) -> EventLoopFuture<Bool> {
        let flushed = loop.makePromise(of: Bool.self)
        let timer = loop.scheduleTask(in: patience) { flushed.succeed(false) }
        engine.stop { [logs] in
            logs.stop {
                timer.cancel()
                flushed.succeed(true)
            }
        }
        return flushed.futureResult.assumeIsolated().flatMap { [self] isFlushed in
            let gone = loop.makePromise(of: Bool.self)
            let timer = loop.scheduleTask(in: connectionPatience) { gone.succeed(isFlushed) }
            connections.finish {
                timer.cancel()
                gone.succeed(isFlushed)
            }
            return gone.futureResult
        }.nonisolated()
    }
}
