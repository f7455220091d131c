import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Metrics")
struct MetricsTests {
    private func metrics(_ format: MetricsReport.Format) throws -> JSONValue {
        var scene = Scene.patient("coder")
        scene.tripBreaker()
        scene.enqueue(task("waiting", .coding))
        guard case .success(let reply) = scene.ask(.metricsGet(format)) else { throw Missing("metrics") }
        return try reply.jsonText.parsed()
    }

    @Test("as Prometheus text are families of a help, a type and samples, each told once")
    func prometheus() throws {
        let text = try #require(try metrics(.prometheus)["text"]?.string)
        #expect(text.hasSuffix("\n"))
        var family = ""
        var seen: Set<String> = []
        for line in text.split(separator: "\n") {
            if let help = line.wholeMatch(of: /# HELP (conductor_[a-z_]+) \S.*/) {
                family = String(help.1)
                #expect(seen.insert(family).inserted)
            } else if let type = line.wholeMatch(of: /# TYPE (conductor_[a-z_]+) (gauge|counter)/) {
                #expect(type.1 == family)
                #expect((type.2 == "counter") == family.hasSuffix("_total"))
            } else {
                let sample = try #require(line.wholeMatch(of: /([a-z_]+)(\{[a-z]+="[a-z_.]+"\})? [0-9.]+/), "\(line)")
                #expect(sample.1 == family)
                #expect(seen.insert(String(line.prefix { $0 != " " }) + "{}").inserted)
            }
        }
        #expect(text.contains("\nconductor_breakers_open 1"))
        #expect(text.contains("\nconductor_tasks{status=\"failed\"} 5"))
        #expect(text.contains("\nconductor_events_by_kind_total{kind=\"breaker.opened\"} 1"))
    }

    @Test("as JSON are the same numbers, by name and by what tells them apart")
    func json() throws {
        let metrics = try #require(try metrics(.json)["metrics"])
        #expect(metrics["conductor_breakers_open"]?.double == 1)
        #expect(metrics["conductor_dead_letters"]?.double == 5)
        #expect(metrics["conductor_tasks_queued"]?.double == 1)
        #expect(metrics["conductor_tasks"]?["failed"]?.double == 5)
        #expect(metrics["conductor_agents"]?["idle"]?.double == 1)
        #expect(metrics["conductor_events_by_kind_total"]?["task.started"]?.double == 5)
    }
}
