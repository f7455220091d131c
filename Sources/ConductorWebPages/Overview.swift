import ConductorModel
import ConductorPictures

/// What the pages of all runs and agents show. Plain values: where they come from is nothing to a page.
package struct Overview: Sendable {
    /// Something that waits for a person.
    package struct Need: Sendable {
        package var mark: Mark
        package var text: String
        /// The run that it concerns.
        package var run: String?

        package init(_ mark: Mark, _ text: String, run: String? = nil) {
            self.mark = mark
            self.text = text
            self.run = run
        }
    }

    package struct Run: Sendable {
        package var id: String
        package var name: String
        package var state: RunState
        package var started: Timestamp
        /// Nil until it has ended.
        package var duration: Duration?
        package var succeeded: Int
        package var failed: Int
        /// Nil where that is not known.
        package var total: Int?

        package init(
            id: String, name: String, state: RunState, started: Timestamp, duration: Duration?, succeeded: Int,
            failed: Int, total: Int?
        ) {
            self.id = id
            self.name = name
            self.state = state
            self.started = started
            self.duration = duration
            self.succeeded = succeeded
            self.failed = failed
            self.total = total
        }
    }

    package struct Agent: Sendable {
        package var id: String
        package var type: String
        package var mark: Mark
        package var running: Int
        package var capacity: Int
        package var completed: Int
        package var failed: Int
        package var seen: Timestamp

        package init(
            id: String, type: String, mark: Mark, running: Int, capacity: Int, completed: Int, failed: Int,
            seen: Timestamp
        ) {
            self.id = id
            self.type = type
            self.mark = mark
            self.running = running
            self.capacity = capacity
            self.completed = completed
            self.failed = failed
            self.seen = seen
        }
    }

    /// A task that waits for an agent.
    package struct Waiting: Sendable {
        package var task: String
        package var type: String
        package var reason: String
        package var created: Timestamp

        package init(task: String, type: String, reason: String, created: Timestamp) {
            self.task = task
            self.type = type
            self.reason = reason
            self.created = created
        }
    }

    package struct DeadLetter: Sendable {
        package var task: String
        package var agent: String
        package var code: String
        package var message: String
        package var time: Timestamp

        package init(task: String, agent: String, code: String, message: String, time: Timestamp) {
            self.task = task
            self.agent = agent
            self.code = code
            self.message = message
            self.time = time
        }
    }

    package var read: Timestamp
    package var needs: [Need] = []
    package var runs: [Run] = []
    package var agents: [Agent] = []
    package var queue: [Waiting] = []
    package var letters: [DeadLetter] = []

    package init(read: Timestamp) {
        self.read = read
    }
}
