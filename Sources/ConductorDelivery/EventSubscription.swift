import ConductorModel

/// Where one subscriber stands in the sequence of events: every event that fits its filter, once and in order.
///
/// A subscriber that is behind, or does not keep up, is not queued for: it reads the store page by page, as fast as
/// it takes them, until it has reached what is released.
package struct EventSubscription: Sendable {
    package enum State: Hashable, Sendable {
        /// It is sent what is released, as it is released.
        case live
        /// Later events are in the store, to be read when there is room.
        case behind
        /// A page of them is being read.
        case reading
    }

    package let id: String
    package let filter: EventFilter
    package private(set) var state: State
    /// The last sequence that it has been sent, or that did not fit its filter.
    package private(set) var position: Int64
    /// Live events since the last one that was sent, for which there was no room.
    private var leftOut = 0

    /// - Parameters:
    ///   - snapshot: the sequence that its snapshot shows; its events begin behind it unless the filter says earlier.
    package init(id: String, filter: EventFilter, snapshot: Int64) {
        self.id = id
        self.filter = filter
        position = min(filter.afterSequence ?? snapshot, snapshot)
        state = position < snapshot ? .behind : .live
    }

    /// An event is released.
    /// - Returns: whether to send it.
    package mutating func release(_ event: EventRecord, isWritable: Bool) -> Bool {
        guard case .live = state, event.sequence > position else { return false }
        guard isWritable else {
            state = .behind
            return false
        }
        position = event.sequence
        return filter.matches(event)
    }

    /// What is neither stored nor numbered is for those who are here now, and keep up; what they miss is counted.
    /// - Returns: whether to send it.
    package mutating func shows(_ event: LiveEvent, hasRoom: Bool) -> Bool {
        guard filter.matches(event) else { return false }
        guard state == .live, hasRoom else {
            leftOut += 1
            return false
        }
        return true
    }

    /// How many were left out before the event that is sent now.
    package mutating func takeLeftOut() -> Int {
        defer { leftOut = 0 }
        return leftOut
    }

    /// Begins to read a page where one is needed and there is room.
    /// - Returns: the sequence behind which the page begins.
    package mutating func startReading(isWritable: Bool) -> Int64? {
        guard case .behind = state, isWritable else { return nil }
        state = .reading
        return position
    }

    /// The page has come.
    /// - Parameters:
    ///   - last: the last sequence that was looked at for it.
    ///   - released: the last sequence that was released.
    /// - Returns: what to send of it.
    package mutating func endReading(_ page: [EventRecord], through last: Int64, released: Int64) -> [EventRecord] {
        guard case .reading = state else { return [] }
        position = max(position, last)
        state = position < released ? .behind : .live
        return page.filter(filter.matches)
    }
}
