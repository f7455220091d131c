import ConductorProcess
import Testing

@Suite("The limit on threads")
struct ThreadLimitTests {
    @Test("allows as many as can be started, time and again")
    func required() throws {
        for _ in 0..<3 { try ThreadLimit.require(8) }
    }

    @Test("that is too low is told in words")
    func words() {
        let error = ThreadLimit.TooLow(possible: 3, needed: 8)
        #expect(
            "\(error)"
                == "only 3 more threads can be started in this process, and it needs 8; ulimit -u and ulimit -v, "
                + "or the service's TasksMax=, allow more")
    }
}
