/// Draws a graph as SVG, by classes that a stylesheet colours.
struct GraphDrawing {
    private let graph: WorkflowGraph
    private let layout: GraphLayout
    private static let nameSize = 13.0
    private static let detailSize = 11.0

    init(_ graph: WorkflowGraph, columns: Int = 4) {
        self.graph = graph
        layout = GraphLayout(graph, columns: columns)
    }

    var width: Int { layout.width }

    /// What was left out; nil where all is shown.
    var omission: String? {
        layout.omittedEdges == 0 ? nil : "\(layout.omittedEdges) further dependencies are not drawn."
    }

    func write(to markup: inout Markup, standalone: Bool = false) {
        let size = "0 0 \(layout.width) \(layout.height)"
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "graph", "viewBox": size, "width": "\(layout.width)",
                "height": "\(layout.height)", "role": "group", "aria-label": "Graph of \(graph.name.clipped(to: 200))",
            ]
        ) { markup in
            if standalone {
                markup.element("title", text: graph.name.clipped(to: 200))
                markup.element("style") { markup in
                    markup.literal(Stylesheet.palette)
                    markup.literal(Stylesheet.graph)
                }
                markup.empty("rect", ["class": "page", "width": "100%", "height": "100%"])
            }
            for band in layout.bands { write(band, to: &markup) }
            writeOrder(to: &markup)
            for edge in layout.edges { write(edge, to: &markup) }
            for band in layout.bands { writeTitle(of: band, to: &markup) }
            for gate in layout.gates { write(gate, to: &markup) }
            for box in layout.boxes { write(box, to: &markup) }
        }
    }

    private func write(_ band: GraphLayout.Band, to markup: inout Markup) {
        let frame = band.frame
        markup.newline()
        markup.empty(
            "rect",
            [
                "class": band.phase == nil ? "band never" : "band", "x": "\(frame.x)", "y": "\(frame.y)",
                "width": "\(frame.width)", "height": "\(frame.height)", "rx": "8",
            ])
    }

    /// Above edges, which come in from other phases; into the first phase none does, so the way back is named there.
    private func writeTitle(of band: GraphLayout.Band, to markup: inout Markup) {
        let (left, right, y) = (band.frame.x + 16, band.frame.right - 16, "\(band.frame.y + 22)")
        let back = band.phase == nil ? nil : graph.loop.flatMap { $0.to == band.phase ? $0.label : nil }
        let room = Double(right - left) - (back.map { TextMeasure.width($0, size: 12) + 12 } ?? 0)
        let title = TextMeasure.fitted(Escaping.visible(band.title.clipped(to: 100)), width: room, size: 12.5)
        markup.element("text", ["class": "phase", "x": "\(left)", "y": y], text: title)
        guard let back else { return }
        markup.element("text", ["class": "back", "x": "\(right)", "y": y, "text-anchor": "end"], text: back)
    }

    /// From phase to phase, and back.
    private func writeOrder(to markup: inout Markup) {
        let bands = layout.bands.filter { $0.phase != nil }
        for (above, below) in zip(bands, bands.dropFirst()) {
            arrow(
                "order", from: (above.frame.middle, above.frame.bottom), to: (below.frame.middle, below.frame.y),
                &markup)
        }
        guard let loop = graph.loop, let from = bands.first(where: { $0.phase == loop.from })?.frame,
            let to = bands.first(where: { $0.phase == loop.to })?.frame
        else { return }
        let turn = from.right + 24
        let (start, end) = (from.y + 18, to.y + 18)
        markup.empty(
            "path",
            [
                "class": "loop",
                "d": """
                M\(from.right) \(start)H\(turn - 8)Q\(turn) \(start) \(turn) \(start - 8)V\(end + 8)\
                Q\(turn) \(end) \(turn - 8) \(end)H\(to.right + 3)
                """,
            ])
        markup.empty("path", ["class": "loop tip", "d": "M\(to.right + 9) \(end - 4)L\(to.right + 2) \(end)l7 4"])
    }

    private func write(_ edge: GraphLayout.Edge, to markup: inout Markup) {
        let (from, to) = (edge.from, edge.to)
        var way = "M\(from.x) \(from.y)"
        if let channel = edge.channel {
            way += Self.curve(from, (channel.x, channel.top)) + "V\(channel.bottom)"
            way += Self.curve((channel.x, channel.bottom), (to.x, to.y - 1))
        } else {
            way += Self.curve(from, (to.x, to.y - 1))
        }
        markup.empty("path", ["class": "edge", "d": way])
        tip("edge tip", at: to, &markup)
    }

    /// Leaves and arrives straight up and down.
    private static func curve(_ from: (x: Int, y: Int), _ to: (x: Int, y: Int)) -> String {
        let middle = (from.y + to.y) / 2
        return "C\(from.x) \(middle) \(to.x) \(middle) \(to.x) \(to.y)"
    }

    private func arrow(
        _ name: String, from: (x: Int, y: Int), to: (x: Int, y: Int), _ markup: inout Markup
    ) {
        markup.empty("path", ["class": name, "d": "M\(from.x) \(from.y)V\(to.y - 1)"])
        tip("\(name) tip", at: to, &markup)
    }

    private func tip(_ name: String, at point: (x: Int, y: Int), _ markup: inout Markup) {
        markup.empty("path", ["class": name, "d": "M\(point.x - 4) \(point.y - 7)L\(point.x) \(point.y - 1)l4 -6"])
    }

    private func write(_ gate: GraphLayout.Gate, to markup: inout Markup) {
        guard let asked = graph.phases[gate.phase].gate else { return }
        let frame = gate.frame
        let tone = asked.decision.map { " " + $0.mark.tone.rawValue } ?? ""
        markup.empty(
            "rect",
            [
                "class": "gate\(tone)", "x": "\(frame.x)", "y": "\(frame.y)", "width": "\(frame.width)",
                "height": "\(frame.height)", "rx": "\(frame.height / 2)",
            ])
        markup.element(
            "text",
            ["class": "gate\(tone)", "x": "\(frame.middle)", "y": "\(frame.y + 18)", "text-anchor": "middle"],
            text: asked.label)
    }

    private func write(_ box: GraphLayout.Box, to markup: inout Markup) {
        let task = graph.tasks[box.task]
        let frame = box.frame
        let state = task.state.map { ", \($0.mark.word)" } ?? ""
        let label = "\(task.name.clipped(to: 200))\(state), \(task.detail.clipped(to: 200))"
        markup.newline()
        // A viewport of its own: whatever the font, text ends at the box.
        markup.element(
            "svg",
            [
                "class": "task", "x": "\(frame.x)", "y": "\(frame.y)", "width": "\(frame.width)",
                "height": "\(frame.height)",
            ]
        ) { markup in
            guard let link = task.link else { return writeContent(of: task, label, to: &markup) }
            markup.element("a", ["href": link, "aria-label": label]) { writeContent(of: task, label, to: &$0) }
        }
    }

    private func writeContent(of task: WorkflowGraph.Task, _ label: String, to markup: inout Markup) {
        let mark = task.state?.mark
        let room = Double(GraphLayout.boxWidth - 22) - (mark == nil ? 0 : 18)
        markup.element("title", text: label)
        markup.empty(
            "rect",
            [
                "class": "box" + (mark.map { " " + $0.tone.rawValue } ?? ""), "x": "0.75", "y": "0.75",
                "width": "\(GraphLayout.boxWidth - 2)", "height": "\(GraphLayout.boxHeight - 2)", "rx": "6",
            ])
        if let mark {
            markup.element("text", ["class": "mark \(mark.tone.rawValue)", "x": "11", "y": "20"], text: mark.symbol)
        }
        let start = mark == nil ? "11" : "29"
        let name = TextMeasure.fitted(Escaping.visible(task.name.clipped(to: 200)), width: room, size: Self.nameSize)
        markup.element("text", ["class": "name", "x": start, "y": "20"], text: name)
        let detail = TextMeasure.fitted(
            Escaping.visible(task.detail.clipped(to: 200)), width: room, size: Self.detailSize)
        markup.element("text", ["class": "detail", "x": start, "y": "36"], text: detail)
    }
}
