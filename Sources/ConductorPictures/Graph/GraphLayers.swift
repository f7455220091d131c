/// Which tasks of a graph stand beside each other: those of one phase whose longest way from its beginning is as long.
struct GraphLayers {
    /// For each phase its layers, each with the positions of its tasks from left to right.
    let phases: [Int: [[Int]]]

    init(_ graph: WorkflowGraph) {
        let depths = Self.depths(of: graph)
        var phases: [Int: [[Int]]] = [:]
        for (index, task) in graph.tasks.enumerated() {
            guard let phase = task.phase, graph.phases.indices.contains(phase) else { continue }
            var layers = phases[phase] ?? []
            while layers.count <= depths[index] { layers.append([]) }
            layers[depths[index]].append(index)
            phases[phase] = layers
        }
        // In a circle, which no valid workflow has, depths may leave a layer without tasks.
        self.phases = phases.mapValues { $0.filter { !$0.isEmpty } }.mapValues { [graph] in Self.ordered($0, graph) }
    }

    /// The number of tasks of the same phase on the longest way to each. Kahn's algorithm; what stands in a circle keeps
    /// the depth that it had got.
    static func depths(of graph: WorkflowGraph) -> [Int] {
        let tasks = graph.tasks
        var depths = [Int](repeating: 0, count: tasks.count)
        var missing = tasks.map(\.needs.count)
        var dependents = [[Int]](repeating: [], count: tasks.count)
        for (index, task) in tasks.enumerated() {
            for need in task.needs { dependents[need].append(index) }
        }
        var ready = tasks.indices.filter { missing[$0] == 0 }
        while let index = ready.popLast() {
            for dependent in dependents[index] {
                if tasks[dependent].phase == tasks[index].phase {
                    depths[dependent] = max(depths[dependent], depths[index] + 1)
                }
                missing[dependent] -= 1
                if missing[dependent] == 0 { ready.append(dependent) }
            }
        }
        return depths
    }

    /// Each layer by the barycentre of what its tasks need, so that edges cross less; else as in the file.
    private static func ordered(_ layers: [[Int]], _ graph: WorkflowGraph) -> [[Int]] {
        var places: [Int: Double] = [:]
        return layers.map { layer in
            let keys = layer.enumerated().map { place, index -> (index: Int, key: Double) in
                let above = graph.tasks[index].needs.compactMap { places[$0] }
                let own = (Double(place) + 0.5) / Double(layer.count)
                return (index, above.isEmpty ? own : above.reduce(0, +) / Double(above.count))
            }
            let sorted = keys.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.index)
            for (place, index) in sorted.enumerated() { places[index] = (Double(place) + 0.5) / Double(layer.count) }
            return sorted
        }
    }
}
