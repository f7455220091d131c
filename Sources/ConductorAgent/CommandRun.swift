import ConductorProtocol
import ConductorJSON
import ConductorModel
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One attempt's conversation with its command: the task goes in, output and complaints come out.
struct CommandRun: Sendable {
    private enum Part: Sendable {
        case fed
        case output(CommandOutcome.Output)
        case complaints([String])
        case drained
    }

    /// What the command has printed is waited for so long, where this machine is too busy to read it at once.
    private static let drainLimit: Duration = .seconds(30)

    let process: CommandProcess
    let assignment: TaskAssignment
    let context: TaskContext
    /// For what somebody outside of the attempt prints, who keeps a pipe open when all processes of the command have
    /// ended, as far as they could be ended.
    var drainPeriod: Duration = .seconds(1)

    /// Returns when the command and all that it started have ended.
    func conclude() async -> (CommandReport, CommandOutcome.Output, complaints: [String]) {
        let pipes = CommandPipes([process.output, process.errors])
        return await withTaskGroup(of: Part.self) { group in
            group.addTask {
                await feed()
                return .fed
            }
            group.addTask { .output(await collect(pipes)) }
            group.addTask { .complaints(await log(pipes)) }
            let report = await process.report()
            group.addTask {
                await drain(pipes)
                return .drained
            }
            var output: CommandOutcome.Output?
            var complaints: [String]?
            for await part in group {
                switch part {
                case .fed: break
                case .output(let all): output = all
                case .complaints(let last): complaints = last
                case .drained: pipes.close()
                }
                if output != nil, complaints != nil { group.cancelAll() }
            }
            if let sentence = report.leftoverSentence { await context.log("conductor: \(sentence)", stream: "stderr") }
            return (report, output ?? .bytes([]), complaints ?? [])
        }
    }

    /// Returns when all that the command has printed was taken: its pipes hold no more than it wrote before it ended.
    private func drain(_ pipes: CommandPipes) async {
        let end = ContinuousClock.now + Self.drainLimit
        repeat {
            try? await Task.sleep(for: drainPeriod)
        } while !pipes.areEmpty && !Task.isCancelled && .now < end
    }

    /// A command need not read its input.
    private func feed() async {
        let line = ByteBuffer(bytes: assignment.jsonText.bytes + [UInt8(ascii: "\n")])
        do {
            let channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .takingOwnershipOfDescriptor(output: process.input).get()
            await withTaskCancellationHandler {
                try? await channel.writeAndFlush(line)
                try? await channel.close()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            close(process.input)
        }
    }

    private func collect(_ pipes: CommandPipes) async -> CommandOutcome.Output {
        var bytes: [UInt8] = []
        do {
            let isWhole = try await Self.read(process.output, of: pipes) { chunk in
                guard bytes.count + chunk.readableBytes <= CommandAgent.outputBytes else { return false }
                bytes.append(contentsOf: chunk.readableBytesView)
                return true
            }
            guard isWhole else {
                process.terminate()
                return .tooLarge
            }
        } catch {
            return .unreadable("\(error)")
        }
        return .bytes(bytes)
    }

    /// Returns the last lines.
    private func log(_ pipes: CommandPipes) async -> [String] {
        var splitter = LineSplitter()
        var last = LastLines()
        do {
            _ = try await Self.read(process.errors, of: pipes) { chunk in
                for line in chunk.withUnsafeReadableBytes({ splitter.append($0) }) {
                    last.append(line)
                    await context.log(line, stream: "stderr")
                }
                return true
            }
        } catch {
            await context.log("conductor: standard error is not readable: \(error)", stream: "stderr")
        }
        if let line = splitter.finish() {
            last.append(line)
            await context.log(line, stream: "stderr")
        }
        return last.lines
    }

    /// Reads until the end, until the pipes are closed, or until `take` wants no more, which makes it false.
    private static func read(
        _ descriptor: CInt, of pipes: CommandPipes, _ take: (ByteBuffer) async -> Bool
    ) async throws -> Bool {
        let channel: NIOAsyncChannel<ByteBuffer, Never>
        do {
            channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .takingOwnershipOfDescriptor(input: descriptor) { channel in
                    channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
                }
        } catch {
            close(descriptor)
            throw error
        }
        pipes.add(channel.channel)
        return try await channel.executeThenClose { chunks in
            for try await chunk in chunks where !(await take(chunk)) { return false }
            return true
        }
    }
}
