import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// An error as it is printed with `--json`: `{"error":{"code":…,"message":…}}`. The code is for programs, and stays; the
/// message is for people.
package struct ErrorObject: Sendable {
    let code: String
    let message: String
    /// What a refusal's code promises to say.
    private var details: [String: Refusal.Detail] = [:]
    /// What is wrong in a file.
    private var problems: [SourceProblem] = []

    private init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    private init(_ refusal: Refusal) {
        self.init(refusal.code.rawValue, refusal.message)
        details = refusal.details
    }

    /// A usage error.
    package init(usage message: String) {
        self.init("USAGE", message)
    }

    /// Nil where a result has said all, a signal has ended the command, or nobody takes what is written.
    package init?(_ error: any Error) {
        switch error {
        case ExitStatus.timedOut: self.init("TIMEOUT", "the time was up")
        case is ExitStatus, is ToldByResult, is OutputFault: return nil
        case is Interrupted, is Signalled, is CancellationError: return nil
        case let refusal as Refusal: self.init(refusal)
        case ConnectionFault.refused(let refusal): self.init(refusal)
        case let fault as ConnectionFault: self.init(Self.code(of: fault), Failure(fault).message)
        case let found as SourceProblems:
            self.init("INVALID_FILE", found.description)
            problems = found.all
        case let inputs as UnexpectedInputs: self.init("UNEXPECTED_INPUTS", inputs.description)
        case let reference as AmbiguousReference: self.init("AMBIGUOUS", "\(reference)")
        default: self.init("FAILED", Failure(error).message)
        }
    }

    private static func code(of fault: ConnectionFault) -> String {
        switch fault {
        case .notReachable: "DAEMON_NOT_REACHABLE"
        case .foreign: "FOREIGN_DAEMON"
        case .lost: "CONNECTION_LOST"
        case .silent: "DAEMON_SILENT"
        case .refused(let refusal): refusal.code.rawValue
        case .closed: "CONNECTION_CLOSED"
        case .malformed: "PROTOCOL_ERROR"
        case .overrun: "OVERRUN"
        }
    }
}

extension ErrorObject: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("error")
            writer.object { writer in
                writer.member("code", code)
                writer.member("message", message)
                if !details.isEmpty { writer.member("details", Details(all: details)) }
                if !problems.isEmpty { writer.member("problems", problems) }
            }
        }
    }

    private struct Details: JSONWritable {
        let all: [String: Refusal.Detail]

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                for (name, detail) in all.sorted(by: { $0.key < $1.key }) {
                    switch detail {
                    case .text(let text): writer.member(name, text)
                    case .number(let number): writer.member(name, number)
                    }
                }
            }
        }
    }
}

extension SourceProblem: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("path", field)
            writer.member("message", message)
            writer.member("line", position?.line)
            writer.member("column", position?.column)
        }
    }
}
