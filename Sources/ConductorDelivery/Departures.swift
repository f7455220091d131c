import ConductorEngine

/// What may leave and has not left yet. It leaves in its order: nothing that is let out later overtakes it.
package struct Departures {
    package enum Departure {
        case output(Output)
        /// All that came before it has left.
        case afterwards(() -> Void)
    }

    private struct Group {
        var outputs: [Output]
        var afterwards: [() -> Void]
        /// How many have left, of both together.
        var gone = 0
    }

    /// Few: one for each batch whose turn has not come.
    private var groups: [Group] = []

    package init() {}

    package var isEmpty: Bool { groups.isEmpty }

    package mutating func append(_ outputs: [Output], afterwards: [() -> Void] = []) {
        guard !outputs.isEmpty || !afterwards.isEmpty else { return }
        if let last = groups.indices.last, groups[last].afterwards.isEmpty {
            groups[last].outputs += outputs
            groups[last].afterwards = afterwards
        } else {
            groups.append(Group(outputs: outputs, afterwards: afterwards))
        }
    }

    /// - Returns: what leaves next; nil where nothing waits.
    package mutating func next() -> Departure? {
        guard let first = groups.first else { return nil }
        groups[0].gone += 1
        if first.gone + 1 == first.outputs.count + first.afterwards.count { groups.removeFirst() }
        return first.gone < first.outputs.count
            ? .output(first.outputs[first.gone]) : .afterwards(first.afterwards[first.gone - first.outputs.count])
    }
}
