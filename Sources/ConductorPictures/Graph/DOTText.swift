/// A graph in the language of Graphviz.
struct DOTText {
    private(set) var text: String

    init(_ graph: WorkflowGraph) {
        text = """
            digraph \(Self.quoted(graph.name)) {
              compound=true
              node [shape=box, style=rounded, fontname="sans-serif"]
              edge [color=gray40]

            """
        for phase in graph.busyPhases { write("cluster_\(phase)", graph.phases[phase].name, of: phase, graph) }
        if !graph.unscheduled.isEmpty {
            text += "  subgraph cluster_never {\n    label=\"never runs: no phase\"\n    style=dashed\n"
            for index in graph.unscheduled { write(index, graph) }
            text += "  }\n"
        }
        for (above, below) in zip(graph.busyPhases, graph.busyPhases.dropFirst()) { writeOrder(above, below, graph) }
        for (index, task) in graph.tasks.enumerated() {
            for need in task.needs { text += "  task\(need) -> task\(index)\n" }
        }
        writeLoop(graph)
        text += "}\n"
    }

    private mutating func write(_ cluster: String, _ title: String, of phase: Int, _ graph: WorkflowGraph) {
        text += "  subgraph \(cluster) {\n    label=\(Self.quoted(title))\n"
        for index in graph.tasks.indices where graph.tasks[index].phase == phase { write(index, graph) }
        text += "  }\n"
    }

    private mutating func write(_ index: Int, _ graph: WorkflowGraph) {
        let task = graph.tasks[index]
        let symbol = task.state.map { $0.mark.symbol + " " } ?? ""
        let label = "\(Self.escaped(symbol + task.name))\\n\(Self.escaped(task.detail))"
        let colour = task.state.map { ", color=\(Self.colour($0.mark.tone))" } ?? ""
        text += "    task\(index) [label=\"\(label)\"\(colour)]\n"
    }

    /// From the last tasks of a phase over its gate to the first ones of the next. Edges between clusters need tasks.
    private mutating func writeOrder(_ above: Int, _ below: Int, _ graph: WorkflowGraph) {
        let layers = GraphLayers(graph).phases
        guard let last = layers[above]?.last?.first, let first = layers[below]?.first?.first else { return }
        guard let gate = graph.phases[above].gate else {
            text += "  task\(last) -> task\(first) [ltail=cluster_\(above), lhead=cluster_\(below), style=bold]\n"
            return
        }
        text += "  gate\(above) [shape=hexagon, style=solid, label=\(Self.quoted(gate.label))]\n"
        text += "  task\(last) -> gate\(above) [ltail=cluster_\(above), style=bold]\n"
        text += "  gate\(above) -> task\(first) [lhead=cluster_\(below), style=bold]\n"
    }

    private mutating func writeLoop(_ graph: WorkflowGraph) {
        guard let loop = graph.loop, let from = graph.tasks.firstIndex(where: { $0.phase == loop.from }),
            let to = graph.tasks.firstIndex(where: { $0.phase == loop.to })
        else { return }
        text += """
              task\(from) -> task\(to) [ltail=cluster_\(loop.from), lhead=cluster_\(loop.to), style=dashed, \
            constraint=false, label=\(Self.quoted(loop.label))]

            """
    }

    private static func colour(_ tone: Mark.Tone) -> String {
        switch tone {
        case .good: "forestgreen"
        case .bad: "firebrick"
        case .doubtful: "darkgoldenrod"
        case .busy: "royalblue"
        case .faint: "gray60"
        }
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Within quotes a backslash begins an escape, and an ampersand the name of a character.
    private static func escaped(_ text: String) -> String {
        Escaping.visible(text).unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "&": escaped += "&amp;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
