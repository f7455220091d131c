import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom
import ConductorSpecification

/// What clients ask for, and what agents make of it.
extension SplitMix {
    /// Most seconds are few, some are many: both sides of leases, grace times and timeouts come up.
    mutating func pause() -> Duration {
        switch below(10) {
        case 0..<3: .milliseconds(below(900))
        case 3..<8: .seconds(1 + below(8))
        case 8: .seconds(10 + below(30))
        default: .seconds(40 + below(100))
        }
    }

    /// Some of those that there are.
    mutating func labels(_ count: ClosedRange<Int>) -> AgentLabels {
        let all = Simulator.labels, count = count.lowerBound + below(count.count), first = below(all.count)
        return AgentLabels((0..<count).map { all[(first + $0) % all.count] })
    }

    mutating func task(_ name: String) -> TaskDefinition {
        let type = pick(Simulator.types)
        return ConductorSpecification.task(name, type) { task in
            task.taskID = id(name)
            if oneIn(3) { task.agentLabels = labels(1...2) }
            task.priority = pick(Priority.allCases) ?? .medium
            task.timeout = .seconds(5 + below(120))
            task.retry = RetryPolicy()
            task.retry?.maxRetries = below(3)
        }
    }

    mutating func workflow(_ name: String) throws -> WorkflowDefinition {
        let phases = oneIn(4) ? [Phase.development, .monitoring] : Phase.allCases
        var ranks: [Int] = []
        var tasks: [String] = []
        for number in 0..<(1 + below(5)) {
            let type = pick(Simulator.types) ?? .coding
            let rank = phases.firstIndex(of: type.phase) ?? 0
            var members = "'task_id':'t\(number)','name':'\(name)-t\(number)','timeout_seconds':\(5 + below(120))"
            if !oneIn(10) { members += ",'assigned_to':'\(type.rawValue)'" }
            if oneIn(4) { members += ",'agent_labels':\(labels(1...2).jsonText.string)" }
            members += ",'retry':{'max_retries':\(below(3)),'initial_delay_seconds':\(below(3))}"
            if number > 0, oneIn(2) {
                let need = below(number)
                if ranks[need] <= rank { members += ",'needs':['t\(need)']" }
            }
            ranks.append(rank)
            tasks.append("{\(members)}")
        }
        var members = "'workflow_id':'\(name)','name':'\(name)','parallelism':\(1 + below(3))"
        if oneIn(2) { members += ",'gate':{'required_success_rate':0.\(3 + below(7))}" }
        if oneIn(2) { members += ",'on_gate_blocked':'approve'" }
        if oneIn(4) { members += ",'when_busy':'fail'" }
        if phases.count < 3 { members += ",'phases':['development','monitoring']" }
        if oneIn(2) { members += ",'queue_timeout_seconds':\(below(200))" }
        if oneIn(3) { members += ",'agent_wait_seconds':\(below(100))" }
        members += ",'max_feedback_loops':\(below(3)),'tasks':[\(tasks.joined(separator: ","))]"
        return try ConductorSpecification.workflow("{\(members)}")
    }

    /// Monitors go on to find errors when all is calm: feedback loops end by their count.
    mutating func answer(_ order: TaskAssignment, temper: SimulatedAgent.Temper, isCalm: Bool) -> WorkAnswer {
        let feedback = order.task.assignedTo == .monitor && oneIn(2) ? Feedback(severity: .error) : nil
        if isCalm { return .completed("{}", feedback: feedback) }
        switch temper {
        case .failing where !oneIn(5): return .failed("LLM_TIMEOUT", "as always")
        case .refusing where oneIn(2): return .rejected("not mine")
        case .reliable, .failing, .refusing, .silent, .mortal:
            return switch below(10) {
            case 0: .failed("BROKEN", "no")
            case 1: .failed("TRANSIENT_ERROR", "again")
            default: .completed("{}", feedback: feedback)
            }
        }
    }
}
