import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// What Conductor carries for others without reading it.
@Suite("Opaque values")
struct OpaqueValuesTests {
    @Test("a value comes back byte for byte", arguments: places)
    func unchanged(place: Place) throws {
        let value = place.wrapped(
            #"{ "z" : 1.0, "a":[ 1e2,-0,0.10, 12345678901234567890 ],"\u00e9":"\ud83d\ude00\/", "A":null , "":{} }"#)
        let request = try #require(try answer(to: place.method.rawValue, place.params(value)).request)
        let written = String(decoding: Message.request(request, id: .integer(1)), as: UTF8.self)
        #expect(written.contains(value))
    }

    @Test("a value may have as many bytes as its limit says, and not one more", arguments: places)
    func bytes(place: Place) throws {
        for (excess, isAllowed) in [(0, true), (1, false)] {
            let empty = place.wrapped(#"{"x":""}"#)
            let value = place.wrapped(
                #"{"x":"\#(String(repeating: "x", count: place.maximumBytes + excess - empty.utf8.count))"}"#)
            let step = try answer(to: place.method.rawValue, place.params(value))
            #expect((step.request != nil) == isAllowed)
            guard !isAllowed else { continue }
            let refused = try step.refusal
            #expect(refused?.field == place.field)
            #expect(refused?.reason == "must be at most \(place.maximumBytes) bytes")
        }
    }

    @Test("a value may nest 24 deep, and not one deeper", arguments: places)
    func depth(place: Place) throws {
        for (levels, isAllowed) in [(24, true), (25, false)] {
            let inner = place.isArray ? levels - 2 : levels - 1
            let value = place.wrapped(
                #"{"x":"# + String(repeating: "[", count: inner) + String(repeating: "]", count: inner) + "}")
            let step = try answer(to: place.method.rawValue, place.params(value))
            #expect((step.request != nil) == isAllowed, "\(levels)")
            guard !isAllowed else { continue }
            let refused = try step.refusal
            #expect(refused?.field == place.field)
            #expect(refused?.reason == "must be at most 24 deep")
        }
    }

    @Test("what is asked to be an object is refused where it is none", arguments: places)
    func kind(place: Place) throws {
        for value in [place.isArray ? "{}" : "[]", "1", "true", #""{}""#] {
            let refused = try answer(to: place.method.rawValue, place.params(value)).refusal
            #expect(refused?.field == place.field)
            #expect(refused?.reason == (place.isArray ? "must be an array" : "must be an object"))
        }
    }

    struct Place: Sendable, CustomTestStringConvertible {
        let method: Method
        let field: String
        var maximumBytes = Limits.valueBytes
        /// The value is an array; the tests' values then stand in it as its only element.
        var isArray = false

        var testDescription: String { "\(method.rawValue) \(field)" }

        func wrapped(_ value: String) -> String { isArray ? "[\(value)]" : value }

        func params(_ value: String) throws -> String {
            let sample = try #require(methodSamples.first { $0.method == method })
            return try Tree(parsing: sample.minimal).replacing(Tree.Path(field: field)[...], with: .scalar(value)).text
        }
    }

    static let places = [
        Place(method: .taskDispatch, field: "task.input_data"),
        Place(method: .taskDispatch, field: "task.metadata", maximumBytes: Limits.metadataBytes),
        Place(method: .taskComplete, field: "output_data"),
        Place(method: .taskComplete, field: "metadata", maximumBytes: Limits.metadataBytes),
        Place(method: .agentRegister, field: "metadata", maximumBytes: Limits.metadataBytes),
        Place(method: .workflowRun, field: "inputs"),
        Place(method: .workflowRun, field: "definition.metadata", maximumBytes: Limits.metadataBytes),
        Place(method: .workflowFeedback, field: "feedback.metrics"),
        Place(method: .busPublish, field: "message.payload"),
        Place(method: .busPublish, field: "message.metadata", maximumBytes: Limits.metadataBytes),
        Place(method: .workflowFeedback, field: "feedback.findings", isArray: true),
        Place(method: .workflowFeedback, field: "feedback.recommendations", isArray: true),
    ]
}
