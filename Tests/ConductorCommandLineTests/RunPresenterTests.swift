import ConductorCommandLine
import Glibc
import Testing

@Suite("The presenter of a run")
struct RunPresenterTests {
    @Test("writes one thing after the other, whole, though its reader is slow and many want to say something")
    func turns() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        defer { close(reader) }
        let presenter = RunPresenter(.plain(PlainRenderer(style: .none)), output: Output(descriptor: writer))
        let remarks = (0..<40).map { String(repeating: "\($0 % 10)", count: 10_000) }
        let text = try await withThrowingTaskGroup(of: Void.self) { group in
            for remark in remarks { group.addTask { try await presenter.remark(remark) } }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while bytes.count < 40 * 10_001 {
                var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
                guard poll(&ready, 1, 0) > 0 else {
                    await Task.yield()
                    continue
                }
                let count = read(reader, &buffer, buffer.count)
                try #require(count > 0)
                bytes += buffer.prefix(count)
            }
            try await group.waitForAll()
            return String(decoding: bytes, as: UTF8.self)
        }
        close(writer)
        #expect(text.split(separator: "\n").map(String.init).sorted() == remarks.sorted())
    }
}
