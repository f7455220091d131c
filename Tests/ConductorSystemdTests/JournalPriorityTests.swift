import ConductorSystemd
import Logging
import Testing

@Suite struct JournalPriorityTests {
    @Test("Every level of swift-log has its syslog priority")
    func mapping() {
        let priorities = Logger.Level.allCases.map { JournalPriority($0).rawValue }
        #expect(priorities == [7, 7, 6, 5, 4, 3, 2])
    }

    @Test("The names are those that journalctl -p takes, from 0 to 7")
    func names() {
        #expect(
            JournalPriority.allCases.map(\.name)
                == ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"])
        #expect(JournalPriority.allCases.map(\.rawValue) == Array(0...7))
    }
}
