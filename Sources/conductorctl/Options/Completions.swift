import ArgumentParser
import ConductorClient
import ConductorCommandLine

extension CompletionKind {
    /// Ids and names that the daemon knows, with what stands after them where the shell shows it.
    static func known(_ kinds: Suggestions.Kind...) -> CompletionKind {
        .custom { words, _, prefix in
            let suggestions = Suggestions(CompletedLine(words).daemon)
            let shell = CompletionShell.requesting?.rawValue
            return await suggestions.all(kinds, beginningWith: prefix).map { $0.line(for: shell) }
        }
    }
}

/// The command line that is being completed, as far as it says which daemon is meant.
struct CompletedLine {
    let daemon: DaemonSocket

    /// - Parameter words: As they are typed, quotes and all.
    init(_ words: [String]) {
        func value(of option: String) -> String? {
            for (index, word) in words.enumerated() {
                if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
                if word == option, index + 1 < words.count { return words[index + 1] }
            }
            return nil
        }
        let socket = value(of: "--socket").map { $0.filter { !"'\"\\".contains($0) } }
        daemon = DaemonSocket(
            path: SocketPath.search(explicit: socket), uid: value(of: "--daemon-uid").flatMap(UInt32.init))
    }
}
