import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorSpecification

/// An agent's own memory, which outlives its connections and the daemon.
struct SimulatedAgent {
    enum Temper: CaseIterable {
        case reliable
        /// Its answers are mostly errors that are worth another attempt.
        case failing
        /// It finds most tasks unsuitable.
        case refusing
        /// It says nothing but its results.
        case silent
        /// Once gone it does not come back.
        case mortal
    }

    /// What it has asked the daemon, and so what may come back.
    enum Question {
        case register
        case heartbeat
        case drain
        /// It has not begun this.
        case giveBack(AttemptToken)
        case result(TaskCompletion)
        /// What was acknowledged before is sent once more.
        case repeated(TaskCompletion)
        /// Must not be taken: with a token that nobody was given, or from another user.
        case forged(String)
    }

    let id: AgentID
    let peer: Peer
    var type: AgentType
    var labels = AgentLabels.none
    var temper: Temper
    var capacity = 1
    var line = Line()
    var isRegistered = false
    /// It is about to stop, and says so when it registers.
    var isDraining = false
    /// It was gone for good.
    var isDead = false
    var questions: [Int64: Question] = [:]
    /// Orders at work, oldest first.
    var orders: [TaskAssignment] = []
    /// Results that are not acknowledged.
    var results: [TaskCompletion] = []
    /// Results that are, newest last.
    var acknowledged: [TaskCompletion] = []
    /// When something of it last reached the daemon, on the monotonic clock.
    var heard = Duration.zero

    init(_ number: Int, type: AgentType, temper: Temper) {
        id = ConductorSpecification.id("agent-\(number)")
        peer = Peer(uid: 2000 + UInt32(number), gid: 2000, pid: 200, role: .agent)
        self.type = type
        self.temper = temper
    }

    /// What it says that it still has.
    var held: [AttemptReference] {
        orders.map {
            .init(taskID: $0.task.taskID ?? ConductorSpecification.id("none"), attempt: $0.attempt, token: $0.token)
        }
            + results.map { .init(taskID: $0.taskID, attempt: $0.attempt, token: $0.token) }
    }

    mutating func lose(keeping kept: Int) {
        line.close(keeping: kept)
        isRegistered = false
        questions = [:]
    }

    /// Keeps what it was told to go on with.
    mutating func keep(_ adopted: [TaskID]) {
        orders.removeAll { order in !adopted.contains { $0 == order.task.taskID } }
        results.removeAll { !adopted.contains($0.taskID) }
    }

    mutating func acknowledge(_ result: TaskCompletion) {
        results.removeAll { $0.token == result.token }
        acknowledged.append(result)
        if acknowledged.count > 8 { acknowledged.removeFirst() }
    }
}
