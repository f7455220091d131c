import Foundation

/// Lets each storage call of a session fail in turn, once or from then on, and looks at what the daemon makes of it:
/// it may refuse, it may end, it may go on; it may not acknowledge what failed, nor lose what it acknowledged.
public struct CallRun: Sendable {
    public enum Fault: String, CaseIterable, Sendable {
        /// EIO from one call.
        case error
        /// EIO from one call and all that follow.
        case errors
        /// ENOSPC from one call that writes.
        case full
        /// ENOSPC from three such calls in a row; then there is room again.
        case fullForAWhile

        var error: Int32 { isPassing ? ENOSPC : EIO }

        var calls: FaultControl.Calls { isPassing ? [.write] : .all }

        /// The daemon is to outlive it.
        var isPassing: Bool {
            switch self {
            case .error, .errors: false
            case .full, .fullForAWhile: true
            }
        }

        func range(from call: Int) -> ClosedRange<Int> {
            switch self {
            case .error, .full: call...call
            case .errors: call...Int.max
            case .fullForAWhile: call...call + 2
            }
        }
    }

    public struct Report: Sendable {
        /// Of an undisturbed session, its start and its stop.
        public var calls = 0
        public var runs = 0
        public var refusedStarts = 0
        /// The daemon ended by itself in the middle of the session.
        public var ended = 0
        /// It went on to the end.
        public var stopped = 0
        public var violations: [String] = []
    }

    public var fault: Fault
    /// Each how-manieth call is tried; 1 for all.
    public var every: Int
    /// The first of them; calls count from 1.
    public var from: Int

    public init(_ fault: Fault, every: Int = 1, from: Int = 1) {
        self.fault = fault
        self.every = every
        self.from = from
    }

    public func run() async throws -> Report {
        let shim = try await StorageShim()
        var report = Report()
        // Once on a folder where there is nothing yet, once where a log is to be recovered.
        for before in [PriorState(), try await PriorState.afterCrash()] {
            let (calls, violations) = try await Trial(before, fault, shim).count()
            report.calls += calls
            report.violations += violations
            for call in stride(from: from, through: calls, by: every) {
                let outcome = try await Trial(before, fault, shim).run(failing: fault.range(from: call))
                report.add(outcome, place: "\(fault) at call \(call) of \(calls)")
            }
        }
        return report
    }
}

extension CallRun.Report {
    fileprivate mutating func add(_ outcome: Trial.Outcome, place: String) {
        runs += 1
        switch outcome.ending {
        case .refusedStart: refusedStarts += 1
        case .ended: ended += 1
        case .stopped: stopped += 1
        }
        violations += outcome.violations.map { "\(place): \($0)" }
    }
}
