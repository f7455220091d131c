import Testing

@testable import ConductorPictures

@Suite("A graph as text")
struct GraphTextTests {
    /// Two phases with a gate between, and the way back.
    private func graph(_ name: String = "Write \"it\"") -> WorkflowGraph {
        var graph = WorkflowGraph(
            name: "small",
            phases: [
                .init(name: "development", gate: .init(requiredSuccessRate: 0.8, decision: .passed)),
                .init(name: "devops"), .init(name: "monitoring"),
            ],
            tasks: [
                .init(id: "a", name: name, type: "coding", phase: 0),
                .init(id: "b", name: "Read it", type: "review", phase: 0),
                .init(id: "c", name: "Watch it", type: "monitor", phase: 2),
            ], needs: [[], ["a"], []], feedbackLimit: 3)
        #expect(graph.busyPhases == [0, 2])
        graph.feedbackTaken = 1
        return graph
    }

    @Test("for Mermaid has phases, gates, needs and the way back")
    func mermaid() {
        #expect(
            GraphFormat.mermaid.text(of: graph()) == """
                flowchart TB
                  subgraph phase0["development"]
                    task0["Write #34;it#34;<br/>coding"]
                    task1["Read it<br/>review"]
                  end
                  subgraph phase2["monitoring"]
                    task2["Watch it<br/>monitor"]
                  end
                  gate0{{"✓ gate: at least 80 #37; succeeded · passed"}}
                  phase0 ==> gate0 ==> phase2
                  phase2 -. "↻ feedback, 1 of at most 3 times" .-> phase0
                  task0 --> task1

                """)
    }

    @Test("for Graphviz has the same")
    func dot() {
        #expect(
            GraphFormat.dot.text(of: graph()) == #"""
                digraph "small" {
                  compound=true
                  node [shape=box, style=rounded, fontname="sans-serif"]
                  edge [color=gray40]
                  subgraph cluster_0 {
                    label="development"
                    task0 [label="Write \"it\"\ncoding"]
                    task1 [label="Read it\nreview"]
                  }
                  subgraph cluster_2 {
                    label="monitoring"
                    task2 [label="Watch it\nmonitor"]
                  }
                  gate0 [shape=hexagon, style=solid, label="✓ gate: at least 80 % succeeded · passed"]
                  task1 -> gate0 [ltail=cluster_0, style=bold]
                  gate0 -> task2 [lhead=cluster_2, style=bold]
                  task0 -> task1
                  task2 -> task0 [ltail=cluster_2, lhead=cluster_0, style=dashed, constraint=false, label="↻ feedback, 1 of at most 3 times"]
                }

                """#)
    }

    @Test(
        "cannot be left by a name",
        arguments: ["\"]; x[\"", "a\\", "a\\\"", "a\nb", "`x`", "#quot;", "&lt;", "%%{init}%%"])
    func names(name: String) {
        let mermaid = GraphFormat.mermaid.text(of: graph(name))
        let dot = GraphFormat.dot.text(of: graph(name))
        let plain = graph("x")
        #expect(
            mermaid.split(separator: "\n").count == GraphFormat.mermaid.text(of: plain).split(separator: "\n").count)
        #expect(dot.split(separator: "\n").count == GraphFormat.dot.text(of: plain).split(separator: "\n").count)
        let label = mermaid.split(separator: "\n")[2].dropFirst("    task0[\"".count).dropLast("<br/>coding\"]".count)
        #expect(!label.contains("\"") && !label.contains("`") && !label.contains("%") && !label.contains("&"))
        // Without what is escaped, no quote is left.
        let line = dot.split(separator: "\n")[5].dropFirst("    task0 [label=\"".count).dropLast("\\ncoding\"]".count)
        #expect(!line.replacing("\\\\", with: "").replacing("\\\"", with: "").contains { $0 == "\"" || $0 == "\\" })
    }

    @Test("colours tasks by their states and gives their symbols")
    func states() {
        let graph = WorkflowGraph(SampleRuns.release)
        let mermaid = GraphFormat.mermaid.text(of: graph)
        #expect(mermaid.contains(#"task3["✗ Send them<br/>test · 8.0s"]"#))
        #expect(mermaid.contains("  class task3 failed\n"))
        #expect(GraphFormat.dot.text(of: graph).contains("color=firebrick"))
    }
}
