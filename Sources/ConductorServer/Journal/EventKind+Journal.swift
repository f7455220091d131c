import ConductorModel
import ConductorSystemd

extension EventKind {
    /// The MESSAGE_ID of the journal's entries for this kind. Never to be changed: people search by it.
    var messageID: MessageID {
        switch self {
        case .agentRegistered: MessageID(0x3502_a23a_a9dd_3f0a_b6b1_9c4d_f81d_e021)
        case .agentUnregistered: MessageID(0x8f8a_2c27_8356_a11d_568d_1858_3b24_b8b5)
        case .agentLost: MessageID(0xf34d_5446_bc60_18f6_ec52_814e_6076_cc65)
        case .agentReturned: MessageID(0x99ab_8b19_7366_481f_c3fe_ffbb_c3cb_7e78)
        case .agentPaused: MessageID(0x1356_daaa_101e_0346_82dc_6634_4baa_7090)
        case .agentResumed: MessageID(0x58e1_0373_394f_ab06_f31b_53e4_1d5c_d019)
        case .taskQueued: MessageID(0xf05f_aae8_7cb9_adc5_424f_9ace_fe1d_3c8c)
        case .taskStarted: MessageID(0x9776_6d2a_d766_cf80_5c44_ae5c_b619_3518)
        case .taskRetrying: MessageID(0x7a23_f461_ae91_9f1a_0236_326c_3bae_0e36)
        case .taskCompleted: MessageID(0x30e6_8dfe_3634_e382_efd3_7c9e_44b4_268e)
        case .taskFailed: MessageID(0xad89_399e_2ede_b341_adaf_82eb_a560_ad86)
        case .taskRejected: MessageID(0xa4ed_ddb7_c902_efb3_b45b_5754_0b40_60de)
        case .taskCancelled: MessageID(0x0b55_f48e_eeb5_b297_2a61_5165_5715_a8b9)
        case .taskSkipped: MessageID(0x7726_2ae4_02d5_cdd5_f092_0941_9519_7aea)
        case .taskAdopted: MessageID(0xdd23_82ec_6a0e_ee5e_409d_7105_3243_9e34)
        case .workflowStarted: MessageID(0xd1f7_558d_09a0_2295_c64e_1a50_c3ef_0174)
        case .workflowPaused: MessageID(0xd451_6f5c_850e_6619_b3ae_0f2a_3f20_8e09)
        case .workflowResumed: MessageID(0x0411_1615_0271_f0c9_3a79_8060_efbf_75e9)
        case .workflowCompleted: MessageID(0x6759_6e2b_0b48_81a3_d196_fa62_80ab_19e0)
        case .workflowFailed: MessageID(0x8597_7468_2aee_a36e_dc7f_39bd_65da_3519)
        case .workflowCancelled: MessageID(0xe317_0f06_5ae8_3170_c558_6d23_6dfd_6e03)
        case .phaseStarted: MessageID(0x8e2c_d0e0_4ca0_3418_3b57_ecc9_dc1f_db89)
        case .phaseCompleted: MessageID(0x4614_e1ab_06fe_94a6_36e5_7e9f_8209_b66b)
        case .phaseSkipped: MessageID(0xc6e6_064d_bf3f_bc0f_495c_ad14_54ac_d007)
        case .gatePassed: MessageID(0xf107_9759_f3b4_9d08_bb6b_bdf0_8171_018c)
        case .gateBlocked: MessageID(0xd44d_f0d4_c9ce_c4a5_f1d0_eb52_796e_9c4d)
        case .gateApproved: MessageID(0x3aa5_03d1_b545_d385_c4d6_6301_a2b8_ed31)
        case .gateDenied: MessageID(0x197f_4044_631c_002a_867c_c6e2_9deb_e7ab)
        case .feedbackStarted: MessageID(0x427f_7016_5f94_44a3_2c4a_3a9b_eb97_198b)
        case .policyViolated: MessageID(0xc098_c7b7_f4ed_7c19_0b7c_a071_0385_11e5)
        case .breakerOpened: MessageID(0x6474_2c9b_793a_958a_da6f_3af9_ff8b_01f0)
        case .breakerHalfOpened: MessageID(0x45ec_ea6f_4460_601c_20ce_a777_ecbf_3ac1)
        case .breakerClosed: MessageID(0xb50a_a7a7_e7a9_7aef_257d_8a1c_9864_4611)
        case .deadLetterAdded: MessageID(0x3176_f73e_16ec_3a0c_c454_c0c9_e6f6_1523)
        case .deadLetterRedriven: MessageID(0x9073_a06d_3e88_f29e_e618_9a3a_8e76_09e7)
        case .deadLetterDiscarded: MessageID(0x46e3_b11b_180d_c308_eecf_fe07_ab75_8608)
        }
    }

