/// How much of a value is written, where all of it would be too long for its reader.
///
/// Most values know one way to be written. Those that may grow large leave more out with each level, and say so.
public enum JSONDetail: Int, CaseIterable, Comparable, Sendable {
    case whole
    /// Without what is long and can be read elsewhere.
    case outline
    /// Only what is short whatever the value is.
    case least

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
