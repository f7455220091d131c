import ConductorTestSupport
import Testing

@testable import ConductorServer

@Suite("The configuration in conductord(8)")
struct ConfigurationPageTests {
    private let section: ManualPage.Section

    init() throws {
        section = try #require(try ManualPage("conductord.8").sections.first { $0.title == "CONFIGURATION" })
    }

    @Test("is every key, and no other")
    func keys() {
        #expect(section.items("Va ").sorted() == (Setting.all.map(\.key) + ["policies"]).sorted())
    }

    @Test("tells the default and the range of every number as they are")
    func numbers() throws {
        let rows = section.lines.compactMap { $0.wholeMatch(of: /\.It Va (\S+) Ta (\S+) Ta (\S+ to \S+)/) }
        let numbers = Setting.all.filter { $0.expectation.contains(" from ") }
        #expect(rows.map { String($0.1) }.sorted() == numbers.map(\.key).sorted())
        let standard = DaemonConfiguration(socket: "/s", stateFolder: "/d")
        for row in rows {
            let setting = try #require(numbers.first { $0.key == row.1 })
            #expect(setting.text(standard) == row.2, "\(setting.key)")
            #expect(setting.expectation.hasSuffix(" from \(row.3)"), "\(setting.key)")
        }
    }
}
