import ConductorBridge
import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The owner's side of a bridge: feeds the machine, and does what it says.
actor OwnerBridge {
    private var machine: OwnerMachine
    private let network: any BridgeNetwork
    private let book: ClaimBook
    let link: DaemonLink
    let dependencies: BridgeDependencies
    let observe: @Sendable (BridgeNotice) -> Void
    let errands = Errands()

    /// The connections of the seats' agents; a later one has a higher number.
    var lines: [Seat: SeatLine] = [:]
    var lineCount = 0
    /// What the daemon is being told just now.
    private var underWay: Set<DaemonCall> = []

    /// What the book is to hold, in order, and the sign that there is something.
    private var entries: [ClaimBook.Entry] = []
    private let hasEntries: AsyncStream<Void>
    private let entriesInput: AsyncStream<Void>.Continuation

    private enum DaemonCall: Hashable {
        case complete(AttemptToken)
        case giveBack(AttemptToken)
        case drain(Seat)
    }

    init(
        _ configuration: OwnerMachine.Configuration, book: ClaimBook, network: any BridgeNetwork, link: DaemonLink,
        _ dependencies: BridgeDependencies, observe: @escaping @Sendable (BridgeNotice) -> Void
    ) {
        machine = OwnerMachine(configuration, restoring: book.found, at: dependencies.now())
        self.book = book
        self.network = network
        self.link = link
        self.dependencies = dependencies
        self.observe = observe
        (hasEntries, entriesInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Until the calling task is cancelled.
    /// - Throws: `ClaimFileFault`: what was recorded is not known any more.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.errands.run() }
            group.addTask { try await self.keepBook() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    func handle(_ input: OwnerMachine.Input) {
        var random = OutsideRandom(source: dependencies.random)
        for action in machine.handle(input, at: dependencies.now(), random: &random) { perform(action) }
    }

    /// A stop need not wait any longer.
    var isSettled: Bool { machine.isSettled && entries.isEmpty && underWay.isEmpty }

    private func perform(_ action: OwnerMachine.Action) {
        switch action {
        case .send(let message, let host):
            if case .grant(_, let grant) = message { noteGrant(grant.claim) }
            network.send(BridgePacket(for: .worker, peer: host, body: message.jsonText.bytes))
        case .register(let registration, let seat): openLine(seat, registration)
        case .drain(let seat): begin(.drain(seat)) { await self.drain(seat) }
        case .complete(let completion):
            begin(.complete(completion.token)) { await self.complete(completion) }
        case .giveBack(let attempt): begin(.giveBack(attempt.token)) { await self.giveBack(attempt) }
        case .report(let report, let seat): lines[seat]?.say(report)
        case .record(let record):
            granting[record.claim] = record
            enter(.record(record))
        case .erase(let claim):
            granting[claim] = nil
            observe(.released(claim))
            enter(.erase(claim))
        }
    }

    /// Claims that are recorded and of which no grant was sent yet.
    private var granting: [ClaimID: ClaimRecord] = [:]

    private func noteGrant(_ claim: ClaimID) {
        if let record = granting.removeValue(forKey: claim) { observe(.granted(record)) }
    }

    // MARK: The book

    private func enter(_ entry: ClaimBook.Entry) {
        entries.append(entry)
        entriesInput.yield()
    }

    /// What has gathered while the disk was at work is written at once.
    private func keepBook() async throws {
        for await _ in hasEntries {
            let batch = entries
            entries = []
            guard !batch.isEmpty else { continue }
            try await book.write(batch)
            for case .record(let record) in batch { handle(.recorded(record.claim)) }
        }
    }

    // MARK: What the daemon is told

    /// The machine says it again where nothing comes of it; a daemon that does not answer is told one thing once.
    private func begin(_ call: DaemonCall, _ errand: @escaping Errands.Errand) {
        guard underWay.insert(call).inserted else { return }
        errands.begin {
            await errand()
            await self.ended(call)
        }
    }

    private func ended(_ call: DaemonCall) {
        underWay.remove(call)
    }

    private func complete(_ completion: TaskCompletion) async {
        do {
            do {
                try await link.current().complete(completion)
            } catch let refusal as Refusal where refusal.code == .invalidParams {
                var failed = TaskCompletion(
                    taskID: completion.taskID, attempt: completion.attempt, token: completion.token, status: .failed)
                failed.errorCode = "INVALID_OUTPUT"
                failed.errorMessage = "the daemon does not take the result: \(refusal.message)"
                try await link.current().complete(failed)
            }
        } catch let refusal as Refusal where !refusal.code.isRetryable {
            // It does not want it any more.
        } catch {
            return
        }
        handle(.completed(completion.token))
    }

    private func giveBack(_ attempt: AttemptReference) async {
        do {
            _ = try await link.current().giveBack(attempt)
        } catch let refusal as Refusal where !refusal.code.isRetryable {
            // It does not want it any more.
        } catch {
            return
        }
        handle(.returned(attempt.token))
    }

    private func drain(_ seat: Seat) async {
        do {
            _ = try await link.current().drain(seat.agentID)
            handle(.drained(seat))
        } catch {
            closeLine(seat, error)
        }
    }
}
