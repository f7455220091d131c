import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Request parameters")
struct RequestParamsTests {
    @Test("there is a sample of every method")
    func complete() {
        #expect(methodSamples.map(\.method) == Method.all.map(\.description))
    }

    @Test("every method takes all members that it defines, and no more than it requires", arguments: methodSamples)
    func accepted(sample: MethodSample) throws {
        for params in [sample.full, sample.minimal] {
            let request = try answer(to: sample.method, params).request
            #expect(request?.methodName.description == sample.method, "\(params)")
        }
    }

    @Test("a request is written as it was read", arguments: methodSamples)
    func roundTrip(sample: MethodSample) throws {
        let read = try #require(try answer(to: sample.method, sample.full).request)
        let written = try JSONDocument(parsing: Message.request(read, id: .string("x"))).root
        let expected = try JSONText(parsing: requestText(sample.method, sample.full, id: #""x""#)).parsed()
        #expect(written.isEquivalent(to: expected), "\(written.text)")
    }

    @Test("a request of few members is written with its defaults, and read as the same again", arguments: methodSamples)
    func defaultsRoundTrip(sample: MethodSample) throws {
        let read = try #require(try answer(to: sample.method, sample.minimal).request)
        let written = Message.request(read, id: .integer(7))
        var connection = ServerConnection(limits: Limits())
        guard case .request(.integer(7), let again)? = connection.steps(after: frame(written)).first else {
            Issue.record("not read again")
            return
        }
        #expect(Message.request(again, id: .integer(7)) == written)
    }

    @Test("a member that is left out, or null, is missed only where it is required", arguments: methodSamples)
    func leftOut(sample: MethodSample) throws {
        let full = try Tree(parsing: sample.full)
        let minimal = try Tree(parsing: sample.minimal).places(opaque: MethodSample.opaque).map(\.path.field)
        let required = Set(minimal + sample.requiredWithin)
        for (path, _) in full.places(opaque: MethodSample.opaque) {
            guard case .member? = path.last, sample.method != "workflow.validate" else { continue }
            for replacement in [nil, Tree.scalar("null")] {
                let changed = full.replacing(path[...], with: replacement)
                let step = try answer(to: sample.method, changed.text)
                guard required.contains(path.field) else {
                    #expect(step.request != nil, "\(path.field)")
                    continue
                }
                let refused = try step.refusal
                #expect(refused?.code == .invalidParams, "\(path.field)")
                #expect(refused?.field == path.field)
                if replacement == nil { #expect(refused?.reason == "is required") }
            }
        }
    }

    @Test("a member of the wrong type is named by its path", arguments: methodSamples)
    func wrongType(sample: MethodSample) throws {
        let full = try Tree(parsing: sample.full)
        for (path, value) in full.places(opaque: MethodSample.opaque) where sample.method != "workflow.validate" {
            let wrong: Tree =
                switch value {
                case .object: .array([])
                case .array: .object([])
                case .scalar(let text): .scalar(text.hasPrefix("\"") ? "7" : #""7""#)
                }
            let refused = try answer(to: sample.method, full.replacing(path[...], with: wrong).text).refusal
            #expect(refused?.code == .invalidParams, "\(path.field)")
            #expect(refused?.field == path.field)
            #expect(refused?.reason?.hasPrefix("must be ") == true)
        }
    }

    @Test("a word that is no id, token, time or word of its vocabulary is named by its path", arguments: methodSamples)
    func wrongWord(sample: MethodSample) throws {
        let full = try Tree(parsing: sample.full)
        for (path, value) in full.places(opaque: MethodSample.opaque) {
            guard case .scalar(let text) = value, text.hasPrefix("\""), sample.method != "workflow.validate" else {
                continue
            }
            if case .member(let name)? = path.last, MethodSample.free.contains(name) { continue }
            if path.contains(.member("retryable_errors")) { continue }
            let changed = full.replacing(path[...], with: .scalar(#""no such word""#))
            let refused = try answer(to: sample.method, changed.text).refusal
            #expect(refused?.field == path.field, "\(path.field)")
        }
    }

    @Test("a member that is not defined is named by its path, at every depth", arguments: methodSamples)
    func unknownMember(sample: MethodSample) throws {
        let full = try Tree(parsing: sample.full)
        let places = [(path: Tree.Path(), value: full)] + full.places(opaque: MethodSample.opaque)
        for (path, value) in places where sample.method != "workflow.validate" || path.isEmpty {
            guard case .object = value else { continue }
            if case .member(let name)? = path.last, MethodSample.opaque.contains(name) { continue }
            let stranger = path + [.member("tiemout")]
            let changed = full.replacing(stranger[...], with: .scalar("1"))
            let refused = try answer(to: sample.method, changed.text).refusal
            #expect(refused?.code == .invalidParams, "\(stranger.field)")
            #expect(refused?.field == stranger.field)
            #expect(refused?.reason == "is an unknown key")
        }
    }

    @Test("a need that is no id is named by its place in the list")
    func place() throws {
        let params = #"{"definition":{"name":"w","tasks":[{"name":"a","needs":["b","b c"]}]}}"#
        #expect(try answer(to: "workflow.run", params).refusal?.field == "definition.tasks[0].needs[1]")
    }

    @Test("nobody may register as the coordinator, though one may ask for it")
    func coordinator() throws {
        let refused = try answer(to: "agent.register", #"{"agent_id":"coordinator","agent_type":"coding"}"#).refusal
        #expect(refused?.code == .invalidParams)
        #expect(refused?.field == "agent_id")
        #expect(try answer(to: "agent.get", #"{"agent_id":"coordinator"}"#).request != nil)
    }

    @Test("a channel has a name", arguments: ["bus.publish", "bus.subscribe", "bus.unsubscribe", "bus.request"])
    func channel(method: String) throws {
        let message = method.hasSuffix("subscribe") ? "" : #","message":{"message_type":"error","sender_id":"s"}"#
        #expect(try answer(to: method, #"{"channel":"x"\#(message)}"#).request != nil)
        #expect(try answer(to: method, #"{"channel":""\#(message)}"#).refusal?.field == "channel")
    }

    @Test("members are read in any order, and by escaped keys")
    func order() throws {
        let step = try answer(to: "task.get", #"{"w\u006frkflow_id":"w","task_id":"t"}"#)
        guard case .taskGet(let key)? = step.request else {
            Issue.record("no request")
            return
        }
        #expect(key.description == "w/t")
    }
}
