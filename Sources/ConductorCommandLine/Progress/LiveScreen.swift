import ConductorModel

/// What a live view shows below its head, and what keys do to it.
package struct LiveScreen: Sendable {
    /// What a key asks for.
    package enum Act: Hashable, Sendable {
        /// Leave the work to itself.
        case detach
        /// Cancel it; the user has said that it is meant.
        case cancel
    }

    package enum Pane: Hashable, Sendable {
        case tasks
        /// The ends of logs, as far as they have come.
        case logs([LogTail])
    }

    /// The end of one task's log.
    package struct LogTail: Hashable, Sendable {
        package var task: TaskID
        package var lines: [String]

        package init(task: TaskID, lines: [String]) {
            self.task = task
            self.lines = lines
        }
    }

    /// Which keys there are.
    package struct Keys: Hashable, Sendable {
        package var mayDetach: Bool
        package var mayCancel: Bool

        package init(mayDetach: Bool, mayCancel: Bool) {
            self.mayDetach = mayDetach
            self.mayCancel = mayCancel
        }
    }

    package private(set) var pane = Pane.tasks
    /// Whether the question is shown if the work is to be cancelled.
    package private(set) var asksToCancel = false
    /// Nil where there is no keyboard.
    package var keys: Keys?

    package init(keys: Keys? = nil) {
        self.keys = keys
    }

    package mutating func press(_ key: Character) -> Act? {
        guard let keys else { return nil }
        if asksToCancel {
            asksToCancel = false
            return key == "y" || key == "Y" ? .cancel : nil
        }
        switch key {
        case "q": return keys.mayDetach ? .detach : nil
        case "c": asksToCancel = keys.mayCancel
        case "l": pane = showsLogs ? .tasks : .logs([])
        default: break
        }
        return nil
    }

    package var showsLogs: Bool {
        switch pane {
        case .tasks: false
        case .logs: true
        }
    }

    /// What comes when logs are no longer shown is not.
    package mutating func show(_ tails: [LogTail]) {
        if showsLogs { pane = .logs(tails) }
    }

    /// What the keys do, from long to short.
    var hints: [String] {
        guard let keys else { return [] }
        let words = [
            keys.mayDetach ? "q detach" : nil, keys.mayCancel ? "c cancel" : nil, showsLogs ? "l tasks" : "l logs",
        ].compactMap { $0 }
        return [words.joined(separator: "  "), words.map { String($0.prefix(1)) }.joined(separator: " ")]
    }
}
