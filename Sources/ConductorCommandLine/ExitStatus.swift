import ConductorClient
import ConductorModel
import ConductorProtocol
import Glibc

/// What a command's exit tells scripts. 0 is for what fully happened as it was asked for.
package enum ExitStatus: Int32, Error, Sendable {
    case success = 0
    /// Refused, or failed.
    case failure = 1
    case usage = 2
    /// A workflow is completed, and some of its tasks are not: they failed, or were cancelled or skipped.
    case incomplete = 3
    case cancelled = 4
    /// `EX_UNAVAILABLE`: the daemon is not reachable.
    case unavailable = 69
    /// `EX_NOPERM`: the daemon is another user's than the one that is demanded.
    case foreignDaemon = 77
    /// The time was up before, as timeout(1) tells it.
    case timedOut = 124
    /// As of a process that SIGHUP ended.
    case hungUp = 129
    /// As of a process that SIGINT ended.
    case interrupted = 130
    /// As of a process that SIGPIPE ended.
    case closedPipe = 141
    /// As of a process that SIGTERM ended.
    case terminated = 143

    /// Of a workflow that has ended.
    package init(_ workflow: WorkflowView) {
        switch workflow.status {
        case .completed:
            // Tasks may also be cancelled one by one, or skipped since their needs did not complete.
            let isWhole =
                workflow.failedTaskCount == 0 && workflow.unscheduled.isEmpty
                && workflow.taskResults.allSatisfy { $0.status == .completed }
            self = isWhole ? .success : .incomplete
        case .cancelled: self = .cancelled
        case .failed, .pending, .inProgress, .blocked, .skipped: self = .failure
        }
    }

    /// Of a task's result.
    package init(_ status: TaskStatus) {
        switch status {
        case .completed: self = .success
        case .cancelled: self = .cancelled
        case .failed, .pending, .inProgress, .blocked, .skipped: self = .failure
        }
    }
}

/// A refusal that the result of a command says too: with `--json`, no error follows it.
package struct ToldByResult: Error {
    let refusal: Refusal

    package init(_ refusal: Refusal) {
        self.refusal = refusal
    }
}

/// What a command says when it cannot do what it was asked for.
package struct Failure: Hashable, Sendable {
    package let status: ExitStatus
    /// For standard error; empty where all is said.
    package let message: String

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    package init(_ error: any Error) {
        switch error {
        case let status as ExitStatus: self.init(status, "")
        case let fault as OutputFault: self.init(fault)
        case Signalled.hungUp: self.init(.hungUp, "")
        case Signalled.terminated: self.init(.terminated, "")
        case is Interrupted, is CancellationError: self.init(.interrupted, "")
        case let refusal as Refusal:
            self.init(refusal.code == .cancelled ? .cancelled : .failure, refusal.description)
        case let told as ToldByResult: self.init(told.refusal)
        case let fault as ConnectionFault: self.init(fault)
        case let problems as SourceProblems: self.init(.failure, problems.description)
        default: self.init(.failure, "\(error)")
        }
    }

    private init(_ fault: OutputFault) {
        switch fault {
        case .closedPipe: self.init(.closedPipe, "")
        case .failed(let name, let number): self.init(.failure, "cannot write to \(name): \(Self.reason(number))")
        }
    }

    private static func reason(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }

    private init(_ fault: ConnectionFault) {
        switch fault {
        case .notReachable(let path, let number):
            let reason = Self.reason(number)
            self.init(.unavailable, "conductord is not reachable at \(path): \(reason).\n\(Self.advice(number, path))")
        case .lost, .silent: self.init(.unavailable, "\(fault)")
        case .foreign: self.init(.foreignDaemon, "\(fault)")
        case .refused, .closed, .malformed, .overrun: self.init(.failure, "\(fault)")
        }
    }

    private static func advice(_ number: Int32, _ path: String) -> String {
        switch number {
        case EACCES, EPERM: "Your user needs to be in the group conductor, or to run a daemon of its own."
        case ENAMETOOLONG: "A socket's path has at most 107 bytes."
        default:
            """
            The socket is that of --socket, else of $CONDUCTOR_SOCKET, else that of your user's own
            daemon where there is one, else \(SocketPath.system).
            Start the daemon with `systemctl start conductord`, or `conductord --socket \(path)`.
            """
        }
    }
}
