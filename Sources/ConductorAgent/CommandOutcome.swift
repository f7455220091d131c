import ConductorJSON
import ConductorModel

#if canImport(Glibc)
import ConductorProtocol
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a command's end and its output say of the task.
struct CommandOutcome {
    enum Ending: Hashable {
        case exited(CInt)
        case signalled(CInt)
        /// The command's guard was ended, and the command with it.
        case guardEnded
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
    let usage: CommandUsage

    /// The output of a completed task; throws what the command said otherwise.
    func taskOutput() throws -> TaskOutput {
        // Such a command was ended for it, so its own ending says nothing.
        if case .tooLarge = output { throw invalid("the command printed more than \(CommandAgent.outputBytes) bytes") }
        var answer: CommandAnswer
        do throws(InvalidAnswer) {
            answer = try parsed()
        } catch {
            answer = CommandAnswer()
            answer.output.metadata = usage.added(to: answer.output.metadata)
            guard case .exited(0) = ending else { throw failure(answer) }
            throw invalid(error.reason)
        }
        answer.output.metadata = usage.added(to: answer.output.metadata)
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
        switch ending {
        case .exited(Self.rejected):
            AgentRejection(answer.output.errorMessage ?? sentence("the command rejected the task"))
        case .exited(Self.transient): failure(answer, "the command failed for now", code: "TRANSIENT_ERROR")
        case .exited, .signalled, .guardEnded:
            if usage.oomKills > 0 {
                TaskFailure(
                    sentence("the kernel ended the command, or a process of it, for want of memory"),
                    code: "OUT_OF_MEMORY", output: answer.output)
            } else {
                failure(answer, description, code: "COMMAND_FAILED")
            }
        }
    }

    private func failure(_ answer: CommandAnswer, _ what: String, code: String) -> TaskFailure {
        TaskFailure(
            answer.output.errorMessage ?? sentence(what), code: answer.output.errorCode ?? code, output: answer.output)
    }

    private var description: String {
        switch ending {
        case .exited(let status): "the command exited with \(status)"
        case .signalled(let signal): "the command was ended by signal \(signal) (\(name(of: signal)))"
        case .guardEnded: "the command was ended with its guard, by someone else"
        }
    }

    private func name(of signal: CInt) -> String {
        strsignal(signal).map { String(cString: $0) } ?? "unknown"
    }

    private func sentence(_ what: String) -> String {
        complaints.isEmpty ? what : what + ": " + complaints.joined(separator: "\n")
    }
}
