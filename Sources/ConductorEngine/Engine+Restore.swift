import ConductorModel

extension Engine {
    /// Takes up what the store holds. Work that was running waits, as long as the grace time, for its agents to come
    /// back; what waited goes on waiting for the time that was left to it.
    public init(configuration: EngineConfiguration, restoring state: DurableState, at now: Moment) {
        self.configuration = configuration
        policies = PolicyBook(configured: configuration.policies, registered: state.policies)
        events = EventNumbers(after: state.lastSequence)
        live = LiveTasks(counts: state.counts.tasks)
        workflows = LiveWorkflows(counts: state.counts.workflows, lastNumber: state.counts.runs)
        errors = ErrorRecords(deadLetters: state.counts.deadLetters)
        for agent in state.agents where !agent.hasLeft { restore(agent, at: now) }
        for agent in state.agents.filter(\.hasLeft).sorted(by: { $0.updatedAt < $1.updatedAt }) {
            _ = agentBindings.bind(agent.agentID, to: agent.ownerUID, at: agent.updatedAt)
        }
        for breaker in state.breakers { restore(breaker, at: now) }
        for record in state.tasks { resume(restore(record), record, at: now) }
        let records = Dictionary(grouping: state.tasks.filter { $0.key.workflowID != nil }) { $0.key.workflowID }
        for workflow in state.workflows { restore(workflow, records[workflow.workflowID] ?? [], at: now) }
    }

    private mutating func restore(_ state: AgentState, at now: Moment) {
        let isLost = state.status == .failed
        var agent = Agent(
            state: state, presence: isLost ? .lost : .away(sinceStart: true), lastFrameAt: now.monotonic,
            lease: configuration.lease, breaker: Breaker(agentID: state.agentID))
        agent.refresh(at: state.updatedAt)
        fleet.insert(agent)
        if isLost {
            let left = Self.lostAgentAge - max(.zero, now.wall - state.updatedAt)
            deadlines.set(.presence(state.agentID), due: now.monotonic + max(.zero, left))
        } else if !canaries.plants(.loseGraceOnRestart) {
            deadlines.set(.presence(state.agentID), due: now.monotonic + configuration.grace)
        }
    }

    /// Sets what a task waits for.
    private mutating func resume(_ task: TaskHandle, _ record: TaskRecord, at now: Moment) {
        func left(until time: Timestamp, atMost most: Duration) -> Duration {
            now.monotonic + min(max(time - now.persistent, .zero), most)
        }
        switch record.stage {
        case .planned, .ended: break
        case .queued(_, let until):
            guard let demand = record.definition.demand, !canaries.plants(.loseQueueOnRestart) else { return }
            scheduler.enqueue(task, record, for: demand)
            deadlines.set(.task(task), due: left(until: until, atMost: record.queueTimeout))
        case .retrying(let time):
            deadlines.set(.task(task), due: left(until: time, atMost: retryPolicy(of: record).maxDelay))
        case .running(let deadline):
            live.resumeAttempt()
            // Its agent may have finished while nobody listened: it is given the grace time to say so.
            let due = left(until: deadline, atMost: record.definition.timeout)
            deadlines.set(.task(task), due: max(due, now.monotonic + configuration.grace))
            guard let agent = record.attempts.last?.agentID else { return }
            fleet.restore(task, record.key.taskID, with: agent)
        }
    }

    private mutating func restore(_ record: WorkflowRecord, _ records: [TaskRecord], at now: Moment) {
        let ids = records.map(\.key.taskID)
        var record = record
        record.definition.name(tasks: ids)
        if canaries.plants(.loseFeedbackCountOnRestart) { record.feedbackCount = 0 }
        guard let plan = try? WorkflowPlan(record.definition) else { return }
        var run = WorkflowRun(
            record: record, taskIDs: ids, plan: plan, agentsReturnUntil: now.monotonic + configuration.grace)
        if let course = run.course {
            run.resume(phaseTasks: run.tasks(ofPhaseAt: course.phase))
            run.follow(schedule(of: run.phaseTasks, in: run))
            // What one turn had no room for when the daemon ended.
            if run.nextStep() != nil { deadlines.set(.advance(record.workflowID), due: now.monotonic) }
        }
        workflows.restore(run)
        for demand in run.schedule.demands { followQueue(of: demand, in: record.workflowID, at: now) }
    }
}
