import ConductorJSON
import ConductorModel
import ConductorProtocol

/// By which column the rows of a list are sorted.
package protocol ListOrder: RawRepresentable, CaseIterable, Sendable where RawValue == String {
    associatedtype Row

    func precedes(_ one: Row, _ other: Row) -> Bool
}

extension ListOrder {
    package static var names: [String] { allCases.map(\.rawValue) }

    /// Rows that are equal in the column stay in the order of the list.
    package func sorted(_ rows: [Row]) -> [Row] {
        rows.enumerated().sorted { one, other in
            if precedes(one.element, other.element) { return true }
            return precedes(other.element, one.element) ? false : one.offset < other.offset
        }.map(\.element)
    }

    /// - Throws: `UnknownColumn`.
    package init(column: String) throws {
        guard let order = Self(rawValue: column) else { throw UnknownColumn(name: column, columns: Self.names) }
        self = order
    }
}

/// A list cannot be sorted by this.
package struct UnknownColumn: Error, Hashable, CustomStringConvertible {
    package let name: String
    package let columns: [String]

    package init(name: String, columns: [String]) {
        self.name = name
        self.columns = columns
    }

    package var description: String {
        let name = TerminalText.sanitized(name)
        return "unknown column \"\(name)\"\(name.suggestion(among: columns)) (\(columns.joined(separator: ", ")))"
    }
}

/// The newest, the longest, and what is at work come first.
package enum WorkflowOrder: String, ListOrder {
    case age, name, status, duration

    package func precedes(_ one: WorkflowListEntry, _ other: WorkflowListEntry) -> Bool {
        switch self {
        case .age: one.startedAt > other.startedAt
        case .name: one.name < other.name
        case .status: Verdict(one).position < Verdict(other).position
        // One that has none still runs.
        case .duration: (one.duration ?? .seconds(Int64.max / 2)) > (other.duration ?? .seconds(Int64.max / 2))
        }
    }
}

package enum TaskOrder: String, ListOrder {
    case age, name, status, duration

    package func precedes(_ one: TaskListEntry, _ other: TaskListEntry) -> Bool {
        switch self {
        case .age: one.createdAt > other.createdAt
        case .name: one.key.description < other.key.description
        case .status: position(one.status) < position(other.status)
        case .duration: (one.duration ?? .zero) > (other.duration ?? .zero)
        }
    }

    private func position(_ status: Word<TaskStatus>) -> Int {
        switch status.known {
        case .inProgress: 0
        case .pending: 1
        case .failed, .blocked: 2
        case .cancelled: 3
        case .skipped: 4
        case .completed: 5
        case nil: 6
        }
    }
}

package enum AgentOrder: String, ListOrder {
    case age, name, status, type

    package func precedes(_ one: AgentState, _ other: AgentState) -> Bool {
        switch self {
        case .age: one.createdAt > other.createdAt
        case .name: one.agentID.description < other.agentID.description
        case .status: position(one.status) < position(other.status)
        case .type: one.agentType.rawValue < other.agentType.rawValue
        }
    }

    private func position(_ status: AgentStatus) -> Int {
        switch status {
        case .running: 0
        case .idle, .completed: 1
        case .waiting: 2
        case .failed: 3
        case .cancelled: 4
        }
    }
}

extension Verdict {
    fileprivate var position: Int {
        switch self {
        case .held: 0
        case .paused: 1
        case .running: 2
        case .failed: 3
        case .cancelled: 4
        case .succeeded: 5
        }
    }
}
