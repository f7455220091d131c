/// How a graph is written.
public enum GraphFormat: String, Sendable, CaseIterable {
    /// A picture that stands for itself.
    case svg
    /// Text that Mermaid draws, as pages of Markdown do.
    case mermaid
    /// Text that Graphviz draws.
    case dot

    /// The whole of `graph`, with the line break at the end.
    public func text(of graph: WorkflowGraph) -> String {
        switch self {
        case .svg:
            var markup = Markup()
            GraphDrawing(graph).write(to: &markup, standalone: true)
            return markup.text + "\n"
        case .mermaid: return MermaidText(graph).text
        case .dot: return DOTText(graph).text
        }
    }
}
