import Testing

@testable import ConductorPictures

@Suite("The layout of a graph")
struct GraphLayoutTests {
    /// A graph that `seed` decides: tasks over three phases, each needing some of those before it.
    private func graph(_ count: Int, seed: UInt64) -> WorkflowGraph {
        var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let phases = (0..<count).map { _ in next(3) }.sorted()
        let tasks = phases.enumerated().map { index, phase in
            WorkflowGraph.Task(id: "\(index)", name: "Task \(index)", type: "test", phase: phase)
        }
        let needs = (0..<count).map { index in (0..<min(index, next(4))).map { _ in "\(next(max(1, index)))" } }
        let gate = WorkflowGraph.Gate(requiredSuccessRate: 0.5)
        return WorkflowGraph(
            name: "seed \(seed)",
            phases: [.init(name: "a", gate: gate), .init(name: "b"), .init(name: "c")], tasks: tasks, needs: needs,
            feedbackLimit: 1)
    }

    private func overlap(_ a: GraphLayout.Frame, _ b: GraphLayout.Frame) -> Bool {
        a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom
    }

    @Test("has no two boxes on each other, and each task once inside its phase", arguments: 0..<60 as Range<UInt64>)
    func boxes(seed: UInt64) {
        let graph = graph(1 + Int(seed) * 2, seed: seed)
        let layout = GraphLayout(graph, columns: 1 + Int(seed % 5))
        #expect(layout.boxes.map(\.task).sorted() == Array(graph.tasks.indices))
        for (place, box) in layout.boxes.enumerated() {
            #expect(!layout.boxes[..<place].contains { overlap($0.frame, box.frame) })
            let band = layout.bands.first { $0.phase == graph.tasks[box.task].phase }?.frame
            #expect(band.map { box.frame.x > $0.x && box.frame.right < $0.right } == true)
            #expect(band.map { box.frame.y > $0.y && box.frame.bottom < $0.bottom } == true)
        }
        let frames = layout.bands.map(\.frame) + layout.gates.map(\.frame)
        for (place, frame) in frames.enumerated() {
            #expect(!frames[..<place].contains { overlap($0, frame) })
            #expect(frame.x >= 0 && frame.y >= 0 && frame.right <= layout.width && frame.bottom <= layout.height)
        }
    }

    @Test("leads every edge downwards, and past the boxes between", arguments: 0..<30 as Range<UInt64>)
    func edges(seed: UInt64) {
        let layout = GraphLayout(graph(40, seed: seed))
        for edge in layout.edges {
            #expect(edge.from.y < edge.to.y)
            guard let channel = edge.channel else { continue }
            #expect(edge.from.y < channel.top && channel.top < channel.bottom && channel.bottom < edge.to.y)
            let way = GraphLayout.Frame(x: channel.x, y: channel.top, width: 1, height: channel.bottom - channel.top)
            #expect(!layout.boxes.contains { overlap($0.frame, way) })
        }
    }

    @Test("is found also for needs in a circle, on itself and on nothing")
    func circles() {
        let tasks = ["a", "b", "c"].map { WorkflowGraph.Task(id: $0, name: $0, type: "test", phase: 0) }
        let graph = WorkflowGraph(
            name: "circle", phases: [.init(name: "development")], tasks: tasks,
            needs: [["b", "a", "nothing"], ["a"], ["b"]])
        #expect(graph.tasks.map(\.needs) == [[1], [0], [1]])
        #expect(GraphLayout(graph).boxes.count == 3)
        for format in GraphFormat.allCases { #expect(!format.text(of: graph).isEmpty) }
    }

    @Test("shows what belongs to no phase apart")
    func unscheduled() {
        let graph = WorkflowGraph(
            name: "n", phases: [.init(name: "development")],
            tasks: [
                .init(id: "a", name: "a", type: "test", phase: 0), .init(id: "b", name: "b", type: "", phase: nil),
                .init(id: "c", name: "c", type: "", phase: 7),
            ], needs: [])
        let layout = GraphLayout(graph)
        #expect(layout.bands.map(\.phase) == [0, nil])
        #expect(layout.boxes.map(\.task) == [0, 1, 2])
    }

    @Test("draws tasks of one type that stand beside each other as one where they are too many")
    func folding() {
        let run = SampleRuns.large(1000)
        let graph = WorkflowGraph(run)
        #expect(graph.folded(over: 1000).tasks.count == 1000)
        let folded = graph.folded(over: 120)
        #expect(folded.tasks.count == 63)
        #expect(folded.tasks[0].name == "16 × test")
        #expect(folded.tasks[0].note == "13 ✓  3 ✗")
        #expect(folded.tasks[0].state == .failed)
        #expect(folded.tasks[1].needs == [0])
    }
}
