import ConductorCommandLine
import Glibc
import Testing

/// A terminal of its own: what is written to `output` is seen on `screen`.
final class PseudoTerminal {
    let output: Output
    private(set) var screen: VirtualScreen
    private let master: Int32
    private let end: Int32
    private var rest: [UInt8] = []

    init(columns: Int, rows: Int) throws {
        var master: Int32 = -1, end: Int32 = -1
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&master, &end, nil, nil, &size) == 0)
        self.master = master
        self.end = end
        output = Output(following: end, name: "the terminal")
        screen = VirtualScreen(columns: columns, rows: rows)
    }

    deinit {
        close(master)
        close(end)
    }

    /// Shows what `body` writes.
    func show(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let output = output
        let writing = Task {
            try await body()
            // What is behind it has been read, too.
            try await output.send("\u{5}")
        }
        while !rest.contains(5) {
            var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 0) > 0 else {
                await Task.yield()
                continue
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(master, &buffer, buffer.count)
            try #require(count > 0)
            rest += buffer.prefix(count)
        }
        try await writing.value
        screen.show(String(decoding: rest.filter { $0 != 5 }, as: UTF8.self))
        rest = []
    }
}
