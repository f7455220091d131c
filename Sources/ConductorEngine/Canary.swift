/// A bug that can be planted, so that tests show that they would find it.
package enum Canary: String, CaseIterable, Sendable {
    case acknowledgeBeforeCommit
    case skipTokenCheck
    case skipUIDCheck
    case forgetAnswer
    case forgetDeadLetter
    case loseGraceOnRestart
    case loseQueueOnRestart
    case loseFeedbackCountOnRestart
    case countRestartAsFailure
    case adoptWrongAttempt
    case runSameIDTwice
    case ignoreNeeds
    case ignoreGate
    case ignoreParallelism
    case exceedCapacity
    case exceedRetryBudget
    case exceedFeedbackLoops
    case forgetRequestKey
    case forgetPumpAfterRegister
    case dropEvent
    case breakerNeverOpens
    case leaseByWallClock
    case expireEarly
    case keepWaitingForNobody
    case forgetDrain
    case countReturns
    case ignoreLabels
    case loseAgentsWhileHeld
}

/// Which bug is planted: none, and no way to plant one, where the switch `CONDUCTOR_CANARIES` is not set.
package struct Canaries: Sendable {
    #if CONDUCTOR_CANARIES
    package static let canBePlanted = true
    private let planted: Canary?

    package init(planting canary: Canary? = nil) {
        planted = canary
    }

    package func plants(_ canary: Canary) -> Bool { planted == canary }
    #else
    package static let canBePlanted = false

    package init(planting canary: Canary? = nil) {}

    @inline(__always) package func plants(_ canary: Canary) -> Bool { false }
    #endif
}
