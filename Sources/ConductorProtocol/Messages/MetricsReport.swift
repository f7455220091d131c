import ConductorJSON
import ConductorModel

/// The answer to `metrics.get`: the same samples as Prometheus text (exposition format 0.0.4) or as JSON.
public struct MetricsReport: Sendable {
    public enum Format: String, Vocabulary {
        case prometheus, json
    }

    public enum Kind: String, Sendable {
        case gauge, counter
    }

    public struct Family: Sendable {
        public var name: String
        public var help: String
        public var kind: Kind
        public var samples: [Sample]

        public init(_ name: String, _ help: String, _ kind: Kind, _ samples: [Sample]) {
            self.name = name
            self.help = help
            self.kind = kind
            self.samples = samples
        }
    }

    public struct Sample: Sendable {
        /// A label's name and value; nil for a family of one.
        public var label: (name: String, value: String)?
        public var value: Double

        public init(_ value: Double, label: (name: String, value: String)? = nil) {
            self.label = label
            self.value = value
        }
    }

    public var families: [Family]

    public init(families: [Family]) {
        self.families = families
    }

    /// Label values are words of Conductor's own: none needs an escape.
    public var prometheusText: String {
        families.map { family in
            let lines = family.samples.map { sample in
                let label = sample.label.map { "{\($0.name)=\"\($0.value)\"}" } ?? ""
                return "\(family.name)\(label) \(sample.value.jsonText)\n"
            }
            return "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind.rawValue)\n"
                + lines.joined()
        }.joined()
    }

    func writeMembers(to writer: inout JSONWriter, as format: Format) {
        switch format {
        case .prometheus: writer.member("text", prometheusText)
        case .json:
            writer.key("metrics")
            writer.object { writer in
                for family in families { write(family, to: &writer) }
            }
        }
    }

    private func write(_ family: Family, to writer: inout JSONWriter) {
        if family.samples.count == 1, let sample = family.samples.first, sample.label == nil {
            return writer.member(family.name, sample.value)
        }
        writer.key(family.name)
        writer.object { writer in
            for sample in family.samples { writer.member(sample.label?.value ?? "", sample.value) }
        }
    }
}
