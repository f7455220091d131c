import ConductorTestSupport
import Foundation
import Testing

@Suite("Labels", .timeLimit(.minutes(2)))
struct LabelTests {
    private let daemon: DaemonProcess
    private let bench: Bench

    init() async throws {
        daemon = try await DaemonProcess()
        bench = try Bench()
    }

    private func run(_ arguments: String...) async throws -> (status: Int32?, output: String) {
        let ended = try await ChildProcess.conductorctl(arguments, socket: daemon.socket).finish()
        return (ended.exit.status, ended.output + ended.errors)
    }

    @Test("of a fleet's agents lead a workflow's tasks to them, and what nobody has is told")
    func lead() async throws {
        let fleet = try bench.write(
            """
            agents:
              - {id: plain, type: test, command: [cat]}
              - {id: large, type: test, labels: [gpu, memory=64], command: [cat]}
            """, "labels.yaml")
        let workflow = try bench.write(
            """
            name: labels
            tasks:
              - {task_id: a, name: a, assigned_to: test, agent_labels: [gpu]}
              - {task_id: b, name: b, assigned_to: test, agent_labels: [memory=64, gpu]}
              - {task_id: c, name: c, assigned_to: test, agent_labels: [id=plain]}
            """, "workflow.yaml")
        let up = try await ChildProcess.fleet(fleet, agents: ["plain", "large"], on: daemon)
        let ran = try await run("run", workflow)
        #expect(ran.status == 0)
        for (task, agent) in [("a", "large"), ("b", "large"), ("c", "plain")] {
            #expect(ran.output.contains("\(task) started on \(agent)"), "\(ran.output)")
        }
        let refused = try await run("dispatch", "--type", "test", "--name", "d", "--agent-label", "tpu")
        #expect(refused.status == 1)
        #expect(refused.output.contains("NO_AVAILABLE_AGENT: no agent of type test with label tpu is registered"))
        #expect(try await run("agents", "-o", "wide").output.contains("gpu, memory=64"))
        up.signal(SIGTERM)
        #expect(await up.exit.status == 0)
    }

    @Test("that only the daemon gives are refused where a file says them")
    func reserved() async throws {
        let fleet = try bench.write("agents:\n  - {id: a, type: test, labels: [id=b], command: [cat]}\n", "bad.yaml")
        let ended = try await run("up", fleet)
        #expect(ended.status == 1)
        #expect(ended.output.contains("bad.yaml:2:25: agents[0].labels: must not have id=b"))
    }
}
