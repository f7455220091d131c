import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The daemon's events from the first on, held against what must be true of every such history.
public struct EventHistory: Sendable {
    public private(set) var violations: [String] = []
    public private(set) var last: Int64 = 0
    private var digests: [Int] = []
    private var endings: [TaskKey: (count: Int, redrives: Int)] = [:]
    private var keptLetters = 0

    public init() {}

    public mutating func append(_ event: ClientEvent) {
        guard let sequence = event.sequence else { return }
        if sequence != last + 1 { violations.append("event \(sequence) follows event \(last)") }
        last = sequence
        digests.append(event.text.string.hashValue)
        switch EventKind(rawValue: event.kind) {
        case .taskCompleted, .taskFailed, .taskRejected, .taskCancelled, .taskSkipped: ended(event)
        case .deadLetterAdded: keptLetters += 1
        case .deadLetterRedriven:
            keptLetters -= 1
            if let id = event.taskID { endings[key(id, event), default: (0, 0)].redrives += 1 }
        case .deadLetterDiscarded: keptLetters -= 1
        default: break
        }
    }

    private mutating func ended(_ event: ClientEvent) {
        guard let id = event.taskID else { return }
        let key = key(id, event)
        endings[key, default: (0, 0)].count += 1
        if let ending = endings[key], ending.count > 1 + ending.redrives {
            violations.append("task \(key) ended \(ending.count) times after \(ending.redrives) redrives")
        }
    }

    private func key(_ id: TaskID, _ event: ClientEvent) -> TaskKey {
        TaskKey(workflowID: event.workflowID, taskID: id)
    }

    /// How many letters are kept after all this.
    public var letters: Int { keptLetters }

    /// Where this and what somebody else was told are not the same story.
    public func contradictions(of told: EventHistory) -> [String] {
        let pairs = zip(digests, told.digests).enumerated()
        let differing = pairs.first { $0.element.0 != $0.element.1 }
        let changed = differing.map { ["event \($0.offset + 1) is not the one that was told"] } ?? []
        return told.last > last ? changed + ["event \(told.last) was told, \(last) is the last"] : changed
    }
}

/// The events that a client was told while the daemon came and went.
actor Witness {
    private(set) var history = EventHistory()

    /// Follows until cancelled.
    func follow(_ socket: String) async {
        var filter = EventFilter()
        filter.afterSequence = 0
        let feed = EventFeed(
            filter, backoff: Backoff(initial: .milliseconds(5), maximum: .milliseconds(20)),
            connect: { try await .connect(socket: socket) })
        var events = feed.makeAsyncIterator()
        while let element = try? await events.next() {
            if case .event(let event) = element { history.append(event) }
        }
    }
}

extension EventHistory {
    /// All that the daemon has now.
    static func read(from socket: String) async throws -> EventHistory {
        var history = EventHistory()
        let end = try await ConductorClient.connect(socket: socket).subscribe().sequence
        var filter = EventFilter()
        filter.afterSequence = 0
        guard end > 0 else { return history }
        for try await element in EventFeed(socket: socket, filter) {
            guard case .event(let event) = element else { continue }
            history.append(event)
            if history.last >= end { break }
        }
        return history
    }
}
