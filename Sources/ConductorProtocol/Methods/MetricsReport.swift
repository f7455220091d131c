import ConductorJSON
import ConductorModel

/// The daemon's samples, to be written as Prometheus text (exposition format 0.0.4) or as JSON.
public struct MetricsReport: Sendable {
    public enum Format: String, Vocabulary {
        case prometheus, json
    }

    public enum Kind: String, Sendable {
        case gauge, counter
    }

    public struct Family: Sendable {
        public enum Values: Sendable {
            case samples(Kind, [Sample])
            case histograms([LabelledHistogram])
        }

        public var name: String
        public var help: String
        public var values: Values

        public init(_ name: String, _ help: String, _ kind: Kind, _ samples: [Sample]) {
            self.name = name
            self.help = help
            values = .samples(kind, samples)
        }

        public init(_ name: String, _ help: String, _ histograms: [LabelledHistogram]) {
            self.name = name
            self.help = help
            values = .histograms(histograms)
        }
    }

    public typealias Label = (name: String, value: String)

    public struct Sample: Sendable {
        /// Nil for a family of one.
        public var label: Label?
        public var value: Double

        public init(_ value: Double, label: Label? = nil) {
            self.label = label
            self.value = value
        }
    }

    public struct LabelledHistogram: Sendable {
        /// Nil for a family of one.
        public var label: Label?
        public var histogram: Histogram

        public init(_ histogram: Histogram, label: Label? = nil) {
            self.label = label
            self.histogram = histogram
        }
    }

    public var families: [Family]

    public init(families: [Family]) {
        self.families = families
    }
}
