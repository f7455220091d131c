import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorSpecification

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(max(bound, 1)))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }
}

/// What clients ask for and agents make of it.
extension SplitMix {
    mutating func answer(_ order: TaskAssignment, reliable: Bool = true) -> WorkAnswer {
        guard reliable || below(4) == 0 else { return .failed("LLM_TIMEOUT", "as always") }
        return switch below(10) {
        case 0: .failed("BROKEN", "no")
        case 1, 2: .failed("TRANSIENT_ERROR", "again")
        case 3: .rejected("not mine")
        case 4: .completed("{}", feedback: Feedback(severity: .error))
        default: .completed(#"{"n": \#(below(100))}"#)
        }
    }

    mutating func task(_ name: String) -> TaskDefinition {
        let type = pick(Simulator.types)
        return ConductorSpecification.task(name, type) { task in
            task.priority = pick(Priority.allCases) ?? .medium
            task.timeout = .seconds(2 + below(30))
            task.retry = RetryPolicy()
            task.retry?.maxRetries = below(3)
        }
    }

    mutating func workflow(_ name: String) throws -> WorkflowDefinition {
        let tasks = (0..<below(7)).map { number in
            var members = [
                "'task_id': 't\(number)'", "'name': '\(name)-t\(number)'", "'timeout_seconds': \(2 + below(20))",
            ]
            if below(10) > 0 { members.append("'assigned_to': '\((pick(Simulator.types) ?? .coding).rawValue)'") }
            members.append("'retry': {'max_retries': \(below(3)), 'initial_delay_seconds': \(below(3))}")
            return "{\(members.joined(separator: ", "))}"
        }
        let gate = below(3) == 0 ? "'gate': {'required_success_rate': 0.\(below(10))}," : ""
        let onGateBlocked = below(2) == 0 ? "'on_gate_blocked': 'approve'," : ""
        let phases = below(4) == 0 ? "'phases': ['development', 'monitoring']," : ""
        var definition = try ConductorSpecification.workflow(
            """
            {'workflow_id': '\(name)', 'name': '\(name)', \(gate) \(onGateBlocked) \(phases)
             'parallelism': \(1 + below(3)), 'queue_timeout_seconds': \(below(60)),
             'max_feedback_loops': \(below(3)), 'tasks': [\(tasks.joined(separator: ", "))]}
            """)
        addNeeds(&definition)
        return try WorkflowDefinition(json: definition.jsonText.parsed())
    }

    /// Some tasks need one that stands before them and belongs to no later phase.
    private mutating func addNeeds(_ definition: inout WorkflowDefinition) {
        for index in definition.tasks.indices.dropFirst() where below(2) == 0 {
            let need = definition.tasks[below(index)]
            func rank(_ task: TaskDefinition) -> Int? {
                task.assignedTo.flatMap { definition.phases.firstIndex(of: $0.phase) }
            }
            if let mine = rank(definition.tasks[index]), let other = rank(need), other > mine { continue }
            definition.tasks[index].needs = need.taskID.map { [$0] } ?? []
        }
    }
}
