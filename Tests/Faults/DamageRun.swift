import ConductorClient
import ConductorModel
import ConductorRandom
import ConductorTestSupport
import Foundation

/// Damages the files of a killed daemon, and looks at what the next one makes of them.
public struct DamageRun: Sendable {
    public enum Damage: Sendable, CustomStringConvertible {
        case truncated(file: String, length: Int)
        case flipped(file: String, offset: Int, bit: Int)

        public var description: String {
            switch self {
            case .truncated(let file, let length): "\(file) cut off at \(length)"
            case .flipped(let file, let offset, let bit): "\(file) with bit \(bit) of byte \(offset) flipped"
            }
        }
    }

    /// What became of it.
    public enum Verdict: Hashable, Sendable {
        /// The damage hit nothing that counts.
        case whole
        /// An exact prefix of what was committed; so many events are left.
        case prefix(Int64)
        /// The daemon serves, and says of what is damaged that it is.
        case detected
        /// The daemon does not start, and says why.
        case refused
        case trapped(String)
        case silentLoss(String)

        public var isAllowed: Bool {
            switch self {
            case .whole, .prefix, .detected, .refused: true
            case .trapped, .silentLoss: false
            }
        }
    }

    public struct Report: Sendable {
        public var counts: [String: Int] = [:]
        public var violations: [String] = []

        mutating func add(_ damage: Damage, _ verdict: Verdict) {
            let name: String
            switch verdict {
            case .whole: name = "whole"
            case .prefix: name = "prefix"
            case .detected: name = "detected"
            case .refused: name = "refused"
            case .trapped(let why):
                name = "trapped"
                violations.append("\(damage): trapped: \(why)")
            case .silentLoss(let why):
                name = "silent loss"
                violations.append("\(damage): silent loss: \(why)")
            }
            counts[name, default: 0] += 1
        }

        public var total: Int { counts.values.reduce(0, +) }

        public var summary: String {
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
    }

    private let state: StateCopy
    private let whole: Contents

    /// Makes a state that holds work of every kind, the older half in its tables, the newer in the log of commits.
    public init(seed: UInt64) async throws {
        let older = try await DaemonProcess(arguments: ["--log-level", "error"])
        try await Self.work(on: older, "older", seed: seed)
        await older.stop()
        let newer = try await DaemonProcess(in: older.folder, arguments: ["--log-level", "error"])
        try await Self.work(on: newer, "newer", seed: seed)
        await newer.crash()
        state = try StateCopy(of: newer.stateFolder)
        let untouched = try await DaemonProcess(in: state.laidOut(), arguments: ["--log-level", "error"])
        whole = try await Contents.read(from: untouched)
        await untouched.crash()
    }

    private static func work(on daemon: DaemonProcess, _ name: String, seed: UInt64) async throws {
        let ledger = Ledger()
        let agents = Workload.agents(ledger: ledger, seed: seed)
        let links = try await daemon.connections(agents.count)
        let client = try await daemon.connect()
        await withDiscardingTaskGroup { group in
            for (agent, link) in zip(agents, links) {
                group.addTask { await agent.serve(link, keepsSome: false) }
            }
            var workload = Workload(name, ledger: ledger)
            workload.requests = 2
            await workload.run(on: client, seed: seed)
            for link in links { link.close() }
        }
    }

    /// Every length to which the last `bytes` of the log's commits can be cut, or every how-manieth.
    public func truncations(bytes: Int, every step: Int = 1) -> [Damage] {
        state.files.filter { $0.key.isLog }.flatMap { file, content -> [Damage] in
            let length = content.usedLength
            return stride(from: length - min(bytes, length), to: length, by: step).map {
                .truncated(file: file, length: $0)
            }
        }
    }

    /// Flips of single bits in the database, its log and that of the commits, each byte as likely as every other that is
    /// in use.
    public func flips(count: Int, seed: UInt64) -> [Damage] {
        var random = SplitMix(seed: seed)
        let files = state.files.filter { $0.key.contains(".db") }
            .map { ($0.key, $0.key.isLog ? $0.value.usedLength : $0.value.count) }.sorted { $0.0 < $1.0 }
        let total = files.reduce(0) { $0 + $1.1 }
        return (0..<count).compactMap { _ in
            var offset = Int.random(in: 0..<max(total, 1), using: &random)
            for (file, length) in files {
                if offset < length {
                    return .flipped(file: file, offset: offset, bit: Int.random(in: 0..<8, using: &random))
                }
                offset -= length
            }
            return nil
        }
    }

    public func run(_ damages: [Damage], progress: @Sendable (Report) -> Void = { _ in }) async throws -> Report {
        var report = Report()
        for damage in damages {
            report.add(damage, try await verdict(on: damage))
            progress(report)
        }
        return report
    }

    private func verdict(on damage: Damage) async throws -> Verdict {
        var state = state
        switch damage {
        case .truncated(let file, let length):
            state.files[file] = state.files[file].map { Array($0.prefix(length)) }
            // Nothing else has what the log has lost: the tables may lag behind it.
            state.files["conductor.db-wal"] = nil
        case .flipped(let file, let offset, let bit): state.files[file]?[offset] ^= 1 << UInt8(bit)
        }
        let daemon: DaemonProcess
        do {
            daemon = try await DaemonProcess(in: state.laidOut(), arguments: ["--log-level", "error"])
        } catch let ended as DaemonProcess.Ended {
            if ended.wasSignalled { return .trapped("\(ended)") }
            return ended.status != 0 && !ended.output.isEmpty ? .refused : .silentLoss("\(ended)")
        }
        do {
            let found = try await Contents.read(from: daemon)
            await daemon.crash()
            return whole.verdict(on: found)
        } catch is Refusal {
            await daemon.crash()
            return .detected
        } catch is ConnectionFault {
            let (exit, _, errors) = await daemon.child.finish()
            return exit.wasSignalled ? .trapped("\(exit): \(errors)") : .refused
        }
    }
}

extension String {
    fileprivate var isLog: Bool { hasPrefix("conductor.db-commits.") }
}

extension [UInt8] {
    /// Without the zeros at its end.
    fileprivate var usedLength: Int { (lastIndex { $0 != 0 } ?? -1) + 1 }
}
