import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorSystemd
import ConductorTransport
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `conductord` as a service: opens the store and the socket, serves until it is told to stop, and leaves nothing
/// undone.
public struct Daemon: Service, CustomStringConvertible {
    public static let version = ConductorVersion.current

    /// How long those who came last through a socket that stays open are still served.
    private static let farewell = TimeAmount.milliseconds(100)
    /// How long a stop waits for the store, and then for clients that do not read; together under 15 s, of the 20 s that
    /// systemd waits.
    private static let storePatience = TimeAmount.seconds(12)
    private static let connectionPatience = TimeAmount.milliseconds(1500)

    private let configuration: DaemonConfiguration
    /// How many descriptors the process may have open.
    private let descriptors: Int
    private let sources: ConfigurationSources
    private let journal: EventJournal
    private let manager = ServiceManager()

    /// - Parameters:
    ///   - configuration: what it starts with.
    ///   - sources: what it reads again at SIGHUP.
    ///   - descriptors: How many descriptors the process may have open; the connections are fewer.
    public init(
        configuration: DaemonConfiguration, sources: ConfigurationSources, descriptors: Int, log: JournalLog
    ) {
        self.configuration = configuration
        self.descriptors = descriptors
        self.sources = sources
        journal = EventJournal(log: log, threshold: configuration.logLevel)
    }

    public var description: String { "conductord" }

    /// - Throws: `StoreFault`, `ListenerFault` or `InheritedSockets.Failure` where it cannot start, and
    ///   ``UnfinishedStop``.
    public func run() async throws {
        // First of all: until it is trapped, the signal would end the process.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let store = try openStore()
        let persistent = persistentClock
        let dependencies = try dependencies(store, SystemTime(persistent: persistent))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1, metricsDelegate: dependencies.facts.gauge)
        let loop = group.next()
        let core = try await loop.submit {
            let writer: any CommitWriter =
                (store as? InMemoryStore).map(InlineWriter.init) ?? StoreWriter(store: store, loop: loop)
            return NIOLoopBound(ServerCore(dependencies, writer: writer, loop: loop), eventLoop: loop)
        }.get()
        let pauses = try await LoopPauses.start(on: loop)
        try await loop.submit { core.value.engine.pause.then = { pauses.value($0) } }.get()
        let inherited = try InheritedSockets.descriptors()
        let sockets = try await listen(inherited, core, on: loop)
        let reports = try await loop.submit { [manager, journal] in
            let reports = ServiceReports(manager: manager, journal: journal, loop: loop)
            reports.start(core.value.engine)
            core.value.history.start()
            core.value.logs.start(dependencies.time)
            return NIOLoopBound(reports, eventLoop: loop)
        }.get()
        journal.record(.started(at: await sockets.paths, store))
        let watch = PlaceWatch(sockets: sockets, store: store, note: { note(persistent) }, fail: dependencies.fail)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await watch.run() }
            var configuration = configuration
            for await _ in hangUps.cancelOnGracefulShutdown() {
                configuration = try await reload(configuration, core, reports, on: loop)
            }
            group.cancelAll()
        }
        try? await loop.submit { reports.value.stop() }.get()
        await sockets.close()
        if !inherited.isEmpty {
            // Who connects from here on waits in the socket's queue for the next daemon; who just has, is not left
            // without an answer.
            try? await loop.scheduleTask(in: Self.farewell) {}.futureResult.get()
        }
        let isFlushed = try await loop.flatSubmit {
            core.value.stop(patience: Self.storePatience, connectionPatience: Self.connectionPatience)
        }.get()
        guard isFlushed else { throw UnfinishedStop() }
        try store.close()
        // Where the machine is started anew next, what has passed is counted from here.
        note(persistent)
        journal.record(.stopped)
        try await group.shutdownGracefully()
    }

    /// The store did not take the last changes in time; nobody was told that they are durable.
    public struct UnfinishedStop: Error, Hashable, Sendable, CustomStringConvertible {
        public var description: String { "stopped before the store had taken the last changes" }
    }

    private func openStore() throws(StoreFault) -> any Store {
        guard !configuration.isEphemeral else { return InMemoryStore() }
        let store = try SQLiteStore(folder: configuration.stateFolder)
        if let loss = store.loss { journal.record(.lost(loss)) }
        return store
    }

    private var persistentClock: PersistentClock {
        configuration.isEphemeral ? PersistentClock(.now) : PersistentClock(folder: configuration.stateFolder)
    }

    private func note(_ persistent: PersistentClock) {
        if !configuration.isEphemeral { persistent.note(in: configuration.stateFolder) }
    }

    private func dependencies(
        _ store: any Store, _ time: SystemTime
    ) throws(StoreFault) -> ServerCore.Dependencies {
        ServerCore.Dependencies(
            store: store,
            logs: try TaskLogStore(folder: configuration.isEphemeral ? nil : configuration.stateFolder),
            state: try store.load(),
            configuration: configuration.engine.fitting(descriptors: descriptors),
            retention: configuration.retention,
            facts: EngineLoop.ProcessFacts(
                version: Self.version, pid: getpid(), started: time.now(),
                roles: Roles(ownUID: getuid(), access: configuration.access, groups: .ofThisMachine)),
            time: time, journal: journal,
            fail: { [journal] fault in
                journal.record(fault, "The store can no longer be relied on, so the daemon exits at once.")
                journal.flush(timeout: .seconds(1))
                // What is stored decides at the next start: nothing may be said or written any more.
                _exit(EX_IOERR)
            })
    }

    /// Reads the configuration again, and says what that changes; where it is wrong, nothing changes.
    private func reload(
        _ current: DaemonConfiguration, _ core: NIOLoopBound<ServerCore>, _ reports: NIOLoopBound<ServiceReports>,
        on loop: any EventLoop
    ) async throws -> DaemonConfiguration {
        try await loop.submit { reports.value.reloading() }.get()
        var configuration = current
        do throws(ConfigurationProblems) {
            let changes = configuration.change(to: try sources.read())
            journal.setThreshold(configuration.logLevel)
            try? await loop.submit { [configuration, descriptors] in
                core.value.engine.reconfigure(
                    configuration.engine.fitting(descriptors: descriptors), access: configuration.access,
                    groups: .ofThisMachine)
                core.value.history.retention = configuration.retention
                core.value.logs.retention = configuration.retention
            }.get()
            for change in changes { journal.record(.changed(change)) }
            journal.record(.reloaded)
        } catch {
            for problem in error.problems { journal.record(.refused(problem)) }
            journal.record(.unchanged)
        }
        try await loop.submit { reports.value.reloaded() }.get()
        return configuration
    }

    /// On the sockets that systemd holds for us, else on our own.
    private func listen(
        _ inherited: [CInt], _ core: NIOLoopBound<ServerCore>, on loop: any EventLoop
    ) async throws -> DaemonSockets {
        let sessions = try await loop.submit {
            NIOLoopBound<any ServerSessionFactory>(core.value.engine, eventLoop: loop)
        }.get()
        let sockets = DaemonSockets(loop: loop, sessions: sessions, journal: journal)
        let inherited = inherited.map { ListenerSocket(inherited: $0, path: InheritedSockets.path(of: $0)) }
        try await sockets.listen(
            on: inherited.isEmpty ? [try ListenerSocket(bindingTo: configuration.socket)] : inherited)
        return sockets
    }
}
