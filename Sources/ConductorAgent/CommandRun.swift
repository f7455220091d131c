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

    /// For what is still in the pipes when all processes of the command have ended, as far as they could be ended.
    private static let drainPeriod: Duration = .seconds(1)

    let process: CommandProcess
    let assignment: TaskAssignment
    let context: TaskContext

    /// Returns when the command and all that it started have ended.
    func conclude() async -> (CommandReport, CommandOutcome.Output, complaints: [String]) {
        await withTaskGroup(of: Part.self) { group in
            group.addTask {
                await feed()
                return .fed
            }
            group.addTask { .output(await collect()) }
            group.addTask { .complaints(await log()) }
            let report = await process.report()
            group.addTask {
                try? await Task.sleep(for: Self.drainPeriod)
                return .drained
            }
            var output: CommandOutcome.Output?
            var complaints: [String]?
            for await part in group {
                switch part {
                case .fed: break
                case .output(let all): output = all
                case .complaints(let last): complaints = last
                case .drained: group.cancelAll()
                }
                if output != nil, complaints != nil { group.cancelAll() }
            }
            if let sentence = report.leftoverSentence { await context.log("conductor: \(sentence)", stream: "stderr") }
            return (report, output ?? .bytes([]), complaints ?? [])
        }
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

    private func collect() async -> CommandOutcome.Output {
        var bytes: [UInt8] = []
        do {
            let isWhole = try await Self.read(process.output) { chunk in
                guard bytes.count + chunk.readableBytes <= CommandAgent.outputBytes else { return false }
                bytes.append(contentsOf: chunk.readableBytesView)
                return true
            }
            guard isWhole else {
                process.terminate()
                return .tooLarge
            }
        } catch is CancellationError {
            // Something outside of the attempt keeps it open: what the command itself has printed is there.
        } catch {
            return .unreadable("\(error)")
        }
        return .bytes(bytes)
    }

    /// Returns the last lines.
    private func log() async -> [String] {
        var splitter = LineSplitter()
        var last = LastLines()
        do {
            _ = try await Self.read(process.errors) { chunk in
                for line in chunk.withUnsafeReadableBytes({ splitter.append($0) }) {
                    last.append(line)
                    await context.log(line, stream: "stderr")
                }
                return true
            }
        } catch is CancellationError {
            // As with the output.
        } catch {
            await context.log("conductor: standard error is not readable: \(error)", stream: "stderr")
        }
        if let line = splitter.finish() {
            last.append(line)
            await context.log(line, stream: "stderr")
        }
        return last.lines
    }

    /// Reads until the end, until the task is cancelled, or until `take` wants no more, which makes it false.
    private static func read(_ descriptor: CInt, _ take: (ByteBuffer) async -> Bool) async throws -> Bool {
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
        return try await channel.executeThenClose { chunks in
            for try await chunk in chunks where !(await take(chunk)) { return false }
            return true
        }
    }
}
