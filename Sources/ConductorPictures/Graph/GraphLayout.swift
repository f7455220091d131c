/// Where everything of a graph is, in pixels from its upper left corner: phases below each other, in each its tasks from
/// top to bottom, gates between them, and the way back at the right.
struct GraphLayout {
    struct Frame: Hashable {
        var x: Int
        var y: Int
        var width: Int
        var height: Int

        var right: Int { x + width }
        var bottom: Int { y + height }
        var middle: Int { x + width / 2 }
    }

    struct Band {
        var title: String
        var frame: Frame
        /// Nil for what never runs.
        var phase: Int?
    }

    struct Box {
        var task: Int
        var frame: Frame
    }

    struct Gate {
        var phase: Int
        var frame: Frame
    }

    /// From the lower side of one box to the upper side of another.
    struct Edge {
        var from: (x: Int, y: Int)
        var to: (x: Int, y: Int)
        /// Where it passes boxes that are between.
        var channel: (x: Int, top: Int, bottom: Int)?
    }

    static let boxWidth = 184
    static let boxHeight = 46
    private static let columnGap = 16
    private static let rowGap = 30
    private static let padding = 16
    private static let header = 34
    private static let margin = 2
    private static let gateHeight = 28
    private static let gateWidth = 320
    private static let bandGap = 34
    /// At the right, for the way back.
    private static let gutter = 40
    /// More would be a grey area, and a page without bounds.
    static let maximumEdges = 4000

    private(set) var bands: [Band] = []
    private(set) var boxes: [Box] = []
    private(set) var gates: [Gate] = []
    private(set) var edges: [Edge] = []
    private(set) var omittedEdges = 0
    private(set) var width = 0
    private(set) var height = 0
    /// Of a band, without what is outside.
    private var bandWidth = 0
    /// From top to bottom: where each row of boxes is, and where its boxes begin.
    private var rows: [(y: Int, starts: [Int])] = []

    /// - Parameter columns: How many tasks stand beside each other at most.
    init(_ graph: WorkflowGraph, columns: Int = 4) {
        let layers = GraphLayers(graph).phases
        let rows = graph.busyPhases.map { (phase: $0, rows: Self.rows(layers[$0] ?? [], columns)) }
        let unscheduled = Self.rows([graph.unscheduled], columns)
        // Never narrower than a gate and the title of the way back.
        let widest = max(2, (rows.flatMap(\.rows) + unscheduled).map(\.count).max() ?? 0)
        bandWidth = 2 * Self.padding + widest * (Self.boxWidth + Self.columnGap) - Self.columnGap
        var y = Self.margin
        for (place, phase) in rows.enumerated() {
            let isLast = place == rows.count - 1
            y = addBand(graph.phases[phase.phase].name, phase.phase, phase.rows, at: y)
            guard !isLast else { continue }
            y += graph.phases[phase.phase].gate == nil ? Self.bandGap : addGate(phase.phase, at: y)
        }
        if !unscheduled.isEmpty {
            y = addBand("never runs: no phase", nil, unscheduled, at: rows.isEmpty ? y : y + Self.bandGap / 2)
        }
        width = bandWidth + 2 * Self.margin + (graph.loop == nil ? 0 : Self.gutter)
        height = y + Self.margin
        addEdges(graph)
    }

    private static func rows(_ layers: [[Int]], _ columns: Int) -> [[Int]] {
        layers.flatMap { layer in
            stride(from: 0, to: layer.count, by: max(1, columns)).map { start in
                Array(layer[start..<min(layer.count, start + max(1, columns))])
            }
        }
    }

    /// The lower end of what was added.
    private mutating func addBand(_ title: String, _ phase: Int?, _ rows: [[Int]], at top: Int) -> Int {
        var y = top + Self.header
        for row in rows {
            let content = row.count * (Self.boxWidth + Self.columnGap) - Self.columnGap
            let first = Self.margin + (bandWidth - content) / 2
            let starts = row.indices.map { first + $0 * (Self.boxWidth + Self.columnGap) }
            for (task, x) in zip(row, starts) {
                boxes.append(Box(task: task, frame: Frame(x: x, y: y, width: Self.boxWidth, height: Self.boxHeight)))
            }
            self.rows.append((y, starts))
            y += Self.boxHeight + Self.rowGap
        }
        let bottom = y - Self.rowGap + Self.padding
        bands.append(
            Band(
                title: title, frame: Frame(x: Self.margin, y: top, width: bandWidth, height: bottom - top),
                phase: phase))
        return bottom
    }

    /// How much room it takes.
    private mutating func addGate(_ phase: Int, at top: Int) -> Int {
        let space = Self.bandGap / 2
        gates.append(
            Gate(
                phase: phase,
                frame: Frame(
                    x: Self.margin + (bandWidth - Self.gateWidth) / 2, y: top + space, width: Self.gateWidth,
                    height: Self.gateHeight)))
        return Self.gateHeight + 2 * space
    }

    private mutating func addEdges(_ graph: WorkflowGraph) {
        let frames = Dictionary(boxes.map { ($0.task, $0.frame) }) { first, _ in first }
        for (index, task) in graph.tasks.enumerated() {
            guard let to = frames[index] else { continue }
            for need in task.needs {
                guard let from = frames[need] else { continue }
                guard edges.count < Self.maximumEdges else {
                    omittedEdges += 1
                    continue
                }
                var edge = Edge(from: (from.middle, from.bottom), to: (to.middle, to.y))
                edge.channel = channel(for: edge)
                edges.append(edge)
            }
        }
    }

    /// The nearest way straight down between the boxes of all rows that an edge passes; nil where it passes none.
    private func channel(for edge: Edge) -> (x: Int, top: Int, bottom: Int)? {
        let passed = rows.filter { $0.y > edge.from.y && $0.y + Self.boxHeight < edge.to.y }
        guard let first = passed.first, let last = passed.last else { return nil }
        // Rows have the same few places.
        let starts = Set(passed.flatMap(\.starts))
        let beside = Self.columnGap / 2
        let ways = starts.flatMap { [$0 - beside, $0 + Self.boxWidth + beside] } + [edge.from.x, edge.to.x]
        let free = ways.filter { way in
            starts.allSatisfy { way < $0 || way > $0 + Self.boxWidth }
        }
        let nearest = free.min { a, b in
            func detour(_ x: Int) -> Int { abs(x - edge.from.x) + abs(x - edge.to.x) }
            return (detour(a), a) < (detour(b), b)
        }
        return nearest.map { ($0, first.y - 4, last.y + Self.boxHeight + 4) }
    }
}
