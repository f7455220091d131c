extension [Double] {
    /// The value of a sorted array below which this share of it lies (nearest rank); NaN without values.
    public func quantile(_ share: Double) -> Double {
        guard !isEmpty else { return .nan }
        return self[Int((share * Double(count - 1)).rounded())]
    }

    /// The middle one, or the mean of the two in the middle; NaN without values.
    public var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
