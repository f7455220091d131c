import Foundation
import Synchronization

/// A program that a test runs; it is killed when nobody holds it any more.
public final class ChildProcess: Sendable {
    public struct Exit: Hashable, Sendable {
        public let status: Int32
        public let wasSignalled: Bool

        public init(status: Int32, wasSignalled: Bool = false) {
            self.status = status
            self.wasSignalled = wasSignalled
        }
    }

    private let process: Process
    private let ended = Latch<Exit>()
    private let output = Collected()
    private let errors = Collected()

    /// - Parameters:
    ///   - input: what it reads; nothing without one.
    ///   - errors: where its standard error goes; without one it is collected here.
    ///   - whenEnded: Called on some thread; it must not hold this object, or the program is never killed.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil,
        errors file: FileHandle? = nil, whenEnded: @escaping @Sendable () -> Void = {}
    ) throws {
        let process = Process()
        self.process = process
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = output.pipe
        process.standardError = file ?? errors.pipe
        let ended = ended
        process.terminationHandler = { process in
            let wasSignalled = process.terminationReason == .uncaughtSignal
            ended.open(Exit(status: process.terminationStatus, wasSignalled: wasSignalled))
            whenEnded()
            // Foundation keeps the process for good, and with it all that this holds.
            process.terminationHandler = nil
        }
        try process.run()
        output.collect()
        if file == nil { errors.collect() } else { errors.end() }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    public var pid: Int32 { process.processIdentifier }

    public var exit: Exit {
        get async { await ended.value }
    }

    /// Waits for the end, and for all that was printed.
    public func finish() async -> (exit: Exit, output: String, errors: String) {
        let exit = await exit
        return (exit, await output.all, await errors.all)
    }

    /// What has come on standard output so far.
    public var outputSoFar: String { output.soFar }

    /// What has come on standard error so far.
    public var errorOutput: String { errors.soFar }

    /// Waits until standard output holds `text`; false if it ended without.
    public func prints(_ text: String) async -> Bool { await output.holds(text) }

    /// Waits until standard error holds `text`; false if it ended without.
    public func complains(_ text: String) async -> Bool { await errors.holds(text) }

    public func signal(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }
}

/// A value that comes once, and that many may wait for.
final class Latch<Value: Sendable>: Sendable {
    private enum State {
        case closed([CheckedContinuation<Value, Never>])
        case open(Value)
    }

    // A mutex: the value comes from a thread of Foundation's.
    private let state = Mutex(State.closed([]))

    func open(_ value: Value) {
        let waiting: [CheckedContinuation<Value, Never>] = state.withLock { state in
            guard case .closed(let waiting) = state else { return [] }
            state = .open(value)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value: Value? = state.withLock { state in
                    switch state {
                    case .open(let value): return value
                    case .closed(let waiting):
                        state = .closed(waiting + [continuation])
                        return nil
                    }
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}

/// What comes out of a pipe.
private final class Collected: Sendable {
    private struct State {
        var data = Data()
        var isAtEnd = false
        var waiting: [(text: String, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    let pipe = Pipe()
    private let state = Mutex(State())
    private let ended = Latch<Void>()

    func collect() {
        Thread.detachNewThread { [self] in
            while true {
                let chunk = pipe.fileHandleForReading.availableData
                let met: [(CheckedContinuation<Bool, Never>, Bool)] = state.withLock { state in
                    state.data.append(chunk)
                    state.isAtEnd = chunk.isEmpty
                    let text = String(decoding: state.data, as: UTF8.self)
                    let met = state.waiting.filter { state.isAtEnd || text.contains($0.text) }
                    state.waiting.removeAll { state.isAtEnd || text.contains($0.text) }
                    return met.map { ($0.continuation, text.contains($0.text)) }
                }
                for (continuation, holds) in met { continuation.resume(returning: holds) }
                if chunk.isEmpty {
                    try? pipe.fileHandleForReading.close()
                    return ended.open(())
                }
            }
        }
    }

    /// Nothing will come.
    func end() {
        state.withLock { $0.isAtEnd = true }
        ended.open(())
    }

    var soFar: String { state.withLock { String(decoding: $0.data, as: UTF8.self) } }

    var all: String {
        get async {
            await ended.value
            return soFar
        }
    }

    func holds(_ text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if String(decoding: state.data, as: UTF8.self).contains(text) { return true }
                if state.isAtEnd { return false }
                state.waiting.append((text, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
