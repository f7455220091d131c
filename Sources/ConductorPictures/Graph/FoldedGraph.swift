extension WorkflowGraph {
    /// Itself where it has at most `limit` tasks; else tasks of one type that stand beside each other are drawn as one,
    /// with the number of each state.
    func folded(over limit: Int) -> WorkflowGraph {
        guard tasks.count > limit else { return self }
        struct Group: Hashable {
            let phase: Int?
            let depth: Int
            let type: String
        }
        let depths = GraphLayers.depths(of: self)
        var members: [(group: Group, tasks: [Int])] = []
        var positions: [Group: Int] = [:]
        var groupOfTask: [Int] = []
        for (index, task) in tasks.enumerated() {
            let group = Group(phase: task.phase, depth: depths[index], type: task.type)
            let position = positions[group] ?? members.count
            if position == members.count {
                positions[group] = position
                members.append((group, []))
            }
            members[position].tasks.append(index)
            groupOfTask.append(position)
        }
        // A way that is longer than the limit cannot be folded; its beginning is shown.
        let shown = members.prefix(limit)
        let folded = shown.enumerated().map { position, member -> Task in
            let states = member.tasks.compactMap { tasks[$0].state }
            var task = tasks[member.tasks[0]]
            if member.tasks.count > 1 {
                task = Task(
                    id: "", name: "\(member.tasks.count) × \(member.group.type)", type: "", phase: member.group.phase)
                task.note = Self.counts(of: states)
                task.state = TaskState.allCases.first { states.contains($0) }
            }
            task.needs = needs(of: member.tasks, position, groupOfTask).filter { $0 < shown.count }
            return task
        }
        return with(tasks: folded)
    }

    private func needs(of members: [Int], _ own: Int, _ groupOfTask: [Int]) -> [Int] {
        Set(members.flatMap { tasks[$0].needs.map { groupOfTask[$0] } }).subtracting([own]).sorted()
    }

    /// `200 ✓  40 ✗`.
    private static func counts(of states: [TaskState]) -> String {
        TaskState.allCases.reversed().compactMap { state in
            let count = states.count { $0 == state }
            return count == 0 ? nil : "\(count) \(state.mark.symbol)"
        }.joined(separator: "  ")
    }
}
