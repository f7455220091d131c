import ConductorProtocol
import ConductorJSON
import ConductorModel
import Testing

@testable import ConductorAgent

#if canImport(Glibc)
import Glibc
#endif

@Suite("A command as an agent", .timeLimit(.minutes(5)))
struct CommandAgentTests {
    private let reports = Reports()

    private func execute(_ script: String, _ assignment: TaskAssignment? = nil) async throws -> TaskOutput {
        let assignment = try assignment ?? .sample()
        return try await CommandAgent(["/bin/sh", "-c", script])
            .execute(assignment, try reports.context(for: assignment))
    }

    private func failure(of script: String) async throws -> TaskFailure {
        try #require(await #expect(throws: TaskFailure.self) { try await execute(script) })
    }

    @Test("gets the task as one line of JSON on its standard input")
    func standardInput() async throws {
        let assignment = try TaskAssignment.sample(input: #"{"n":1.50}"#)
        let output = try await execute(
            #"read -r line; read -r more; printf '{"line":%s,"more":"%s"}' "$line" "$more""#, assignment)
        let value = try output.outputData.parsed()
        #expect(value["line"]?.text == assignment.jsonText)
        #expect(value["more"]?.string == "")
    }

    @Test("finds what it needs to know in variables, but never the token")
    func variables() async throws {
        let assignment = try TaskAssignment.sample("t-9", timeout: .milliseconds(2500), workflowID: "w-1")
        let output = try await execute(
            """
            printf '{"seen":"%s"}' "$CONDUCTOR_TASK_ID $CONDUCTOR_TASK_NAME $CONDUCTOR_WORKFLOW_ID $CONDUCTOR_PHASE \
            $CONDUCTOR_ATTEMPT $CONDUCTOR_AGENT_ID $CONDUCTOR_AGENT_TYPE $CONDUCTOR_TIMEOUT_SECONDS $CONDUCTOR_DEADLINE"
            env | grep -q \(assignment.token) && exit 1
            exit 0
            """, assignment)
        #expect(
            try output.outputData.parsed()["seen"]?.string
                == "t-9 sample w-1 development 1 a1 coding 2.5 1970-01-01T00:00:02.500000Z")
    }

    @Test("has no variables for what the task has not")
    func absentVariables() async throws {
        let output = try await execute(
            #"printf '{"seen":"%s"}' "${CONDUCTOR_WORKFLOW_ID-none} ${CONDUCTOR_PHASE-none}""#)
        #expect(try output.outputData.parsed()["seen"]?.string == "none none")
    }

    @Test("inherits variables byte for byte, and is told those of its agent, whatever their names")
    func inheritedVariables() async throws {
        let name = "CONDUCTOR_TEST_LATIN_1"
        setenv(name, [CChar(bitPattern: 0xE9), 0], 1)
        defer { unsetenv(name) }
        let assignment = try TaskAssignment.sample()
        let script = #"""
            printf '{"é":"%s","two":"%s"}' "$(printf %s "$CONDUCTOR_TEST_LATIN_1" | od -An -tx1)" \
                "$(tr '\0' '\n' </proc/$$/environ | grep ^2FA=)"
            """#
        let output = try await CommandAgent(["/bin/sh", "-c", script], environment: ["2FA": "x"])
            .execute(assignment, try reports.context(for: assignment)).outputData.parsed()
        #expect(output["é"]?.string == " e9")
        #expect(output["two"]?.string == "2FA=x")
    }

    @Test("finds the daemon that gave the task, and its usual limit on descriptors")
    func host() async throws {
        let assignment = try TaskAssignment.sample()
        let script = #"""
            printf '{"socket":"%s","uid":"%s","files":%d}' \
                "$CONDUCTOR_SOCKET" "$CONDUCTOR_DAEMON_UID" "$(ulimit -Sn)"
            """#
        let output = try await CommandAgent(
            ["/bin/sh", "-c", script],
            host: CommandHost(socket: "/run/other.sock", daemonUID: 5, fileLimit: 77)
        ).execute(assignment, try reports.context(for: assignment)).outputData.parsed()
        #expect(output["socket"]?.string == "/run/other.sock")
        #expect(output["uid"]?.string == "5")
        #expect(output["files"]?.text.string == "77")
    }

    @Test("has no signal ignored or blocked, and no descriptor but its three")
    func inheritedState() async throws {
        let output = try await execute(
            """
            set -- $(awk '/^SigBlk|^SigIgn/ {print $2}' /proc/self/status)
            printf '{"blocked":"%s","ignored":"%s","files":"%s"}' $1 $2 "$(echo $(ls /proc/self/fd))"
            """
        ).outputData.parsed()
        #expect(output["blocked"]?.string == "0000000000000000")
        // Bits from 31 on are the C library's own signals.
        let ignored = try #require(output["ignored"]?.string)
        #expect(try #require(UInt64(ignored, radix: 16)) & 0x7FFF_FFFF == 0)
        #expect(output["files"]?.string == "0 1 2 3")
    }

    @Test("gives its output with the object that it prints, byte for byte")
    func output() async throws {
        #expect(try await execute(#"echo '{"b":1.0,"a":[1e3]}'"#).outputData.string == #"{"b":1.0,"a":[1e3]}"#)
    }

    @Test("that prints nothing gives an empty output")
    func silence() async throws {
        #expect(try await execute("exit 0").outputData == .emptyObject)
        #expect(try await execute("echo; echo ' '").outputData == .emptyObject)
    }

    @Test("may print the members of a result")
    func members() async throws {
        let output = try await execute(
            #"echo '{"output_data":{"x":1},"feedback":{"severity":"error"},"metadata":{"m":2}}'"#)
        #expect(output.outputData.string == #"{"x":1}"#)
        #expect(output.feedback?.severity == .error)
        #expect(try output.metadata.parsed()["m"]?.text.string == "2")
    }

    @Test("has its processor time and its memory in the result's metadata, beside its own")
    func usage() async throws {
        let metadata = try await execute(#"echo '{"metadata":{"memory_peak_bytes":1},"output_data":{}}'"#).metadata
            .parsed()
        #expect(try #require(metadata["cpu_seconds"]?.double) > 0)
        #expect(metadata["memory_peak_bytes"]?.text.string == "1")
        let failed = try await failure(of: "exit 1").output.metadata.parsed()
        #expect(try #require(failed["memory_peak_bytes"]?.double) > 100_000)
    }

    @Test("has all of its output taken, however late this program comes to it")
    func lateReading() async throws {
        let assignment = try TaskAssignment.sample(), length = 60_000
        for _ in 0..<20 {
            let script = #"printf '{"x":"%0\#(length)d"}' 0; echo last >&2"#
            let plan = CommandPlan(
                command: ["/bin/sh", "-c", script], environment: CommandEnvironment(), gracePeriod: .seconds(5))
            let run = CommandRun(
                process: try await CommandProcess.start(plan), assignment: assignment,
                context: try reports.context(for: assignment), drainPeriod: .zero)
            let (_, output, complaints) = await run.conclude()
            guard case .bytes(let bytes) = output else { throw TaskFailure("the output is not whole") }
            #expect(bytes.count == length + 8 && complaints == ["last"])
        }
    }

    @Test("may print members that look like a result's among others: they are output")
    func notMembers() async throws {
        #expect(try await execute(#"echo '{"status":"ok","x":1}'"#).outputData.string == #"{"status":"ok","x":1}"#)
        #expect(try await execute(#"echo '{"metadata":{"x":1}}'"#).outputData.string == #"{"metadata":{"x":1}}"#)
    }

    @Test("may say that it failed, or that the task does not suit it, and exit with 0")
    func status() async throws {
        let failure = try await failure(
            of: #"echo '{"status":"failed","error_code":"X","error_message":"m","output_data":{"y":1}}'"#)
        #expect(failure.code == "X")
        #expect(failure.message == "m")
        #expect(failure.output.outputData.string == #"{"y":1}"#)
        await #expect(throws: AgentRejection("no")) {
            try await execute(#"echo '{"status":"rejected","error_message":"no"}'"#)
        }
    }

    @Test(
        "that prints anything but one JSON object has failed with INVALID_OUTPUT",
        arguments: ["hello", "[1]", "{} {}", "{\"a\":}", "{\"status\":\"sideways\"}"])
    func invalidOutput(printed: String) async throws {
        let failure = try await failure(of: "echo '\(printed)'")
        #expect(failure.code == "INVALID_OUTPUT")
        #expect(failure.message.contains("the command"))
    }

    @Test("may print 1 MiB")
    func largeOutput() async throws {
        let size = CommandAgent.outputBytes
        let output = try await execute(#"printf '{"x":"'; head -c \#(size - 8) /dev/zero | tr '\0' x; printf '"}'"#)
        #expect(output.outputData.bytes.count == size)
    }

    @Test("that prints more is ended and has failed with INVALID_OUTPUT")
    func tooMuchOutput() async throws {
        let failure = try await failure(of: "exec yes")
        #expect(failure.code == "INVALID_OUTPUT")
        #expect(failure.message.contains("1048576"))
    }

    @Test("exits with 65 for a task that does not suit it")
    func rejected() async throws {
        await #expect(throws: AgentRejection("the command rejected the task: not mine")) {
            try await execute("echo 'not mine' >&2; exit 65")
        }
    }

    @Test("exits with 75 for what another try may heal, with a code of its own if it likes")
    func transient() async throws {
        #expect(try await failure(of: "exit 75").code == "TRANSIENT_ERROR")
        #expect(try await failure(of: #"echo '{"error_code":"LLM_TIMEOUT"}'; exit 75"#).code == "LLM_TIMEOUT")
    }

    @Test("has failed with any other exit code, whatever status it prints, and its last words say why")
    func otherExit() async throws {
        let failure = try await failure(
            of: #"echo '{"status":"completed","output_data":{"z":1}}'; echo broken >&2; exit 3"#)
        #expect(failure.code == "COMMAND_FAILED")
        #expect(failure.message == "the command exited with 3: broken")
        #expect(failure.output.outputData.string == #"{"z":1}"#)
    }

    @Test("that prints no JSON and fails has failed as a command, not for its output")
    func failureWithoutJSON() async throws {
        let failure = try await failure(of: "echo Traceback; exit 1")
        #expect(failure.code == "COMMAND_FAILED")
        #expect(failure.message == "the command exited with 1")
    }

    @Test("ended by a signal has failed")
    func signal() async throws {
        let failure = try await failure(of: "kill -9 $$")
        #expect(failure.code == "COMMAND_FAILED")
        #expect(failure.message == "the command was ended by signal 9 (Killed)")
    }

    @Test("logs each line of its standard error, repaired and cut to length")
    func log() async throws {
        _ = try await execute(
            #"printf 'one\r\n\n\377two\nlast' >&2; printf '\n' >&2; head -c 9000 /dev/zero | tr '\0' y >&2"#)
        #expect(reports.lines == ["one", "", "\u{FFFD}two", "last", String(repeating: "y", count: 8192) + "…"])
    }

    @Test("need not read its input, however long it is")
    func unreadInput() async throws {
        let input = #"{"x":""# + String(repeating: "x", count: 1 << 20) + #""}"#
        #expect(try await execute("exec 0<&-; echo '{}'", .sample(input: input)).outputData == .emptyObject)
        #expect(try await execute("echo '{}'", .sample(input: input)).outputData == .emptyObject)
    }
}
