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
            } else if let type = line.wholeMatch(of: /# TYPE (conductor_[a-z_]+) (gauge|counter|histogram)/) {
                #expect(type.1 == family)
                #expect((type.2 == "counter") == family.hasSuffix("_total"))
            } else {
                let sample = try #require(
                    line.wholeMatch(of: /([a-z_]+)(\{[a-z]+="[a-z_.0-9]+"(,le="[0-9.+Inf]+")?\})? [0-9.e-]+/), "\(line)"
                )
                let suffix = sample.1.dropFirst(family.utf8.count)
                #expect(sample.1.hasPrefix(family) && ["", "_bucket", "_sum", "_count"].contains(suffix))
                #expect(seen.insert(String(line.prefix { $0 != " " }) + "{}").inserted)
            }
        }
        #expect(text.contains("\nconductor_breakers_open 1"))
        #expect(text.contains("\nconductor_tasks{status=\"failed\"} 5"))
        #expect(text.contains("\nconductor_events_by_kind_total{kind=\"breaker.opened\"} 1"))
    }

    @Test("tell by type how long tasks waited before each attempt, and how long attempts ran")
    func times() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.enqueue(task("first", .coding))
        scene.enqueue(task("second", .coding))
        scene.wait(.seconds(3))
        scene.answer(try scene.order("first"))
        scene.wait(.seconds(40))
        scene.answer(try scene.order("second"))
        guard case .success(let reply) = scene.ask(.metricsGet(.json)) else { throw Missing("metrics") }
        let metrics = try #require(try reply.jsonText.parsed()["metrics"])
        let queue = try #require(metrics["conductor_task_queue_seconds"]), run = metrics["conductor_task_run_seconds"]
        #expect(queue["coding"]?["buckets"]?["0.01"]?.integer == 1)
        #expect(queue["coding"]?["buckets"]?["2.5"]?.integer == 1)
        #expect(queue["coding"]?["buckets"]?["5"]?.integer == 2)
        #expect(queue["coding"]?["sum"]?.double == 3)
        #expect(run?["coding"]?["buckets"]?["30"]?.integer == 1)
        #expect(run?["coding"]?["sum"]?.double == 43)
        #expect(run?["review"]?["count"]?.integer == 0)
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
