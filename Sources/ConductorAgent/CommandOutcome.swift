import ConductorJSON
import ConductorModel
import Subprocess

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a command's end and its output say of the task.
struct CommandOutcome {
    enum Ending: Hashable {
        case exited(CInt)
        case signalled(CInt)
    }

    enum Output: Sendable {
        case bytes([UInt8])
        case tooLarge
        case unreadable(String)
    }

    /// Exit codes with a meaning of their own, as in `sysexits.h`.
    private static let rejected: CInt = 65, transient: CInt = 75

    let ending: Ending
    let output: Output
    /// The last lines of standard error.
    let complaints: [String]

    /// The output of a completed task; throws what the command said otherwise.
    func taskOutput() throws -> TaskOutput {
        // Such a command was ended for it, so its own ending says nothing.
        if case .tooLarge = output { throw invalid("the command printed more than \(CommandAgent.outputBytes) bytes") }
        let answer: CommandAnswer
        do throws(InvalidAnswer) {
            answer = try parsed()
        } catch {
            guard case .exited(0) = ending else { throw failure(CommandAnswer()) }
            throw invalid(error.reason)
        }
        guard case .exited(0) = ending else { throw failure(answer) }
        switch answer.status {
        case .completed, nil: return answer.output
        case .failed:
            throw TaskFailure(
                answer.output.errorMessage ?? sentence("the command says that it failed"),
                code: answer.output.errorCode ?? "COMMAND_FAILED", output: answer.output)
        case .rejected: throw AgentRejection(answer.output.errorMessage ?? sentence("the command rejected the task"))
        }
    }

    private func parsed() throws(InvalidAnswer) -> CommandAnswer {
        switch output {
        case .bytes(let bytes): try CommandAnswer(printed: bytes)
        case .tooLarge: CommandAnswer()
        case .unreadable(let reason): throw InvalidAnswer("the command's output is not readable: \(reason)")
        }
    }

    private func invalid(_ reason: String) -> TaskFailure {
        TaskFailure(reason, code: "INVALID_OUTPUT")
    }

    private func failure(_ answer: CommandAnswer) -> any Error {
        let message = answer.output.errorMessage
        let code = answer.output.errorCode
        switch ending {
        case .exited(Self.rejected): return AgentRejection(message ?? sentence("the command rejected the task"))
        case .exited(Self.transient):
            return TaskFailure(
                message ?? sentence("the command failed for now"), code: code ?? "TRANSIENT_ERROR",
                output: answer.output)
        case .exited(let status):
            return TaskFailure(
                message ?? sentence("the command exited with \(status)"), code: code ?? "COMMAND_FAILED",
                output: answer.output)
        case .signalled(let signal):
            return TaskFailure(
                message ?? sentence("the command was ended by signal \(signal) (\(name(of: signal)))"),
                code: code ?? "COMMAND_FAILED", output: answer.output)
        }
    }

    private func name(of signal: CInt) -> String {
        strsignal(signal).map { String(cString: $0) } ?? "unknown"
    }

    private func sentence(_ what: String) -> String {
        complaints.isEmpty ? what : what + ": " + complaints.joined(separator: "\n")
    }
}

extension CommandOutcome.Ending {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signalled(signal)
        }
    }
}
