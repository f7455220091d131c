import ConductorEngine
import ConductorModel
import GRDB

/// Brings the tables up to a log, when a store is opened.
struct Replay {
    private let contents: LogContents
    private let writer: DatabaseQueue
    private let projection: Projection

    init(_ contents: LogContents, _ writer: DatabaseQueue, _ projection: Projection) {
        self.contents = contents
        self.writer = writer
        self.projection = projection
    }

    func run() throws(StoreFault) {
        for entry in contents.commits {
            let place = "commit \(entry.header.link.number) in \(contents.paths[entry.file])"
            var reader = ChangeReader(contents.payload(of: entry), of: place, task: task, workflow: workflow)
            let changes = try reader.changes()
            do throws(StoreFault) {
                projection.add(try CoalescedChanges(changes), entry.header.link)
                try projection.mustKeepUp()
            } catch {
                guard error.kind == .conflict else { throw error }
                throw StoreFault(.corrupt, at: place, "does not fit what is stored: \(error)")
            }
        }
        try projection.catchUp(flushing: true)
    }

    private func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord? {
        if let task = projection.first({ $0.task(key) }) { return task }
        return try faulting("task \(key)") { try writer.unsafeRead { try $0.task(key) } }
    }

    private func workflow(_ id: WorkflowID) throws(StoreFault) -> WorkflowRecord? {
        if let workflow = projection.first({ $0.workflow(id) }) { return workflow }
        return try faulting("workflow \(id)") { try writer.unsafeRead { try $0.workflowRecord(id) } }
    }
}
