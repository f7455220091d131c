/// What a command's guard says at its end; `conductor_guard.h` lists the lines.
struct CommandReport: Hashable, Sendable {
    static let maximumBytes = 64 << 10

    enum Ending: Hashable, Sendable {
        case exited(CInt)
        case signalled(CInt)
        /// Never begun; `step` is fork, chdir or exec.
        case notStarted(step: String, errno: CInt)
        /// The guard itself was ended.
        case unknown
    }

    struct Leftover: Hashable, Sendable {
        let id: Int
        let name: String
    }

    var ending = Ending.unknown
    /// The first of those that the command left running.
    var leftovers: [Leftover] = []
    var leftoverCount = 0
    var usage = CommandUsage()

    init(_ bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            read(line.split(separator: " ", maxSplits: 2).map(String.init))
        }
    }

    private mutating func read(_ words: [String]) {
        guard words.count > 1 else { return }
        let last = words.last ?? ""
        switch words[0] {
        case "cannot": ending = .notStarted(step: words[1], errno: CInt(last) ?? 0)
        case "left": leftovers.append(Leftover(id: Int(words[1]) ?? 0, name: words.count > 2 ? last : ""))
        case "leftover": leftoverCount = Int(last) ?? 0
        case "exited": ending = .exited(CInt(last) ?? 0)
        case "signalled": ending = .signalled(CInt(last) ?? 0)
        case "cpu": usage.cpuMicroseconds = Int64(last)
        case "memory": usage.memoryPeakBytes = Int64(last)
        case "oom": usage.oomKills = Int64(last) ?? 0
        // Of a guard of another version there is none: it is the same program.
        default: break
        }
    }

    /// For the task's log; nil where nothing was left.
    var leftoverSentence: String? {
        guard leftoverCount > 0 else { return nil }
        let names = leftovers.map { "\($0.name) (\($0.id))" } + (leftoverCount > leftovers.count ? ["…"] : [])
        let subject =
            leftoverCount == 1
            ? "1 process that the command left running was ended"
            : "\(leftoverCount) processes that the command left running were ended"
        return "\(subject): \(names.joined(separator: ", "))"
    }
}
