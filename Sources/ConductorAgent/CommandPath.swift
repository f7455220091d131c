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
        /// The folder that it would run in is none; the command is that folder.
        case notFolder
    }

    public let command: String
    public let reason: Reason

    public var description: String {
        switch reason {
        case .missing: "no command was given: it follows \"--\""
        case .notFound where command.contains("/"): "there is no command \(command)" + hint
        case .notFound: "there is no command \(command) in any folder of $PATH"
        case .notExecutable: "\(command) is not executable: it needs to be a file with permission x"
        case .notFolder: "there is no folder \(command) that the command could run in" + hint
        }
    }

    private var hint: String {
        command.hasPrefix("~") || command.contains("/~") ? ": \"~\" is a name like any other, no shell reads it" : ""
    }
}

package enum CommandPath {
    /// The file that `name` stands for, looked up as a shell does: an absolute path.
    package static func resolve(_ name: String) throws(CommandNotRunnable) -> String {
        if name.contains("/") {
            let path = absolute(name)
            guard access(path, F_OK) == 0 else { throw CommandNotRunnable(command: name, reason: .notFound) }
            guard isExecutable(path) else { throw CommandNotRunnable(command: name, reason: .notExecutable) }
            return path
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        // An empty entry is the folder that one is in.
        for folder in path.split(separator: ":", omittingEmptySubsequences: false) where !name.isEmpty {
            let candidate = absolute(folder.isEmpty ? name : "\(folder)/\(name)")
            if isExecutable(candidate) { return candidate }
        }
        throw CommandNotRunnable(command: name, reason: .notFound)
    }

    /// A folder that a command can run in: an absolute path.
    package static func folder(_ name: String) throws(CommandNotRunnable) -> String {
        var status = stat()
        let path = absolute(name)
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, access(path, X_OK) == 0 else {
            throw CommandNotRunnable(command: name, reason: .notFolder)
        }
        return path
    }

    /// As seen from the folder that this program is in now.
    package static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(cString: here))/\(path)"
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
