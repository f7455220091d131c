import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorTransport

/// Requests: with what the engine must know for them looked up, and handed over.
extension EngineLoop {
    /// Why nobody may call a method at present, whatever its parameters; nil where one may.
    func refusal(of method: Method) -> Refusal? {
        guard let fault = committer.fault, method.changesState else { return nil }
        return Refusal(.storageFull, "the store accepts no changes at present: \(fault.message)")
    }

    /// Takes a request that its caller's role covers, finds what the engine must know for it, and hands it over.
    func ask(_ request: Request, as caller: Caller) {
        guard phase == .open else { return }
        if let peer = connections[caller.connection]?.channel.peer,
            let refusal = facts.roles.access.bounds.refusal(of: request, by: peer)
        {
            return refuse(caller, refusal)
        }
        // Who asks for no answer is not read for.
        guard caller.request != nil || !request.isQuery else { return handle(.leaseRenewed(caller.connection)) }
        switch withEngine({ $0.lookup(for: request) }) {
        case .nothing: handle(request, caller, .nothing)
        case .task(let key):
            lookUp(for: request, caller) { pending throws(StoreFault) in
                try lookups.task(key, pending: pending)
            }
        case .attempt(let id, let token):
            lookUp(id, token, for: request, caller)
        case .workflow(let id) where !request.changesState && !committer.records.mayShow(in: request):
            readWhole(id, for: request, caller)
        case .workflow(let id):
            lookUp(for: request, caller) { pending throws(StoreFault) in
                try lookups.workflow(id, pending: pending)
            }
        case .tasks(let query):
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.tasks(query)
            } known: {
                .tasks($0.records, nextCursor: $0.nextCursor)
            }
        case .workflows(let query):
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.workflows(query)
            } known: {
                .workflows($0.records, nextCursor: $0.nextCursor)
            }
        case .deadLetters(let page):
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.deadLetters(page)
            } known: {
                .deadLetters($0.records, nextCursor: $0.nextCursor)
            }
        case .matches(let reference):
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.matches(reference, of: caller.peer.uid)
            } known: {
                .matches($0)
            }
        case .deadLetter(let id):
            lookUp(for: request, caller) { pending throws(StoreFault) in
                try lookups.deadLetter(id, pending: pending)
            }
        case .process: describe(for: request, caller)
        case .accounts:
            read(with: reader, for: request, caller) { store throws(StoreFault) in
                try store.storedBytes()
            } known: { [self] bytes in
                .accounts(connections.accounts.usage(storing: bytes))
            }
        case .backup: copy(for: request, caller)
        }
    }

    private var lookups: PointLookups<StoreRecords> {
        PointLookups(store: store, pendingDeletions: history.pendingDeletions)
    }

    private func handle(_ request: Request, _ caller: Caller, _ known: StoredContext) {
        guard phase == .open else { return }
        guard committer.fault != nil, !committer.records.mayShow(in: request) else {
            return handle(.request(request, caller, known))
        }
        // The store takes nothing at present; what shows nothing of that need not wait for it.
        let effects = engine.handle(.request(request, caller, known), at: time.now(), random: &random)
        if effects.changes.isEmpty { committer.release(effects.outputs) } else { committer.add(effects) }
        endTurnLater()
    }

    private func lookUp(
        for request: Request, _ caller: Caller, _ find: (PendingRecords) throws(StoreFault) -> StoredContext
    ) {
        do throws(StoreFault) {
            handle(request, caller, try find(committer.records))
        } catch {
            refuse(caller, unreadable(error))
        }
    }

    /// A token that the engine does not know: of a task that has ended, or of none.
    private func lookUp(_ id: TaskID, _ token: AttemptToken, for request: Request, _ caller: Caller) {
        if let task = committer.records.task(id, attempt: token) { return handle(request, caller, .task(task)) }
        read(with: wholes, for: request, caller) { store throws(StoreFault) in
            try store.task(id, attempt: token)
        } known: { [self] stored in
            let isLeaving = stored.map { history.pendingDeletions.holds($0.key) } ?? false
            return lookups.task(id, attempt: token, stored: isLeaving ? nil : stored, pending: committer.records)
        }
    }

    /// Nothing of the workflow is on its way to the store: it is read on another thread. What changes meanwhile and has
    /// not ended is in the engine's memory, which comes first.
    private func readWhole(_ id: WorkflowID, for request: Request, _ caller: Caller) {
        read(with: wholes, for: request, caller) { store throws(StoreFault) in
            try store.wholeWorkflow(id)
        } known: { [self] stored in
            let isLeaving = history.pendingDeletions.workflows.contains(id)
            return lookups.workflow(id, stored: isLeaving ? nil : stored, pending: committer.records)
        }
    }

    private func read<Found: Sendable>(
        with reader: StoreReader, for request: Request, _ caller: Caller,
        _ query: @escaping @Sendable (any Store) throws(StoreFault) -> Found, known: @escaping (Found) -> StoredContext
    ) {
        reader.read(for: caller.peer.uid, query) { [self] outcome in
            guard phase == .open else { return }
            switch outcome {
            case .success(let found): handle(request, caller, known(found))
            case .failure(let fault): refuse(caller, unreadable(fault))
            }
        }
    }

    private func describe(for request: Request, _ caller: Caller) {
        var process = facts.report(at: time.now(), store: store, fault: committer.fault, connections: connections.count)
        if case .metricsGet = request { process.measured = times.families }
        guard committer.fault != nil else { return handle(request, caller, .process(process)) }
        let reply: Reply =
            if case .metricsGet(let format) = request {
                .metrics(durable.metrics(process), format)
            } else {
                .status(StatusReport(process: process, counts: durable.counts))
            }
        committer.release([.reply(caller, .success(reply))])
        handle(.leaseRenewed(caller.connection))
    }

    private func copy(for request: Request, _ caller: Caller) {
        let name = "conductor-" + time.now().wall.compact
        copier.read(for: caller.peer.uid) { store throws(StoreFault) in
            try store.backup(named: name)
        } completion: { [self] outcome in
            guard phase == .open else { return }
            switch outcome {
            case .success(let backup): handle(request, caller, .backup(file: backup.file, bytes: backup.bytes))
            case .failure(let fault): refuse(caller, notCopied(fault))
            }
        }
    }

    private func notCopied(_ fault: StoreFault) -> Refusal {
        switch fault.kind {
        case .full: return Refusal(.storageFull, "there is no room for a copy: \(fault)")
        case .conflict: return Refusal(.conflict, fault.message)
        case .io, .busy, .corrupt, .newerVersion, .locked, .notPrivate, .tooLarge:
            journal.record(fault, "The store could not be copied.")
            return Refusal(.internalError, "the store could not be copied: \(fault)")
        }
    }

    /// A refusal shows no state, so it waits for nothing; the frame was a sign of life all the same.
    private func refuse(_ caller: Caller, _ refusal: Refusal) {
        committer.release([.reply(caller, .failure(refusal))])
        handle(.leaseRenewed(caller.connection))
    }

    private func unreadable(_ fault: StoreFault) -> Refusal {
        journal.record(fault, "The store could not be read.")
        return Refusal(.internalError, "the store could not be read")
    }
}
