/// A bug that can be planted, so that tests show that they would find it.
package enum BridgeCanary: String, CaseIterable, Sendable {
    case grantBeforeRecord
    case skipClaimCheck
    case forgetLease
    case settleBeforeRecorded
    case beginUnasked
    case forgetClaimsOnRestart
    case dropOnDisconnect
    case regrantLostClaim
}

/// Which bug is planted: none, and no way to plant one, where the switch `CONDUCTOR_CANARIES` is not set.
package struct BridgeCanaries: Sendable {
    #if CONDUCTOR_CANARIES
    package static let canBePlanted = true
    private let planted: BridgeCanary?

    package init(planting canary: BridgeCanary? = nil) {
        planted = canary
    }

    package func plants(_ canary: BridgeCanary) -> Bool { planted == canary }
    #else
    package static let canBePlanted = false

    package init(planting canary: BridgeCanary? = nil) {}

    @inline(__always) package func plants(_ canary: BridgeCanary) -> Bool { false }
    #endif
}
