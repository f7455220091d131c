import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Replies")
struct ReplyRoundTripTests {
    @Test("there is a sample of every method's reply")
    func complete() {
        #expect(Set(replySamples.map(\.method)) == Set(Method.all.map(\.description)))
    }

    @Test("what the daemon writes, the client reads as the same", arguments: replySamples)
    func roundTrip(sample: ReplySample) throws {
        let read = try result(Message.reply(sample.reply, id: .integer(1)))
        #expect(read.text.string == sample.result)
        #expect(try sample.rewritten(read) == sample.result)
    }

    @Test("what only a newer daemon says is passed over, at every depth", arguments: replySamples)
    func newer(sample: ReplySample) throws {
        let text = try Tree(parsing: sample.result).withStrangers(opaque: sample.opaque).text
        let read = try result(Array(#"{"jsonrpc":"2.0","id":1,"result":\#(text),"stranger":1}"#.utf8))
        #expect(try sample.rewritten(read) == sample.result)
    }

    @Test("a reply whose first member is of the wrong type is refused with the place", arguments: replySamples)
    func wrongType(sample: ReplySample) throws {
        let whole = try Tree(parsing: sample.result)
        // Neither is read: one follows from other members, the other is for people.
        let derived: Set<String> = ["valid", "recorded"]
        guard case .object(let members) = whole, let first = members.first(where: { !derived.contains($0.key) }),
            !sample.opaque.contains(first.key)
        else { return }
        let wrong: Tree =
            switch first.value {
            case .object, .array: .scalar("7")
            case .scalar(let text): .scalar(text.hasPrefix("\"") ? "[]" : #""7""#)
            }
        let text = whole.replacing([.member(first.key)], with: wrong).text
        let read = try result(Array(#"{"id":1,"result":\#(text)}"#.utf8))
        let error = #expect(throws: JSONFieldError.self) { try sample.rewritten(read) }
        #expect(error?.field.hasPrefix(first.key) == true)
    }

    @Test("words that only a newer daemon knows do not hide a row")
    func newerWords() throws {
        let task = try Tree(parsing: TaskListEntry(Sample.waiting).jsonText.string)
            .replacing([.member("status")], with: .scalar(#""dreaming""#))
            .replacing([.member("waiting"), .member("reason")], with: .scalar(#""moon""#))
        let read = try TaskListEntry(json: JSONText(parsing: task.text).parsed())
        #expect(read.status == .other("dreaming"))
        #expect(read.status.known == nil)
        #expect(read.waiting?.reason.text == "moon")
        #expect(read.waiting?.message == "no agent")
        #expect(read.jsonText.string == task.text)
        #expect(Word<TaskStatus>(.inProgress).text == "in_progress")
    }

    private func result(_ body: [UInt8]) throws -> JSONValue {
        switch try ClientMessage(parsing: body) {
        case .result(.integer(1), let result): result
        case .result, .refusal, .notification: throw NoResult()
        }
    }

    private struct NoResult: Error {}
}

@Suite("Notifications")
struct NotificationRoundTripTests {
    @Test(
        "what the daemon writes, the client reads, and passes over what only a newer one says",
        arguments: [false, true])
    func roundTrip(isNewer: Bool) throws {
        guard case .execute(let assignment) = try read(.execute(Sample.assignment), isNewer) else { throw Other() }
        #expect(assignment.jsonText == Sample.assignment.jsonText)

        let cancellation = AttemptCancellation(
            taskID: Sample.task, workflowID: Sample.id("w"), attempt: 2, reason: "timeout")
        guard
            case .cancel(cancellation) = try read(
                .cancel(taskID: Sample.task, workflowID: Sample.id("w"), attempt: 2, reason: "timeout"), isNewer)
        else { throw Other() }

        guard
            case .event("s", let event) = try read(
                .event(subscription: "s", Sample.event.jsonText, leftOut: 2), isNewer)
        else { throw Other() }
        #expect(event.sequence == 9)
        #expect(event.kind == "task.started")
        #expect(event.phase == .devops)
        #expect(event.data.text.string == #"{"k":1.0}"#)
        #expect(event.leftOut == 2)
        if !isNewer { #expect(event.text == Sample.event.jsonText) }

        guard case .event("s", let live) = try read(.event(subscription: "s", Sample.liveEvent.jsonText), isNewer)
        else {
            throw Other()
        }
        #expect(live.position == .live)
        #expect(live.leftOut == 0)
        if !isNewer { #expect(live.text == Sample.liveEvent.jsonText) }

        guard case .busMessage("c", let message) = try read(.busMessage(channel: "c", Sample.message), isNewer)
        else { throw Other() }
        #expect(message.jsonText == Sample.message.jsonText)

        guard case .stopping = try read(.stopping, isNewer) else { throw Other() }
    }

    @Test("a notification that only a newer daemon knows is unknown")
    func unknown() throws {
        let params = try JSONText.emptyObject.parsed()
        guard case .unknown = try ReceivedNotification(method: "daemon.dreaming", params: params) else {
            throw Other()
        }
    }

    private func read(_ notification: Notification, _ isNewer: Bool) throws -> ReceivedNotification {
        var body = Message.notification(notification)
        if isNewer {
            let opaque = MethodSample.opaque.union(["feedback", "data"])
            body = Array(try Tree(parsing: text(body)).withStrangers(opaque: opaque).text.utf8)
        }
        guard case .notification(let method, let params) = try ClientMessage(parsing: body) else { throw Other() }
        return try ReceivedNotification(method: method, params: params)
    }

    private struct Other: Error {}
}

extension Tree {
    /// With a member that nobody knows in every object, but in those whose keys are data.
    fileprivate func withStrangers(opaque: Set<String>) -> Tree {
        let stranger = Tree.scalar(#"{"and":[1]}"#)
        let objects = places(opaque: opaque).filter { path, value in
            guard case .object = value else { return false }
            guard case .member(let name)? = path.last else { return true }
            return !opaque.contains(name) && !["task_results", "outputs", "missing_outputs"].contains(name)
        }
        return objects.reduce(replacing([.member("stranger")], with: stranger)) { tree, place in
            tree.replacing((place.path + [.member("stranger")])[...], with: stranger)
        }
    }
}
