import ConductorJSON
import ConductorModel

extension MetricsReport {
    public var prometheusText: String {
        var text = ""
        for family in families { family.write(to: &text) }
        return text
    }
}

extension MetricsReport.Family {
    fileprivate func write(to text: inout String) {
        text += "# HELP \(name) \(help.escaped(quotes: false))\n# TYPE \(name) \(typeName)\n"
        switch values {
        case .samples(_, let samples):
            for sample in samples { line("", [sample.label], sample.value, to: &text) }
        case .histograms(let histograms):
            for each in histograms {
                for bucket in each.histogram.buckets {
                    let bound = ("le", "\(bucket.bound.jsonText)")
                    line("_bucket", [each.label, bound], Double(bucket.count), to: &text)
                }
                line("_bucket", [each.label, ("le", "+Inf")], Double(each.histogram.count), to: &text)
                line("_sum", [each.label], each.histogram.sum, to: &text)
                line("_count", [each.label], Double(each.histogram.count), to: &text)
            }
        }
    }

    private var typeName: String {
        switch values {
        case .samples(let kind, _): kind.rawValue
        case .histograms: "histogram"
        }
    }

    private func line(_ suffix: String, _ labels: [MetricsReport.Label?], _ value: Double, to text: inout String) {
        let labels = labels.compactMap { $0 }.map { "\($0.name)=\"\($0.value.escaped(quotes: true))\"" }
        let set = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
        text += "\(name)\(suffix)\(set) \(value.jsonText)\n"
    }
}

extension String {
    /// As the format asks for it: a line ends neither in a help nor in a label.
    fileprivate func escaped(quotes: Bool) -> String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
