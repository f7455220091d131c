import ConductorJSON
import ConductorModel
import GRDB

/// Records from the columns of their rows.
extension TaskRecord {
    static func reader(_ row: Row) throws(StoreFault) -> RowReader {
        try RowReader(sealed: row, of: "tasks", keys: [2, 1], from: 1)
    }

    init(_ row: Row) throws(StoreFault) {
        let reader = try Self.reader(row)
        let workflow = try reader.text(2)
        let key = TaskKey(
            workflowID: workflow.isEmpty ? nil : try reader.id(2), taskID: try reader.id(1))
        let definition = try reader.json(6), progress = try reader.json(7)
        do throws(JSONFieldError) {
            try self.init(key: key, definition: definition, progress: progress)
        } catch {
            throw reader.corrupt("\(error.field) \(error.reason)")
        }
        guard status == (try reader.word(3)) else { throw reader.corrupt("its status is not that of its progress") }
    }
}

extension WorkflowRecord {
    init(_ row: Row) throws(StoreFault) {
        let reader = try RowReader(sealed: row, of: "workflows", keys: [1], from: 1)
        let id: WorkflowID = try reader.id(1)
        let definition = try reader.json(3), inputs = try reader.parsed(4).text, progress = try reader.json(5)
        do throws(JSONFieldError) {
            try self.init(workflowID: id, definition: definition, inputs: inputs, progress: progress)
        } catch {
            throw reader.corrupt("\(error.field) \(error.reason)")
        }
        guard status == (try reader.word(2)) else { throw reader.corrupt("its status is not that of its progress") }
    }
}

extension EventRecord {
    /// - Parameter previous: the checksum of the event before it.
    init(_ row: Row, after previous: Int64) throws(StoreFault) {
        let reader = try RowReader(sealed: row, of: "events", keys: [0], after: previous)
        self.init(
            sequence: try reader.counter(0), timestamp: try reader.time(1),
            kind: try reader.word(2), workflowID: try reader.optionalID(3), taskID: try reader.optionalID(4),
            agentID: try reader.optionalID(5), attempt: try reader.optionalInteger(6).map { Int($0) },
            phase: try reader.optionalWord(7), data: try reader.parsed(8).text)
    }
}

extension AgentState {
    init(_ row: Row) throws(StoreFault) {
        let reader = try RowReader(sealed: row, of: "agents", keys: [0])
        self = try reader.value(1)
        guard agentID.description == (try reader.text(0)) else { throw reader.corrupt("its state is another agent's") }
    }
}

extension Breaker {
    init(_ row: Row) throws(StoreFault) {
        let reader = try RowReader(sealed: row, of: "breakers", keys: [0])
        self = try reader.value(1)
        guard agentID.description == (try reader.text(0)) else { throw reader.corrupt("it is another agent's") }
    }
}

extension DeadLetter {
    init(_ row: Row) throws(StoreFault) {
        let reader = try RowReader(sealed: row, of: "dead_letters", keys: [1], from: 1)
        self = try reader.value(4)
        guard id == (try reader.id(1)) else { throw reader.corrupt("it is another letter") }
        state = State(try reader.word(2), requestKey: try reader.optionalText(3))
    }
}

extension DeadLetter.State {
    enum Name: String, Vocabulary {
        case kept, redriven, discarded
    }

    init(_ name: Name, requestKey: String?) {
        switch name {
        case .kept: self = .kept
        case .redriven: self = .redriven(requestKey: requestKey)
        case .discarded: self = .discarded
        }
    }

    /// How it stands in its row.
    var columns: (state: Name, requestKey: String?) {
        switch self {
        case .kept: (.kept, nil)
        case .redriven(let key): (.redriven, key)
        case .discarded: (.discarded, nil)
        }
    }
}

extension Policy {
    init(_ row: Row) throws(StoreFault) {
        let reader = try RowReader(sealed: row, of: "policies", keys: [0])
        self = try reader.value(1)
        guard kind.rawValue == (try reader.text(0)) else { throw reader.corrupt("it is a policy of another kind") }
    }
}
