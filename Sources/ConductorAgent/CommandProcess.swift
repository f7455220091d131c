import CConductorAgent
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a command is started with.
struct CommandPlan: Sendable {
    /// An absolute path, and its arguments.
    var command: [String]
    var workingDirectory: String?
    /// `NAME=VALUE`, in bytes.
    var environment: CommandEnvironment
    /// Descriptors that the command may open; the process's own number where there is none.
    var fileLimit: UInt64?
    /// A control group made for this command.
    var controlGroup: String?
    /// From SIGTERM to SIGKILL.
    var gracePeriod: Duration

    private var missingInterpreter: String? { command.first.flatMap(CommandPath.missingInterpreter) }

    /// The step at which the guard failed, by the guard's word for it.
    func step(named name: String) -> CommandStartFault.Step {
        switch name {
        case "chdir": .enter(folder: workingDirectory ?? "")
        case "exec": .execute(path: missingInterpreter ?? command.first ?? "")
        default: .fork
        }
    }
}

/// A command that runs under its guard, which `conductor_guard.h` describes.
final class CommandProcess: Sendable {
    private enum State {
        case running(guardID: pid_t)
        case ended
    }

    let input: CInt
    let output: CInt
    let errors: CInt
    private let said: EventLoopFuture<[UInt8]>
    // A mutex: a cancellation comes in on any thread, and must not signal another process that got the id.
    private let state: Mutex<State>

    /// When it throws, no process and no descriptor remains.
    static func start(_ plan: CommandPlan) async throws(CommandStartFault) -> CommandProcess {
        var descriptors = DescriptorPairs()
        do throws(CommandStartFault) {
            let input = try descriptors.pipe()
            let output = try descriptors.pipe()
            let errors = try descriptors.pipe()
            let line = try descriptors.socket()
            let guardID = try spawn(plan, [input.reads, output.writes, errors.writes, line.theirs])
            descriptors.close([input.reads, output.writes, errors.writes, line.theirs])
            let said: EventLoopFuture<[UInt8]>
            do {
                said = try await Self.listen(line.ours)
            } catch {
                // The guard ends the command where nobody listens.
                descriptors.close([line.ours])
                waitpid(guardID, nil, 0)
                throw CommandStartFault(.pipes, errno: (error as? IOError)?.errnoCode ?? ENOMEM)
            }
            return CommandProcess(
                guardID, input: input.writes, output: output.reads, errors: errors.reads, said: said)
        } catch {
            descriptors.closeAll()
            throw error
        }
    }

    private init(_ guardID: pid_t, input: CInt, output: CInt, errors: CInt, said: EventLoopFuture<[UInt8]>) {
        self.input = input
        self.output = output
        self.errors = errors
        self.said = said
        state = Mutex(.running(guardID: guardID))
    }

    /// All processes of the command get SIGTERM, and SIGKILL after the grace period.
    func terminate() {
        state.withLock { state in
            if case .running(let guardID) = state { kill(guardID, SIGTERM) }
        }
    }

    /// Waits for the end of the command and of all that it started; a task that is cancelled waits too.
    func report() async -> CommandReport {
        let bytes = (try? await said.get()) ?? []
        state.withLock { state in
            guard case .running(let guardID) = state else { return }
            // It has closed its end of the line: it is about to exit.
            while waitpid(guardID, nil, 0) < 0, errno == EINTR {}
            state = .ended
        }
        return CommandReport(bytes)
    }

    private static func spawn(_ plan: CommandPlan, _ descriptors: [CInt]) throws(CommandStartFault) -> pid_t {
        let arguments =
            [
                CONDUCTOR_GUARD_NAME, plan.workingDirectory ?? "", plan.controlGroup ?? "", "\(plan.fileLimit ?? 0)",
                "\(plan.gracePeriod.inMilliseconds)",
            ] + plan.command
        var guardID: pid_t = 0
        let error = CStringArray.with(arguments.map { Array($0.utf8) }) { arguments in
            CStringArray.with(plan.environment.entries) { environment in
                conductor_guard_start(arguments, environment, descriptors, &guardID)
            }
        }
        guard error == 0 else { throw CommandStartFault(error == ENOTSUP ? .guardian : .fork, errno: error) }
        return guardID
    }

    private static func listen(_ descriptor: CInt) async throws -> EventLoopFuture<[UInt8]> {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let said = loop.makePromise(of: [UInt8].self)
        do {
            _ = try await NIOPipeBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Listener(said))
                    }
                }
                .takingOwnershipOfDescriptor(input: descriptor).get()
            return said.futureResult
        } catch {
            said.fail(error)
            throw error
        }
    }

    /// Keeps what comes until the end.
    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let said: EventLoopPromise<[UInt8]>
        private var bytes: [UInt8] = []

        init(_ said: EventLoopPromise<[UInt8]>) {
            self.said = said
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let room = CommandReport.maximumBytes - bytes.count
            bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView.prefix(room))
        }

        func channelInactive(context: ChannelHandlerContext) {
            said.succeed(bytes)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

extension Duration {
    fileprivate var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
