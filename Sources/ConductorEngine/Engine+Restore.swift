import ConductorModel

extension Engine {
    /// Takes up what the store holds. Work that was running waits, as long as the grace time, for its agents to come
    /// back; what waited goes on waiting for the time that was left to it.
    public init(configuration: EngineConfiguration, restoring state: DurableState, at now: Moment) {
        self.configuration = configuration
        policies = PolicyBook(configured: configuration.policies, registered: state.policies)
        sequence = state.lastSequence
        counts = state.counts
        for agent in state.agents { restore(agent, at: now) }
        for breaker in state.breakers { restore(breaker, at: now) }
        for record in state.tasks {
            restore(record)
            resume(record, at: now)
        }
        let records = Dictionary(grouping: state.tasks.filter { $0.key.workflowID != nil }) { $0.key.workflowID }
        for workflow in state.workflows { restore(workflow, records[workflow.workflowID] ?? [], at: now) }
    }

    private mutating func restore(_ state: AgentState, at now: Moment) {
        let isLost = state.status == .failed
        var agent = Agent(
            state: state, presence: isLost ? .lost : .away(sinceStart: true), lastFrameAt: now.monotonic,
            lease: configuration.lease, breaker: Breaker(agentID: state.agentID))
        agent.refresh(at: state.updatedAt)
        registry.insert(agent)
        if !isLost, !canaries.plants(.loseGraceOnRestart) {
            deadlines.set(.presence(state.agentID), due: now.monotonic + configuration.grace)
        }
    }

    /// Sets what a task waits for.
    private mutating func resume(_ record: TaskRecord, at now: Moment) {
        func left(until time: Timestamp, atMost most: Duration) -> Duration {
            now.monotonic + min(max(time - now.persistent, .zero), most)
        }
        switch record.stage {
        case .planned, .ended: break
        case .queued(_, let until):
            guard let type = record.definition.assignedTo, !canaries.plants(.loseQueueOnRestart) else { return }
            queues[type, default: WaitQueue()].append(
                record.key, priority: record.definition.priority, uid: record.ownerUID)
            deadlines.set(.queue(record.key), due: left(until: until, atMost: record.queueTimeout))
        case .retrying(let time):
            deadlines.set(.retry(record.key), due: left(until: time, atMost: retryPolicy(of: record).maxDelay))
        case .running(let deadline):
            runningTasks += 1
            // Its agent may have finished while nobody listened: it is given the grace time to say so.
            let due = left(until: deadline, atMost: record.definition.timeout)
            deadlines.set(.attempt(record.key), due: max(due, now.monotonic + configuration.grace))
            guard let agent = record.attempts.last?.agentID else { return }
            registry.update(agent) {
                $0.running.append(record.key)
                $0.refresh(at: $0.state.updatedAt)
            }
        }
    }

    private mutating func restore(_ record: WorkflowRecord, _ records: [TaskRecord], at now: Moment) {
        let ids = records.map(\.key.taskID)
        var record = record
        record.definition.name(tasks: ids)
        if canaries.plants(.loseFeedbackCountOnRestart) { record.feedbackCount = 0 }
        guard let plan = try? WorkflowPlan(record.definition) else { return }
        var run = WorkflowRun(record: record, taskIDs: ids, plan: plan)
        run.agentsReturnUntil = now.monotonic + configuration.grace
        if let course = run.course {
            run.phaseTasks = run.tasks(ofPhaseAt: course.phase)
            run.schedule = schedule(of: run.phaseTasks, in: run)
        }
        workflows[record.workflowID] = run
        for type in AgentType.allCases { followQueue(of: type, in: record.workflowID, at: now) }
    }
}
