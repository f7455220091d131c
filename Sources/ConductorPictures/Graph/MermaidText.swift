/// A graph in the language of Mermaid.
struct MermaidText {
    private(set) var text = "flowchart TB\n"

    init(_ graph: WorkflowGraph) {
        for phase in graph.busyPhases {
            let members = graph.tasks.indices.filter { graph.tasks[$0].phase == phase }
            write("phase\(phase)", graph.phases[phase].name, members, graph)
        }
        if !graph.unscheduled.isEmpty { write("never", "never runs: no phase", graph.unscheduled, graph) }
        for (above, below) in zip(graph.busyPhases, graph.busyPhases.dropFirst()) {
            guard let gate = graph.phases[above].gate else {
                text += "  phase\(above) ==> phase\(below)\n"
                continue
            }
            text += "  gate\(above){{\(Self.quoted(gate.label))}}\n"
            text += "  phase\(above) ==> gate\(above) ==> phase\(below)\n"
        }
        if let loop = graph.loop {
            text += "  phase\(loop.from) -. \(Self.quoted(loop.label)) .-> phase\(loop.to)\n"
        }
        for (index, task) in graph.tasks.enumerated() {
            for need in task.needs { text += "  task\(need) --> task\(index)\n" }
        }
        writeColours(graph)
    }

    private mutating func write(_ id: String, _ title: String, _ tasks: [Int], _ graph: WorkflowGraph) {
        text += "  subgraph \(id)[\(Self.quoted(title))]\n"
        for index in tasks {
            let task = graph.tasks[index]
            let symbol = task.state.map { $0.mark.symbol + " " } ?? ""
            let label = Self.escaped(symbol + task.name) + "<br/>" + Self.escaped(task.detail)
            text += "    task\(index)[\"\(label)\"]\n"
        }
        text += "  end\n"
    }

    private mutating func writeColours(_ graph: WorkflowGraph) {
        let states = TaskState.allCases.filter { state in graph.tasks.contains { $0.state == state } }
        for state in states {
            let members = graph.tasks.indices.filter { graph.tasks[$0].state == state }.map { "task\($0)" }
            text += "  classDef \(state.rawValue) stroke:\(Self.colour(state.mark.tone)),stroke-width:2px\n"
            text += "  class \(members.joined(separator: ",")) \(state.rawValue)\n"
        }
    }

    private static func colour(_ tone: Mark.Tone) -> String {
        switch tone {
        case .good: "#1f7a4d"
        case .bad: "#b3261e"
        case .doubtful: "#8a6100"
        case .busy: "#1560a8"
        case .faint: "#8a8f98"
        }
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// All but letters, digits and a few signs as the number of the character: what it means in quotes differs between
    /// Mermaid's versions.
    private static func escaped(_ text: String) -> String {
        Escaping.visible(text).unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", "-", "_", "/", ":":
                escaped.unicodeScalars.append(scalar)
            default:
                if scalar.isASCII { escaped += "#\(scalar.value);" } else { escaped.unicodeScalars.append(scalar) }
            }
        }
    }
}
