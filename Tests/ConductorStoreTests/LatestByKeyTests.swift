import Testing

@testable import ConductorStore

@Suite("The last value of each key")
struct LatestByKeyTests {
    @Test(
        "is found, in the order in which the keys came first, whether there are few keys or many",
        arguments: [1, 8, 9, 500])
    func keepsOrder(count: Int) {
        var latest = LatestByKey<Int, String>()
        for key in 0..<count { latest.put("first \(key)", for: key) }
        for key in (0..<count).reversed() { latest.put(for: key) { earlier in "\(earlier ?? "none"), then \(key)" } }
        #expect(latest.values == (0..<count).map { "first \($0), then \($0)" })
        #expect(latest.entries.map(\.0) == Array(0..<count))
        #expect((0..<count).allSatisfy { latest[$0] == "first \($0), then \($0)" && latest.has($0) })
        #expect(latest[count] == nil && !latest.has(count))
    }

    @Test("is taken over from later ones")
    func putsAll() {
        var latest = LatestByKey<Int, String>(), later = LatestByKey<Int, String>()
        for key in 0..<6 { latest.put("old", for: key) }
        for key in 3..<12 { later.put("new", for: key) }
        latest.put(all: later)
        #expect(latest.values == Array(repeating: "old", count: 3) + Array(repeating: "new", count: 9))
        #expect(latest.mapValues(\.count)[11] == 3)
    }
}
