#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A command that was there when its agent began could not be started.
public struct CommandStartFault: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Step: Hashable, Sendable {
        /// The pipes to and from the command.
        case pipes
        /// The code that guards commands is in a library and not in the program itself.
        case guardian
        case fork
        case enter(folder: String)
        case execute(path: String)
    }

    public let step: Step
    /// As `errno(3)` lists them.
    public let errno: Int32

    init(_ step: Step, errno: Int32) {
        self.step = step
        self.errno = errno
    }

    /// The system has too little of something now, which the end of other processes may give back.
    var isShortage: Bool {
        switch errno {
        case EMFILE, ENFILE, EAGAIN, ENOMEM, ENOBUFS: true
        default: false
        }
    }

    /// Another try may find what this one did not: all but what is wrong with the command or its arguments themselves.
    var isTransient: Bool {
        switch errno {
        case E2BIG, ENOEXEC, EINVAL: false
        default: step != .guardian
        }
    }

    public var description: String {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return switch step {
        case .pipes: "the command was not started: no descriptors for its pipes: \(reason)"
        case .guardian: "the command was not started: ConductorAgent has to be linked into the program itself"
        case .fork: "the command was not started: no process for it: \(reason)"
        case .enter(let folder): "the command was not started: its working directory \(folder): \(reason)"
        case .execute(let path): "the command was not started: \(path): \(reason)"
        }
    }
}
