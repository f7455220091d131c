import Glibc

/// The terminal while a view has it: keys come one by one and without echo, and Ctrl-C stays a signal. Put back as it was
/// by `end`, and where Ctrl-Z or Ctrl-\ stops the program. One at a time.
package struct TerminalHold: Sendable {
    package enum Screen: Sendable {
        /// Below what was printed.
        case normal
        /// The alternate screen: what it shows is gone when it ends.
        case alternate

        fileprivate var entering: StaticString {
            switch self {
            case .normal: ""
            case .alternate: "\u{1B}[?1049h\u{1B}[?25l"
            }
        }

        fileprivate var leaving: StaticString {
            switch self {
            case .normal: "\u{1B}[?7h"
            case .alternate: "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
            }
        }
    }

    private let screen: Screen
    /// Whether standard input is the terminal that is shown on.
    package let hasKeys: Bool

    /// Takes the terminal of standard output, and the keys of standard input where that is one too.
    package init(_ screen: Screen) {
        self.screen = screen
        var modes = termios()
        hasKeys = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &modes) == 0
        former.initialize(to: Former(modes: hasKeys ? modes : nil, leaving: screen.leaving))
        Self.onSignal(SIGTSTP) { _ in
            putBack()
            raise(SIGSTOP)
        }
        Self.onSignal(SIGQUIT) { number in
            putBack()
            Glibc.signal(number, SIG_DFL)
            raise(number)
        }
        enter()
    }

    /// The next key that was pressed; nil where none was. Keys that send several bytes, such as arrows, are passed over.
    /// - Returns: whether the program was stopped meanwhile and the screen is to be drawn anew.
    package func key() -> (key: Character?, isAnew: Bool) {
        guard hasKeys, isInForeground else { return (nil, false) }
        let isAnew = !isEntered
        if isAnew { enter() }
        var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 0) == 1 else { return (nil, isAnew) }
        var byte: UInt8 = 0
        guard read(STDIN_FILENO, &byte, 1) == 1 else { return (nil, isAnew) }
        if byte == 0x1B { skipSequence() }
        guard byte >= 0x20, byte < 0x7F else { return (nil, isAnew) }
        return (Character(UnicodeScalar(byte)), isAnew)
    }

    /// What came with an escape belongs to it.
    private func skipSequence() {
        var rest: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
        var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        if poll(&ready, 1, 0) == 1 { _ = read(STDIN_FILENO, &rest, rest.count) }
    }

    package func end() {
        putBack()
        for number in [SIGTSTP, SIGQUIT] { Self.onSignal(number, SIG_DFL) }
    }

    private func enter() {
        if var own = former.pointee.modes, isInForeground {
            own.c_lflag &= ~tcflag_t(ICANON | ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &own)
        }
        send(screen.entering)
    }

    /// A shell puts the terminal back for itself where the program is stopped.
    private var isEntered: Bool {
        var now = termios()
        return tcgetattr(STDIN_FILENO, &now) != 0 || now.c_lflag & tcflag_t(ICANON) == 0
    }

    /// What was ignored when the program began stays so.
    private static func onSignal(_ number: Int32, _ handler: sighandler_t?) {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0,
            unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                != unsafeBitCast(SIG_IGN, to: Int.self)
        else { return }
        signal(number, handler)
    }
}

private struct Former {
    /// Nil where standard input is no terminal.
    var modes: termios?
    let leaving: StaticString
}

// Unsafe: a signal's handler may take no lock. It is written before a handler is set, and does not move.
nonisolated(unsafe) private let former = UnsafeMutablePointer<Former>.allocate(capacity: 1)

/// To change the terminal from the background would stop the program.
private var isInForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }

/// May be called by a signal's handler.
private func putBack() {
    if var modes = former.pointee.modes, isInForeground { tcsetattr(STDIN_FILENO, TCSANOW, &modes) }
    send(former.pointee.leaving)
}

private func send(_ text: StaticString) {
    _ = write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}
