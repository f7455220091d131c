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
        problems(of: definition, suggesting: false)
    }

    /// - Parameter suggesting: tells for a task that is not there which one may be meant; slow for many tasks.
    package static func problems(of definition: WorkflowDefinition, suggesting: Bool) -> [Problem] {
        var checker = PlanChecker(definition, suggesting: suggesting)
        checker.check()
        return checker.problems
    }
}

private struct PlanChecker {
    /// Of a longer cycle only so many are named.
    private static let namesOfCycle = 20

    private let definition: WorkflowDefinition
    private let suggesting: Bool
    private var positions: [TaskID: Int] = [:]
    private(set) var needs: [TaskID: [TaskID]] = [:]
    private(set) var problems: [Problem] = []

    init(_ definition: WorkflowDefinition, suggesting: Bool = false) {
        self.definition = definition
        self.suggesting = suggesting
    }

    mutating func check() {
        checkPhases()
        for (index, task) in definition.tasks.enumerated() {
            guard let id = task.taskID else { continue }
            if positions.updateValue(index, forKey: id) != nil {
                report("tasks[\(index)].task_id", "duplicate task id \"\(id)\"")
            }
        }
        for (index, task) in definition.tasks.enumerated() { checkNeeds(of: task, at: index) }
        checkOutputs()
        if problems.isEmpty { checkCycles() }
    }

    private mutating func report(_ path: String, _ message: String) {
        guard problems.count < WorkflowPlan.maximumProblems else { return }
        problems.append(Problem(path: path, message: message))
    }

    private mutating func checkPhases() {
        if definition.phases.isEmpty { report("phases", "must name at least one phase") }
        for (index, phase) in definition.phases.enumerated() where definition.phases[..<index].contains(phase) {
            report("phases[\(index)]", "duplicate phase")
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

    private mutating func checkOutputs() {
        for output in definition.outputs {
            for (path, expression) in expressions(in: output.template, path: "outputs.\(output.name)") {
                if case .task(let id) = expression.root { _ = position(of: id, path: path) }
            }
        }
    }

    /// Where a task stands; reported where there is none.
    private mutating func position(of task: TaskID, path: String) -> Int? {
        if let position = positions[task] { return position }
        report(path, "there is no task \"\(task)\" in this workflow" + suggestion(for: task))
        return nil
    }

    /// Whether `need` can be waited for by `task`.
    private mutating func check(_ need: TaskID, of task: TaskDefinition, path: String) -> Bool {
        guard let position = position(of: need, path: path) else { return false }
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

    private func suggestion(for need: TaskID) -> String {
        guard suggesting, problems.count < WorkflowPlan.maximumProblems else { return "" }
        return need.description.suggestion(among: positions.keys.map(\.description).sorted())
    }

    private func phaseIndex(_ task: TaskDefinition) -> Int? {
        task.assignedTo.flatMap { definition.phases.firstIndex(of: $0.phase) }
    }

    /// Every expression in the strings of `value`; those that cannot be read are reported.
    private mutating func expressions(in value: JSONValue, path: String) -> [(String, Expression)] {
        switch value.kind {
        case .null, .bool, .number: return []
        case .string: return value.string.map { expressions(in: $0, path: path) } ?? []
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

    private mutating func expressions(in text: String, path: String) -> [(String, Expression)] {
        do throws(ExpressionError) {
            return try Template(parsing: text).pieces.compactMap { piece in
                switch piece {
                case .text: nil
                case .expression(let expression): (path, expression)
                }
            }
        } catch {
            report(path, error.description)
            return []
        }
    }

    /// Kahn's algorithm: what cannot be put in order is part of a cycle, or needs one that is.
    private mutating func checkCycles() {
        var missing = needs.mapValues(\.count)
        var dependents: [TaskID: [TaskID]] = [:]
        for task in definition.tasks {
            guard let id = task.taskID else { continue }
            for need in needs[id] ?? [] { dependents[need, default: []].append(id) }
        }
        var ready = definition.tasks.compactMap(\.taskID).filter { missing[$0] == 0 }
        while let id = ready.popLast() {
            missing[id] = nil
            for dependent in dependents[id] ?? [] {
                let left = (missing[dependent] ?? 1) - 1
                missing[dependent] = left
                if left == 0 { ready.append(dependent) }
            }
        }
        reportCycles(among: Set(missing.keys))
    }

    /// - Parameter stuck: each of them needs another of them.
    private mutating func reportCycles(among stuck: Set<TaskID>) {
        var seen = Set<TaskID>()
        for start in definition.tasks.compactMap(\.taskID) where stuck.contains(start) {
            var way: [TaskID] = []
            var next: TaskID? = start
            while let id = next, seen.insert(id).inserted {
                way.append(id)
                next = needs[id]?.first { stuck.contains($0) }
            }
            guard let closing = next, let first = way.firstIndex(of: closing) else { continue }
            report(cycle: Array(way[first...]))
        }
    }

    private mutating func report(cycle: [TaskID]) {
        let first = cycle.min { (positions[$0] ?? 0) < (positions[$1] ?? 0) }
        guard let first, let turn = cycle.firstIndex(of: first), let index = positions[first] else { return }
        var names = (cycle[turn...] + cycle[..<turn] + [first]).map(\.description)
        if names.count > Self.namesOfCycle {
            names.replaceSubrange(Self.namesOfCycle / 2..<names.count - 1, with: ["…"])
        }
        report("tasks[\(index)].needs", "form a cycle: " + names.joined(separator: " → "))
    }
}
