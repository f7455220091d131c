#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// There is nothing to execute.
public struct CommandNotRunnable: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        case missing
        case notFound
        case notExecutable
    }

    public let command: String
    public let reason: Reason

    public var description: String {
        switch reason {
        case .missing: "no command was given: it follows \"--\""
        case .notFound where command.contains("/"): "there is no command \(command)"
        case .notFound: "there is no command \(command) in any folder of $PATH"
        case .notExecutable: "\(command) is not executable: it needs to be a file with permission x"
        }
    }
}

package enum CommandPath {
    /// The file that `name` stands for, looked up as a shell does.
    package static func resolve(_ name: String) throws(CommandNotRunnable) -> String {
        if name.contains("/") {
            guard access(name, F_OK) == 0 else { throw CommandNotRunnable(command: name, reason: .notFound) }
            guard isExecutable(name) else { throw CommandNotRunnable(command: name, reason: .notExecutable) }
            return name
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") where !name.isEmpty {
            let candidate = "\(folder)/\(name)"
            if isExecutable(candidate) { return candidate }
        }
        throw CommandNotRunnable(command: name, reason: .notFound)
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    /// The same command, killed by the kernel when this process dies: nothing else can be between fork and exec, so
    /// `setpriv` asks for it. The thread that forks in Subprocess lives as long as the process, as the signal needs it.
    package static func withParentDeathSignal(_ command: [String]) -> (executable: String, arguments: [String]) {
        let setpriv = "/usr/bin/setpriv"
        guard isExecutable(setpriv) else { return (command.first ?? "", Array(command.dropFirst())) }
        return (setpriv, ["--pdeathsig", "KILL", "--"] + command)
    }
}
