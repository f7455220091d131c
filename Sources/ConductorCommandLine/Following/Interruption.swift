import ConductorClient

/// What is told of a connection that is made anew.
package enum Interruption {
    package static let ended = "conductord is back"

    /// Once for each interruption: that nobody answers yet is not told again.
    package static func sentence(_ error: any Error) -> String? {
        if case ConnectionFault.notReachable? = error as? ConnectionFault { return nil }
        return "\(Failure(error).message); waiting for it to come back"
    }
}
