import ConductorClient
import ConductorModel
import ConductorTestSupport
import Foundation

/// Fills the disk under a working daemon, looks whether it refuses and still answers, and makes room again.
public struct FullDiskRun: Sendable {
    public struct Report: Sendable {
        /// Submissions that were under way when the disk was full, and were acknowledged when there was room.
        public var held = 0
        public var refused = 0
        public var violations: [String] = []
    }

    private enum Answer {
        case acknowledged, refused
        /// Another write has failed.
        case stillFull
    }

    public init() {}

    public func run() async throws -> Report {
        let shim = try await StorageShim()
        let place = try StateCopy().laidOut()
        let control = try FaultControl(path: place.file("control"), counting: [.write, .truncate])
        let environment = shim.environment(folder: place.file("state"), control: control, log: nil)
        let daemon = try await DaemonProcess(in: place, arguments: ["--log-level", "error"], environment: environment)
        let ledger = Ledger()
        let client = try await daemon.connect()
        try await submit("before", client, ledger)

        control.fail(1...Int.max, with: ENOSPC)
        var violations: [String] = []
        var report = try await fill(control) {
            try await submit($0, client, ledger)
        } whileFull: {
            try await client.ping()
            violations += try await LedgerCheck(client).losses(Expectation(ledger.entries))
            _ = try await client.tasks()
        }
        report.violations = violations
        try await submit("after", client, ledger)
        await daemon.crash()

        let next = try await DaemonProcess(in: place, arguments: ["--log-level", "error"])
        report.violations += try await LedgerCheck(next.connect()).losses(Expectation(ledger.entries))
        return report
    }

    /// Submits one thing after the other until one is refused: the first finds out that the disk is full, and is held
    /// like all that come before the daemon knows. Then makes room, and waits for what was held.
    private func fill(
        _ control: FaultControl, submit: @escaping @Sendable (String) async throws -> Void,
        whileFull: () async throws -> Void
    ) async throws -> Report {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            var report = Report(refused: 1)
            var number = 0, isWaiting = false
            var answer: Answer?
            repeat {
                group.addTask { [number] in
                    do {
                        try await submit("asked-\(number)")
                        return .acknowledged
                    } catch let refusal as Refusal where refusal.code == .storageFull {
                        return .refused
                    }
                }
                if !isWaiting {
                    isWaiting = true
                    group.addTask { [failed = control.failed] in
                        try await control.waitUntilFailed(moreThan: failed)
                        return .stillFull
                    }
                }
                number += 1
                answer = try await group.next()
                if answer == .stillFull { isWaiting = false }
            } while answer != .refused
            try await whileFull()
            control.heal()
            for try await answer in group where answer == .acknowledged { report.held += 1 }
            return report
        }
    }

    private func submit(_ id: String, _ client: ConductorClient, _ ledger: Ledger) async throws {
        let definition = Workload.task(id)
        _ = try await client.dispatchDetached(definition, whenBusy: .queue)
        await ledger.note(.submitted(definition))
    }
}
