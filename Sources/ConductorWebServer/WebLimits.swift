/// What a server takes from those who connect.
package struct WebLimits: Sendable {
    /// Connections at once, those included whose page is still in the making; further ones are closed as they come.
    package var connections = 64
    /// Of these, so many may be told of changes; further ones are answered 503.
    package var streams = 32
    /// Bytes of a request's first line.
    package var requestLineBytes = 2048
    /// Headers of a request.
    package var headers = 64
    /// Bytes of a request's first line and headers, with the ends of their lines.
    package var headBytes = 16 << 10
    /// How long a request may take to come, from its first byte.
    package var arrival = Duration.seconds(10)
    /// How long a connection may be open without a request.
    package var idle = Duration.seconds(30)
    /// How long a reader may take for the next 64 KiB.
    package var stall = Duration.seconds(30)
    /// How long a connection that was told why it is closed may take to close its side.
    package var farewell = Duration.seconds(1)
    /// How long answers under way may take when the server stops.
    package var stopping = Duration.seconds(5)

    package init() {}
}
