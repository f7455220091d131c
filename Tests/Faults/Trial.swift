import ConductorClient
import ConductorModel
import ConductorTestSupport
import Foundation
import Synchronization

/// A state and what was acknowledged of it.
struct PriorState: Sendable {
    var state = StateCopy()
    var facts: [Ledger.Entry] = []

    /// After some work and a kill -9, so that the log holds all of it.
    static func afterCrash() async throws -> PriorState {
        let daemon = try await DaemonProcess(arguments: ["--log-level", "error"])
        let ledger = Ledger()
        try await ScriptedSession(name: "before", ledger: ledger).run(on: daemon)
        await daemon.crash()
        return PriorState(state: try StateCopy(of: daemon.stateFolder), facts: await ledger.entries)
    }
}

/// One start, session and stop of a daemon whose storage calls may fail, and a look at what is left.
struct Trial {
    struct Outcome {
        enum Ending {
            case refusedStart, ended, stopped
        }

        var ending: Ending
        var violations: [String] = []
    }

    private let before: PriorState
    private let fault: CallRun.Fault
    private let shim: StorageShim

    init(_ before: PriorState, _ fault: CallRun.Fault, _ shim: StorageShim) {
        self.before = before
        self.fault = fault
        self.shim = shim
    }

    /// - Returns: how many calls there are when none fails.
    func count() async throws -> (calls: Int, violations: [String]) {
        let place = try before.state.laidOut()
        let control = try FaultControl(path: place.file("control"), counting: fault.calls)
        // None of them is reached; which calls count depends on the error.
        control.fail(Int.max...Int.max, with: fault.error)
        let outcome = try await run(in: place, control)
        return (control.calls, outcome.violations)
    }

    func run(failing calls: ClosedRange<Int>) async throws -> Outcome {
        let place = try before.state.laidOut()
        let control = try FaultControl(path: place.file("control"), counting: fault.calls)
        control.fail(calls, with: fault.error)
        return try await run(in: place, control)
    }

    private func run(in place: TemporaryFolder, _ control: FaultControl) async throws -> Outcome {
        let ledger = Ledger()
        var outcome: Outcome
        do {
            let environment = shim.environment(folder: place.file("state"), control: control, log: nil)
            let daemon = try await DaemonProcess(
                in: place, arguments: ["--log-level", "error"], environment: environment)
            outcome = try await work(on: daemon, control, ledger)
        } catch let ended as DaemonProcess.Ended {
            outcome = Outcome(ending: .refusedStart)
            if ended.status == 0 || ended.wasSignalled { outcome.violations.append("the start ended: \(ended)") }
            if ended.output.isEmpty { outcome.violations.append("the start was refused without a word") }
        }
        outcome.violations += try await lost(place, before.facts + ledger.entries)
        return outcome
    }

    private func work(on daemon: DaemonProcess, _ control: FaultControl, _ ledger: Ledger) async throws -> Outcome {
        let failedBefore = control.failed
        let hasFailedCommit = { @Sendable [fault] in
            !fault.isPassing && control.failed > failedBefore && control.hasFailedCommit
        }
        let early = Mutex(false)
        var session = ScriptedSession(name: "during", ledger: ledger)
        session.acknowledged = { if hasFailedCommit() { early.withLock { $0 = true } } }
        var isCutShort = false
        do {
            try await session.run(on: daemon)
        } catch is ConnectionFault {
            // The daemon is gone, or going: its exit tells.
            isCutShort = true
        } catch let refusal as Refusal where !fault.isPassing && refusal.code == .internalError {
            // What could not be read is refused.
        }
        let mustEnd = hasFailedCommit()
        if !mustEnd { daemon.child.signal(SIGTERM) }
        let (exit, _, errors) = await daemon.child.finish()
        var violations: [String] = []
        if isCutShort, fault.isPassing { violations.append("a disk that was full for a while ended it: \(errors)") }
        if early.withLock({ $0 }) { violations.append("something was acknowledged after a commit had failed") }
        if exit.wasSignalled { violations.append("ended by signal \(exit.status)") }
        if mustEnd, exit.status == 0 { violations.append("exit status 0 after a failed commit") }
        // The last thing that a stop does, moving the log into the database, may find the disk full.
        if exit.status != 0, errors.isEmpty { violations.append("exit status \(exit.status) without a word") }
        return Outcome(ending: mustEnd ? .ended : .stopped, violations: violations)
    }

    /// What a daemon without faults does not find afterwards.
    private func lost(_ place: TemporaryFolder, _ facts: [Ledger.Entry]) async throws -> [String] {
        do {
            let daemon = try await DaemonProcess(in: place, arguments: ["--log-level", "error"])
            let losses = try await LedgerCheck(daemon.connect()).losses(Expectation(facts))
            let history = try await EventHistory.read(from: daemon.socket)
            await daemon.crash()
            return losses + history.violations
        } catch let ended as DaemonProcess.Ended {
            return ["the next start is refused: \(ended)"]
        }
    }
}
