import ConductorTestSupport
import Testing

@testable import ConductorServer

@Suite("conductor.yaml(5)")
struct ConfigurationPageTests {
    private let sections: [ManualPage.Section]

    init() throws {
        sections = try ManualPage("conductor.yaml.5").sections
    }

    @Test("lists every key, and no other")
    func keys() {
        #expect(sections.flatMap { $0.items("Va ") }.sorted() == (Setting.all.map(\.key) + ["policies"]).sorted())
    }

    @Test("tells the default and the range of every number as they are")
    func numbers() throws {
        let rows = sections.flatMap(\.lines).compactMap {
            $0.wholeMatch(of: /\.It Va (\S+) No = (\S+) Pq (\S+ to \S+)/)
        }
        let numbers = Setting.all.filter { $0.expectation.contains(" from ") }
        #expect(rows.map { String($0.1) }.sorted() == numbers.map(\.key).sorted())
        let standard = DaemonConfiguration(socket: "/s", stateFolder: "/d")
        for row in rows {
            let setting = try #require(numbers.first { $0.key == row.1 })
            #expect(setting.text(standard) == row.2, "\(setting.key)")
            #expect((setting.expectation + " ").contains(" from \(row.3) "), "\(setting.key)")
        }
    }

    @Test("says of a key that it needs a restart where that is so")
    func restarts() throws {
        let lines = sections.flatMap(\.lines)
        for setting in Setting.all where !setting.isList {
            let heading = ".It Va \(setting.key) "
            let start = try #require(lines.firstIndex { ($0 + " ").hasPrefix(heading) }, "\(setting.key)")
            let item = lines[(start + 1)...].prefix { !$0.hasPrefix(".It ") && $0 != ".El" }
            #expect(item.contains("A change needs a restart.") == (setting.effect == .atRestart), "\(setting.key)")
        }
    }
}
