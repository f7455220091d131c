import ConductorJSON
import ConductorModel
import ConductorTestSupport
import Testing

@testable import ConductorServer

@Suite("The configuration in conductord(8)")
struct ConfigurationPageTests {
    @Test("is every key, and no other")
    func keys() throws {
        let section = try #require(try ManualPage("conductord.8").sections.first { $0.title == "CONFIGURATION" })
        #expect(section.items("Va ").sorted() == (Setting.all.map(\.key) + ["policies", "limits"]).sorted())
    }

    @Test("tells the range and the default of every limit as they are")
    func limits() throws {
        let section = try #require(try ManualPage("conductord.8").sections.first { $0.title == "CONFIGURATION" })
        let pattern = /\.It Va (limits\.\w+) Ta (\d+) Ta ([\d.]+) to (\d+)/
        for match in section.lines.compactMap({ $0.wholeMatch(of: pattern) }) {
            let setting = try #require(Setting.all.first { $0.key == match.1 })
            var configuration = DaemonConfiguration(socket: "/s", stateFolder: "/d")
            #expect(setting.set(&configuration, String(match.3)) && setting.set(&configuration, String(match.4)))
            #expect(setting.expectation.contains("\(match.3) to \(match.4)"), "\(setting.expectation)")
            let limits = try DaemonConfiguration(socket: "/s", stateFolder: "/d").limits.jsonText.parsed()
            #expect(limits[String(match.1.dropFirst("limits.".count))]?.text.string == String(match.2))
        }
    }
}