    /// How much whoever reads the journal should care.
    var priority: JournalPriority {
        switch self {
        case .taskQueued, .taskStarted, .taskAdopted, .phaseStarted, .phaseSkipped, .agentPaused, .agentResumed: .info
        case .taskCompleted, .taskSkipped, .taskCancelled, .phaseCompleted, .gatePassed, .breakerHalfOpened: .info
        case .agentRegistered, .agentUnregistered, .agentReturned, .workflowStarted, .workflowPaused,
            .workflowResumed, .workflowCompleted, .workflowCancelled, .gateApproved, .gateDenied, .feedbackStarted,
            .breakerClosed, .deadLetterRedriven, .deadLetterDiscarded:
            .notice
        case .taskRetrying, .gateBlocked, .policyViolated, .breakerOpened: .warning
        case .agentLost, .taskFailed, .taskRejected, .workflowFailed, .deadLetterAdded: .error
        }
    }
}

extension MessageID {
    static let taskLog = MessageID(0x27c5_60f1_8d4b_4e0a_8f3d_95b6_1a2c_e7d4)
    static let policyRegistered = MessageID(0x91e8_3b5d_04c7_4a2f_b6d9_7f20_c81e_5a36)
    static let policyUnregistered = MessageID(0xc4a7_2e96_f13b_48d5_9e04_3b8c_d652_71f8)
    static let escalation = MessageID(0x1f5a_6953_3f1c_7f69_8e6a_f0a2_5644_c952)
    static let storeFault = MessageID(0xe4be_1f10_fe2b_dacf_2e94_fe4a_2ace_12f9)
    static let storeLoss = MessageID(0x10b0_034a_a13e_4210_92fe_521b_3f25_8033)
    static let historyRemoved = MessageID(0x5d0c_7a3b_8c1e_4f6a_9b52_e1f0_34c7_a86d)
    static let storeHeld = MessageID(0x617c_f04e_39fa_82d2_780a_3f2f_e7b4_8d26)
    static let storeHealed = MessageID(0x6561_659a_dc96_e569_1a2e_24a8_a4ee_e4b5)
    static let socketMissing = MessageID(0x2d7b_90c4_e15a_4f38_86b1_c3f0_9a42_d75e)
    static let daemonStarted = MessageID(0x6b63_ea25_4746_3b79_7e90_d595_4bbc_5c50)
    static let configurationChanged = MessageID(0x4f0e_6d1b_93a2_47c5_8b7e_52c1_0d9f_a634)
    static let configurationRefused = MessageID(0xb82a_17f4_5c3d_4e96_a1d0_7e4b_c65f_0928)
    static let daemonStopped = MessageID(0xd293_038b_9747_b0f9_af78_82ee_7175_69a8)

    /// All kinds of entries of the daemon's own, beside those of events.
    static let ofDaemon: [MessageID] = [
        taskLog, policyRegistered, policyUnregistered, escalation, storeFault, storeLoss, historyRemoved, storeHeld,
        storeHealed, socketMissing, daemonStarted, configurationChanged, configurationRefused, daemonStopped,
        JournalEntry.lossMessageID,
    ]
}
