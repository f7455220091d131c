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
        /// The command is a script, and the program that its first line names is not there.
        case noInterpreter(String)
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
        case .noInterpreter(let name):
            "\(command) needs \(name.filter { $0 != "\r" }), which its first line names, and which is not there"
                + (name.hasSuffix("\r") ? " with a carriage return in its name: the line ends as on Windows" : "")
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
            return try checked(path, name)
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        // An empty entry is the folder that one is in.
        for folder in path.split(separator: ":", omittingEmptySubsequences: false) where !name.isEmpty {
            let candidate = absolute(folder.isEmpty ? name : "\(folder)/\(name)")
            if isExecutable(candidate) { return try checked(candidate, name) }
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

    private static func checked(_ path: String, _ name: String) throws(CommandNotRunnable) -> String {
        guard let interpreter = missingInterpreter(of: path) else { return path }
        throw CommandNotRunnable(command: name, reason: .noInterpreter(interpreter))
    }

    /// What the first line of a script names after `#!`, where there is no such program. The kernel says only that
    /// something is missing, and the script itself is there.
    static func missingInterpreter(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        // As much as the kernel reads, BINPRM_BUF_SIZE.
        var line = [UInt8](repeating: 0, count: 256)
        line.removeLast(line.count - fread(&line, 1, line.count, file))
        guard line.starts(with: "#!".utf8) else { return nil }
        let blanks = " \t".utf8
        let name = line.dropFirst(2).drop { blanks.contains($0) }.prefix { !blanks.contains($0) && $0 != 10 && $0 != 0 }
        let interpreter = String(decoding: name, as: UTF8.self)
        return interpreter.hasPrefix("/") && access(interpreter, X_OK) != 0 ? interpreter : nil
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
