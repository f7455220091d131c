import ConductorJSON

/// What a definition means for the order of its tasks, and whether it means anything.
public struct WorkflowPlan: Sendable {
    /// Problems of one definition that are told; further ones are left for the next try.
    public static let maximumProblems = 100

    /// What each task waits for: its `needs`, and the tasks that its expressions name. Sorted by the definition.
    public let needs: [TaskID: [TaskID]]

    /// Throws the first problem of a definition whose tasks all have ids.
    public init(_ definition: WorkflowDefinition) throws(Problem) {
        var checker = PlanChecker(definition)
        checker.check()
        if let problem = checker.problems.first { throw problem }
        needs = checker.needs
    }

    /// All that is wrong with a definition; empty where it can be run.
    public static func problems(of definition: WorkflowDefinition) -> [Problem] {
        var checker = PlanChecker(definition)
        checker.check()
        return checker.problems
    }
}

private struct PlanChecker {
    private let definition: WorkflowDefinition
    private var positions: [TaskID: Int] = [:]
    private(set) var needs: [TaskID: [TaskID]] = [:]
    private(set) var problems: [Problem] = []

    init(_ definition: WorkflowDefinition) {
        self.definition = definition
    }

    mutating func check() {
        checkPhases()
        for (index, task) in definition.tasks.enumerated() {
            guard let id = task.taskID else { continue }
            if positions.updateValue(index, forKey: id) != nil {
                report("tasks[\(index)].task_id", "\"\(id)\" names another task of this workflow too")
            }
        }
        for (index, task) in definition.tasks.enumerated() { checkNeeds(of: task, at: index) }
        if problems.isEmpty { checkCircles() }
    }

    private mutating func report(_ path: String, _ message: String) {
        guard problems.count < WorkflowPlan.maximumProblems else { return }
        problems.append(Problem(path: path, message: message))
    }

    private mutating func checkPhases() {
        if definition.phases.isEmpty { report("phases", "must name at least one phase") }
        for (index, phase) in definition.phases.enumerated() where definition.phases[..<index].contains(phase) {
            report("phases[\(index)]", "names a phase for the second time")
        }
    }

    private mutating func checkNeeds(of task: TaskDefinition, at index: Int) {
        var all: [TaskID] = []
        var known = Set<TaskID>()
        for (position, need) in task.needs.enumerated() {
            if check(need, of: task, path: "tasks[\(index)].needs[\(position)]"), known.insert(need).inserted {
                all.append(need)
            }
        }
        guard let input = try? task.inputData.parsed() else { return }
        for (path, expression) in expressions(in: input, path: "tasks[\(index)].input_data") {
            guard case .task(let need) = expression.root else { continue }
            if check(need, of: task, path: path), known.insert(need).inserted { all.append(need) }
        }
        if let id = task.taskID { needs[id] = all }
    }

    /// Whether `need` can be waited for by `task`.
    private mutating func check(_ need: TaskID, of task: TaskDefinition, path: String) -> Bool {
        guard let position = positions[need] else {
            report(path, "there is no task \"\(need)\" in this workflow")
            return false
        }
        if need == task.taskID {
            report(path, "a task cannot need itself")
            return false
        }
        let needed = definition.tasks[position]
        if let mine = phaseIndex(task), let others = phaseIndex(needed), others > mine {
            report(path, "\"\(need)\" belongs to a later phase (\(definition.phases[others].rawValue))")
            return false
        }
        return true
    }

    private func phaseIndex(_ task: TaskDefinition) -> Int? {
        task.assignedTo.flatMap { definition.phases.firstIndex(of: $0.phase) }
    }

    /// Every expression in the strings of `value`; those that cannot be read are reported.
    private mutating func expressions(in value: JSONValue, path: String) -> [(String, Expression)] {
        switch value.kind {
        case .null, .bool, .number: return []
        case .string:
            guard let string = value.string else { return [] }
            do throws(ExpressionError) {
                return try Template(parsing: string).pieces.compactMap { piece in
                    switch piece {
                    case .text: nil
                    case .expression(let expression): (path, expression)
                    }
                }
            } catch {
                report(path, error.description)
                return []
            }
        case .array:
            var found: [(String, Expression)] = []
            for (index, element) in value.elements.enumerated() {
                found += expressions(in: element, path: "\(path)[\(index)]")
            }
            return found
        case .object:
            var found: [(String, Expression)] = []
            for (key, member) in value.members {
                found += expressions(in: member, path: "\(path).\(key.excerpt())")
            }
            return found
        }
    }

    /// Kahn's algorithm: what cannot be put in order stands in a circle or behind one.
    private mutating func checkCircles() {
        var missing = needs.mapValues(\.count)
        var dependents: [TaskID: [TaskID]] = [:]
        for task in definition.tasks {
            guard let id = task.taskID else { continue }
            for need in needs[id] ?? [] { dependents[need, default: []].append(id) }
        }
        var ready = definition.tasks.compactMap(\.taskID).filter { missing[$0] == 0 }
        var placed = Set<TaskID>()
        while let id = ready.popLast() {
            placed.insert(id)
            for dependent in dependents[id] ?? [] {
                let left = (missing[dependent] ?? 1) - 1
                missing[dependent] = left
                if left == 0 { ready.append(dependent) }
            }
        }
        for (index, task) in definition.tasks.enumerated() {
            guard let id = task.taskID, !placed.contains(id) else { continue }
            report("tasks[\(index)].needs", "the needs of \"\(id)\" lead in a circle")
        }
    }
}
