import ConductorEngine

/// Which changes are on their way to the store, and which outputs wait for them.
///
/// One batch is being made durable while the next one gathers. An output leaves when the newest batch that is not
/// durable as it comes has become so: nobody is ever shown what a crash could undo.
package struct CommitPipeline {
    package struct Batch {
        package var changes: [Change] = []
        /// Where the changes of each input end: between them a batch may be parted.
        private var ends: [Int] = []
        /// Of these, how many are durable, and how many follow at once.
        private var durable = 0
        private var next = Int.max
        package var outputs: [Output] = []
        /// To be done when all that is durable and let out.
        package var afterwards: [() -> Void] = []

        /// The first ones are taken as they are: often no others follow.
        fileprivate mutating func add(_ more: [Change]) {
            guard !more.isEmpty else { return }
            if changes.isEmpty { changes = more } else { changes += more }
            ends.append(changes.count)
        }

        /// What is to be committed at once.
        fileprivate var part: [Change] {
            let start = durable == 0 ? 0 : ends[durable - 1], end = durable + min(next, ends.count - durable)
            return end == ends.count && start == 0 ? changes : Array(changes[start..<ends[end - 1]])
        }

        /// - Returns: false where nothing is left.
        fileprivate mutating func goOn() -> Bool {
            durable += min(next, ends.count - durable)
            return durable < ends.count
        }

        /// - Returns: false where the part is the changes of one input, which are stored together or not at all.
        fileprivate mutating func halve() -> Bool {
            let count = min(next, ends.count - durable)
            next = max(1, count / 2)
            return count > 1
        }

        fileprivate mutating func add(_ more: [Output]) {
            if outputs.isEmpty { outputs = more } else { outputs += more }
        }
    }

    package enum Writer {
        case idle
        case committing(Batch)
        /// The store has taken nothing of it, and will be asked again.
        case held(Batch)
    }

    package private(set) var writer = Writer.idle
    package private(set) var gathering = Batch()
    private let canaries: Canaries

    package init(canaries: Canaries = Canaries()) {
        self.canaries = canaries
    }

    /// - Returns: what may leave at once.
    package mutating func add(_ effects: Effects) -> [Output] {
        gathering.add(effects.changes)
        if canaries.plants(.acknowledgeBeforeCommit) { return effects.outputs }
        return attach { $0.add(effects.outputs) } ? [] : effects.outputs
    }

    /// - Returns: false where nothing is pending, so that the time for `body` is now.
    package mutating func afterwards(_ body: @escaping () -> Void) -> Bool {
        attach { $0.afterwards.append(body) }
    }

    /// Changes the newest batch that is not durable, if there is one.
    private mutating func attach(_ change: (inout Batch) -> Void) -> Bool {
        if !gathering.changes.isEmpty {
            change(&gathering)
            return true
        }
        switch writer {
        case .idle: return false
        case .committing(var batch):
            writer = .idle
            change(&batch)
            writer = .committing(batch)
        case .held(var batch):
            writer = .idle
            change(&batch)
            writer = .held(batch)
        }
        return true
    }

    /// - Returns: what to commit now; nil while the writer is at work or there is nothing to do.
    package mutating func startCommit() -> [Change]? {
        guard case .idle = writer, !gathering.changes.isEmpty else { return nil }
        let batch = gathering
        gathering = Batch()
        writer = .committing(batch)
        return batch.part
    }

    /// What was to be committed is more than the store takes at once.
    /// - Returns: the first half of it; nil where it cannot be parted.
    package mutating func part() -> [Change]? {
        guard case .committing(var batch) = writer, batch.halve() else { return nil }
        writer = .committing(batch)
        return batch.part
    }

    /// What was to be committed is durable.
    /// - Returns: the next part of its batch; nil where that was the last.
    package mutating func nextPart() -> [Change]? {
        guard case .committing(var batch) = writer, batch.goOn() else { return nil }
        writer = .committing(batch)
        return batch.part
    }

    /// The batch that was being committed is durable.
    /// - Returns: it; its outputs may leave now.
    package mutating func committed() -> Batch {
        guard case .committing(let batch) = writer else { return Batch() }
        writer = .idle
        return batch
    }

    /// The store took nothing of the batch that was being committed, for a reason that passes.
    package mutating func hold() {
        guard case .committing(let batch) = writer else { return }
        writer = .held(batch)
    }

    /// - Returns: what to commit once more.
    package mutating func retry() -> [Change]? {
        guard case .held(let batch) = writer else { return nil }
        writer = .committing(batch)
        return batch.part
    }
}
