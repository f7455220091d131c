import CConductorProcess

/// The machine's wall clock, for programs that do without Foundation.
public enum WallClock {
    /// Since 1970.
    public static var microseconds: Int64 { conductor_wall_microseconds() }
}
