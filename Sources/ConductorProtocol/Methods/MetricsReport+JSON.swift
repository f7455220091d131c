import ConductorJSON
import ConductorModel

extension MetricsReport {
    /// By name; those that have labels by these within.
    public var json: JSONText {
        var writer = JSONWriter(reserving: 4096)
        writer.object { writer in
            for family in families { family.write(to: &writer) }
        }
        return writer.text
    }
}

extension MetricsReport.Family {
    fileprivate func write(to writer: inout JSONWriter) {
        switch values {
        case .samples(_, let samples): write(samples.map { ($0.label, $0.value) }, to: &writer)
        case .histograms(let histograms): write(histograms.map { ($0.label, $0.histogram) }, to: &writer)
        }
    }

    private func write(_ values: [(label: MetricsReport.Label?, value: some JSONWritable)], to writer: inout JSONWriter)
    {
        if values.count == 1, let single = values.first, single.label == nil {
            return writer.member(name, single.value)
        }
        writer.key(name)
        writer.object { writer in
            for (label, value) in values { writer.member(label?.value ?? "", value) }
        }
    }
}

extension Histogram: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("count", count)
            writer.member("sum", sum)
            writer.key("buckets")
            writer.object { writer in
                for bucket in buckets { writer.member("\(bucket.bound.jsonText)", bucket.count) }
            }
        }
    }
}
