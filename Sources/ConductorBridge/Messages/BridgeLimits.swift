/// The bounds between bridges.
public enum BridgeLimits {
    /// A message: an input or an output of 1 MiB with all that may stand beside it.
    public static let messageBytes = 8 << 20
    /// Claims that one host may have of another.
    public static let claims = 1_000
    /// Hosts that an owner keeps in mind.
    public static let hosts = 1_000
    /// Sessions, requests and reports are numbered as far as every reader of JSON is exact.
    public static let numbers = 0...(1 << 53 - 1)
}
