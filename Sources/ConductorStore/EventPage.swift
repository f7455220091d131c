import ConductorModel

/// A part of the events that follow a sequence.
public struct EventPage: Sendable {
    /// Those that fit the filter, oldest first.
    public var events: [EventRecord]
    /// The last event that was looked at: the next page begins after it.
    public var through: Int64

    public init(events: [EventRecord], through: Int64) {
        self.events = events
        self.through = through
    }
}
