import ConductorJSON
import ConductorModel
import Testing

@Suite("A breaker")
struct BreakerTests {
    private static let later = noon + .seconds(60)

    @Test(
        "goes from state to state, and tells where that is worth telling",
        arguments: [
            Step(.closed(failures: 0), .failure, .closed(failures: 1)),
            Step(.closed(failures: 3), .failure, .closed(failures: 4)),
            Step(.closed(failures: 4), .failure, .open(at: later, failures: 5), .opened),
            Step(.open(at: noon, failures: 5), .failure, .open(at: noon, failures: 5)),
            Step(
                .halfOpen(openedAt: noon, failures: 5, successes: 1), .failure, .open(at: later, failures: 5), .opened),
            Step(.closed(failures: 4), .success, .closed(failures: 0)),
            Step(.open(at: noon, failures: 5), .success, .open(at: noon, failures: 5)),
            Step(
                .halfOpen(openedAt: noon, failures: 5, successes: 0), .success,
                .halfOpen(openedAt: noon, failures: 5, successes: 1)),
            Step(.halfOpen(openedAt: noon, failures: 5, successes: 1), .success, .closed(failures: 0), .closed),
            Step(.closed(failures: 2), .time, .closed(failures: 2)),
            Step(
                .open(at: noon, failures: 5), .time, .halfOpen(openedAt: noon, failures: 5, successes: 0), .halfOpened),
            Step(
                .halfOpen(openedAt: noon, failures: 5, successes: 1), .time,
                .halfOpen(openedAt: noon, failures: 5, successes: 1)),
            Step(.closed(failures: 4), .reset, .closed(failures: 0)),
            Step(.open(at: noon, failures: 5), .reset, .closed(failures: 0), .closed),
            Step(.halfOpen(openedAt: noon, failures: 5, successes: 1), .reset, .closed(failures: 0), .closed),
        ])
    func transitions(step: Step) throws {
        let settings = BreakerSettings()
        var breaker = Breaker(agentID: try agentID("a"), state: step.before)
        let told: Breaker.Transition? =
            switch step.input {
            case .failure: breaker.failed(at: Self.later, settings)
            case .success: breaker.succeeded(settings)
            case .time: breaker.tryAgain()
            case .reset: breaker.reset()
            }
        #expect(breaker.state == step.after)
        #expect(told == step.told)
    }

    @Test("opens and closes by the numbers it is given")
    func settings() throws {
        var settings = BreakerSettings()
        settings.failuresToOpen = 1
        settings.successesToClose = 1
        var breaker = Breaker(agentID: try agentID("a"))
        #expect(breaker.failed(at: noon, settings) == .opened)
        #expect(breaker.state == .open(at: noon, failures: 1))
        #expect(breaker.tryAgain() == .halfOpened)
        #expect(breaker.succeeded(settings) == .closed)
        // One that had counted further under other numbers opens at the next error.
        breaker = Breaker(agentID: try agentID("a"), state: .closed(failures: 3))
        #expect(breaker.failed(at: noon, settings) == .opened)
        #expect(breaker.state == .open(at: noon, failures: 4))
    }

    @Test(
        "is read as it was written",
        arguments: [
            (Breaker.State.closed(failures: 0), #""state":"closed","failure_count":0,"success_count":0}"#),
            (.closed(failures: 4), #""state":"closed","failure_count":4,"success_count":0}"#),
            (
                .open(at: noon, failures: 5),
                #""state":"open","failure_count":5,"success_count":0,"opened_at":"2026-01-31T12:00:00.000001Z"}"#
            ),
            (
                .halfOpen(openedAt: noon, failures: 5, successes: 1),
                #""state":"half_open","failure_count":5,"success_count":1,"opened_at":"2026-01-31T12:00:00.000001Z"}"#
            ),
        ])
    func text(state: Breaker.State, text: String) throws {
        let breaker = Breaker(agentID: try agentID("a"), state: state)
        #expect(breaker.jsonText.string == #"{"agent_id":"a","# + text)
        #expect(try Breaker(json: breaker.jsonText.parsed()) == breaker)
    }

    @Test("that is open is not read without the time at which it opened", arguments: ["open", "half_open"])
    func incomplete(state: String) throws {
        let error = try fieldError(reading: Breaker.self, #"{"agent_id":"a","state":"\#(state)"}"#)
        #expect(error?.field == "opened_at")
    }

    struct Step: Sendable {
        enum Input: Sendable {
            case failure, success, time, reset
        }

        let before: Breaker.State
        let input: Input
        let after: Breaker.State
        let told: Breaker.Transition?

        init(_ before: Breaker.State, _ input: Input, _ after: Breaker.State, _ told: Breaker.Transition? = nil) {
            self.before = before
            self.input = input
            self.after = after
            self.told = told
        }
    }
}
