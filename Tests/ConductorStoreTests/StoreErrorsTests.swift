import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorStore
import Testing

@Suite("What a store keeps of errors")
struct StoreErrorsTests {
    @Test("are the breakers that have something to tell", arguments: Backend.allCases)
    func breakers(backend: Backend) throws {
        try backend.withStore { store in
            let open = try Breaker.of("b", .open(at: time, failures: 5))
            let counting = try Breaker.of("a", .closed(failures: 3))
            try store.commit([.breakerSaved(open), .breakerSaved(counting)])
            #expect(try store.load().breakers == [counting, open])
            let trial = try Breaker.of("b", .halfOpen(openedAt: time, failures: 5, successes: 1))
            try store.commit([.breakerSaved(trial), .breakerSaved(.of("a", .closed(failures: 0)))])
            #expect(try store.load().breakers == [trial])
        }
    }

    @Test("is a dead letter, byte for byte, whatever became of it", arguments: Backend.allCases)
    func letter(backend: Backend) throws {
        try backend.withStore { store in
            let states: [DeadLetter.State] = [
                .kept, .redriven(requestKey: nil), .redriven(requestKey: "k"), .discarded, .kept,
            ]
            for (index, state) in states.enumerated() {
                var letter = try DeadLetter.of("d", in: "w")
                letter.state = state
                try store.commit([.deadLetterSaved(letter)])
                let found = try #require(try store.deadLetter(letter.id), "\(index)")
                #expect(found.state == state)
                #expect(found.jsonText == letter.jsonText)
            }
            #expect(try store.deadLetter(#require(DeadLetterID("other"))) == nil)
        }
    }

    @Test("are pages of the letters that are kept, newest first and without a gap", arguments: Backend.allCases)
    func pages(backend: Backend) throws {
        try backend.withStore { store in
            try store.commit((1...7).map { .deadLetterSaved(try .of("d\($0)")) })
            for name in ["d2", "d6"] {
                var letter = try DeadLetter.of(name)
                letter.state = .discarded
                try store.commit([.deadLetterSaved(letter)])
            }
            var names: [[String]] = []
            var cursor: Int64?
            repeat {
                let page = try store.deadLetters(Page(limit: 2, before: cursor))
                names.append(page.records.map { "\($0.id)" })
                cursor = page.nextCursor
            } while cursor != nil
            #expect(names == [["d7", "d5"], ["d4", "d3"], ["d1"]])
        }
    }

    @Test("is what is left when one commit adds a letter and redrives it", arguments: Backend.allCases)
    func oneCommit(backend: Backend) throws {
        try backend.withStore { store in
            var letter = try DeadLetter.of("d")
            let added = Change.deadLetterSaved(letter)
            letter.state = .redriven(requestKey: "k")
            try store.commit([added, .deadLetterSaved(letter)])
            #expect(try store.deadLetter(letter.id)?.state == .redriven(requestKey: "k"))
            #expect(try store.deadLetters(Page()).records.isEmpty)
        }
    }
}

extension Breaker {
    static func of(_ agent: String, _ state: State) throws -> Breaker {
        Breaker(agentID: try #require(AgentID(agent)), state: state)
    }
}

extension DeadLetter {
    static func of(_ name: String, in workflow: String? = nil) throws -> DeadLetter {
        DeadLetter(
            id: try #require(DeadLetterID(name)), key: try .of("t", in: workflow), agentID: try #require(AgentID("a")),
            errorCode: "E", errorMessage: "m", attempt: 4, timestamp: time,
            task: try JSONText(parsing: #"{ "name":"t", "input_data":{"n":1.50}}"#))
    }
}
