import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("Frame writer")
struct FrameWriterTests {
    @Test("frames stand one after the other, each after its length, and are what single messages are")
    func frames() throws {
        var writer = FrameWriter()
        #expect(writer.count == 0)
        let refusal = Refusal(.parseError, "no")
        let long = Reply.validation([Problem(path: "p", message: String(repeating: "é\"", count: 50_000))])
        writer.reply(.empty, id: .integer(1), atMost: 1 << 20)
        writer.reply(long, id: .string("x"), atMost: 1 << 20)
        writer.refusal(refusal, id: nil)
        writer.frame(body: Array("{}".utf8))
        writer.notification(.stopping, atMost: 1 << 20)
        var decoder = FrameDecoder(maximumBytes: 1 << 20)
        writer.withBytes { decoder.append($0) }
        #expect(try decoder.next() == Message.reply(.empty, id: .integer(1)))
        #expect(try decoder.next() == Message.reply(long, id: .string("x")))
        #expect(try decoder.next() == Message.refusal(refusal, id: nil))
        #expect(try decoder.next() == Array("{}".utf8))
        #expect(try decoder.next() == Message.notification(.stopping))
        #expect(try decoder.next() == nil)
        #expect(!decoder.isInsideFrame)
    }

    /// A workflow of so many failed tasks, each with a message and an output of its own.
    private func workflow(tasks count: Int, message: Int, output: Int = 0) -> WorkflowState {
        var definition = WorkflowDefinition(name: "w")
        let ids = (0..<count).compactMap { TaskID("t\($0)") }
        definition.tasks = ids.map { id in
            var task = TaskDefinition(name: "t", assignedTo: .coding)
            task.taskID = id
            return task
        }
        let time = Timestamp(microseconds: 1_790_000_000_000_000)
        let text = String(repeating: "m", count: message)
        let results = ids.map { id in
            TaskResult(
                taskID: id, agentID: .coordinator, status: .failed,
                outputData: JSONText(restoring: Array("{\"a\":\"\(String(repeating: "x", count: output))\"}".utf8)),
                errorMessage: text, errorCode: "E", attempt: 1, iteration: 0,
                startedAt: time, completedAt: time, duration: .seconds(1))
        }
        let record = WorkflowRecord(
            workflowID: WorkflowID("w")!, definition: definition, inputs: .emptyObject, ownerUID: 0, startedAt: time)
        return WorkflowState(record: record, taskResults: results)
    }

    @Test("of a log that is too long for a frame so many lines are told as fit, and where the rest begins")
    func log() throws {
        let time = Timestamp(microseconds: 1_790_000_000_000_000), text = String(repeating: "x", count: 1000)
        let lines = (1...100).map { LogLine(number: $0, timestamp: time, stream: "stdout", text: text) }
        let key = TaskKey(taskID: try #require(TaskID("t")))
        let log = TaskLog(key: key, attempt: 1, lines: lines, last: 100, isComplete: true)
        for (maximum, count) in [(1 << 20, 100), (64 << 10, 16), (4 << 10, 1)] {
            let result = try #require(try written(.taskLog(log), atMost: maximum)["result"])
            #expect(try TaskLog(json: result).lines.count == count)
            #expect(result["next_after"]?.integer == (count == 100 ? nil : Int64(count)))
        }
    }

    private func written(_ reply: Reply, atMost maximum: Int) throws -> JSONValue {
        var writer = FrameWriter()
        writer.reply(reply, id: .integer(1), atMost: maximum)
        var decoder = FrameDecoder(maximumBytes: maximum)
        writer.withBytes { decoder.append($0) }
        return try JSONDocument(parsing: try #require(try decoder.next())).root
    }

    @Test(
        "a workflow's state fits into a frame whatever its tasks said, and tells what is left out",
        arguments: [(10, 10), (100, 64 << 10), (2_500, 64 << 10)])
    func workflowState(tasks: Int, message: Int) throws {
        let state = workflow(tasks: tasks, message: message)
        for reply in [Reply.workflowState(state), .workflow(state)] {
            let result = try #require(try written(reply, atMost: 1 << 20)["result"])
            let view = try WorkflowView(json: try #require(result["state"]))
            #expect(view.name == "w")
            if view.omitsResults {
                #expect(tasks == 2_500)
            } else {
                #expect(view.taskResults.count == tasks)
                let first = try #require(result["state"]?["task_results"]?["t0"])
                #expect((first["error_message_omitted"]?.bool == true) == (message > 256 && tasks > 10))
            }
        }
    }

    @Test("a task with a long input and a long result is told with the result, and without the input")
    func task() throws {
        let state = workflow(tasks: 1, message: 10, output: 600_000)
        var definition = TaskDefinition(name: "t", assignedTo: .coding)
        definition.inputData = JSONText(restoring: Array("{\"a\":\"\(String(repeating: "x", count: 600_000))\"}".utf8))
        let record = TaskRecord(
            key: TaskKey(taskID: TaskID("t")!), definition: definition, ownerUID: 0,
            createdAt: Timestamp(microseconds: 0),
            stage: .ended(TaskRecord.Outcome(result: state.taskResults[0])), queueTimeout: .seconds(1))
        let result = try #require(try written(.task(TaskView(record)), atMost: 1 << 20)["result"])
        #expect(result["task"]?["input_omitted"]?.bool == true)
        #expect(result["result"]?["output_data"]?["a"]?.string?.utf8.count == 600_000)
        #expect(try written(.task(TaskView(record)), atMost: 2 << 20)["result"]?["task"]?["input_omitted"] == nil)
    }

    @Test("what fits in no detail is refused")
    func refused() throws {
        let reply = Reply.validation([Problem(path: "p", message: String(repeating: "x", count: 5_000))])
        #expect(try written(reply, atMost: 1 << 10)["error"]?["data"]?["code"]?.string == "FRAME_TOO_LARGE")
        #expect(try written(reply, atMost: 8 << 10)["result"] != nil)
    }
}
