import ConductorEngineSupport
import ConductorModel
import ConductorSpecification

/// What operators do besides submitting work.
extension Simulator {
    mutating func steer() {
        let workflows = scene.stored.workflows
        switch dice.below(6) {
        case 0, 1:
            guard let workflow = dice.pick(workflows.filter { !$0.status.isTerminal }) else { return }
            tell { $0.ask(.workflowPause(workflow.workflowID)) }
        case 2:
            guard let workflow = dice.pick(workflows.filter(\.isPaused)) else { return }
            tell { $0.ask(.workflowResume(workflow.workflowID)) }
        case 3, 4:
            guard let workflow = dice.pick(workflows) else { return }
            var retry = WorkflowRetry(workflowID: workflow.workflowID)
            retry.onlyFailed = dice.below(2) == 0
            retry.requestKey = anyKey()
            tell { $0.ask(.workflowRetry(retry)) }
        default:
            guard let workflow = dice.pick(workflows.filter(\.isHeldAtGate)) else { return }
            var approval = WorkflowApproval(workflowID: workflow.workflowID, approve: dice.below(3) > 0)
            approval.requestKey = anyKey()
            tell { $0.ask(.workflowApprove(approval)) }
        }
    }

    mutating func handleErrors() {
        let tripped = scene.stored.breakers.values.filter { !$0.isClosed }.map(\.agentID).sorted()
        if let agent = dice.pick(tripped), dice.below(2) == 0 {
            return tell { scene in
                if scene.stored.breakers[agent]?.isOpen == true {
                    scene.wait(BreakerSettings().openDuration)
                } else {
                    scene.ask(.breakerReset(agent))
                }
            }
        }
        switch dice.below(4) {
        case 0:
            guard let letter = dice.pick(scene.stored.deadLetters) else { return }
            tell { $0.ask(.deadLetterDiscard(letter.id)) }
        default:
            guard let letter = dice.pick(scene.stored.deadLetters) else { return }
            var redrive = DeadLetterRedrive(id: letter.id)
            redrive.requestKey = anyKey()
            tell { $0.ask(.deadLetterRedrive(redrive)) }
        }
    }

    private mutating func anyKey() -> String? {
        dice.below(2) == 0 ? "key-\(dice.below(3))" : nil
    }
}
