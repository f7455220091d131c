import ConductorJSON
import Testing

@Suite("JSON fields")
struct JSONFieldsTests {
    @Test("required and optional members are read by their names, in any order")
    func reading() throws {
        let task = try Task(json: parse(#"{"needs":["b","c"],"weight":2.5,"name":"a","urgent":true,"attempt":3}"#))
        #expect(task == Task(name: "a", needs: ["b", "c"], attempt: 3, weight: 2.5, urgent: true))
    }

    @Test("an optional member that is null counts as absent")
    func nullIsAbsent() throws {
        let task = try Task(json: parse(#"{"name":"a","needs":null,"attempt":null,"weight":null,"urgent":null}"#))
        #expect(task == Task(name: "a"))
        #expect(try Task(json: parse(#"{"name":"a"}"#)) == task)
    }

    @Test("an escaped key is the same key")
    func escapedKey() throws {
        let task = try Task(json: parse(#"{"\u006eame":"a","ne\u0065ds":["b"]}"#))
        #expect(task == Task(name: "a", needs: ["b"]))
    }

    @Test("a key that only looks the same is another key")
    func lookalikeKey() throws {
        var fields = try JSONFields(parse(#"{"e\u0301":1,"\u212a":2}"#))
        #expect(fields.take("\u{E9}") == nil)
        #expect(fields.take("K") == nil)
        #expect(fields.take("e\u{301}")?.integer == 1)
    }

    @Test(
        "an error names the path of the member and what was expected",
        arguments: [
            ("{}", "tasks", "is required"),
            (#"{"tasks":null}"#, "tasks", "must be an array"),
            (#"{"tasks":{}}"#, "tasks", "must be an array"),
            (#"{"tasks":[1]}"#, "tasks[0]", "must be an object"),
            (#"{"tasks":[{"name":"a"},{}]}"#, "tasks[1].name", "is required"),
            (#"{"tasks":[{"name":7}]}"#, "tasks[0].name", "must be a string"),
            (#"{"tasks":[{"name":"a","needs":["b",null]}]}"#, "tasks[0].needs[1]", "must be a string"),
            (#"{"tasks":[{"name":"a","attempt":1.0}]}"#, "tasks[0].attempt", "must be an integer"),
            (#"{"tasks":[{"name":"a","attempt":9223372036854775808}]}"#, "tasks[0].attempt", "must be an integer"),
            (#"{"tasks":[{"name":"a","weight":1e400}]}"#, "tasks[0].weight", "must be a number"),
            (#"{"tasks":[{"name":"a","weight":"1"}]}"#, "tasks[0].weight", "must be a number"),
            (#"{"tasks":[{"name":"a","urgent":0}]}"#, "tasks[0].urgent", "must be true or false"),
            (#"{"tasks":[],"grid":[[1,2],[3,"4"]]}"#, "grid[1][1]", "must be an integer"),
            ("[]", "", "must be an object"),
            ("null", "", "must be an object"),
        ])
    func paths(text: String, field: String, reason: String) throws {
        let value = try parse(text)
        let error = fieldError { () throws(JSONFieldError) in _ = try Plan(json: value) }
        #expect(error == JSONFieldError(field: field, reason: reason))
    }

    @Test(
        "a member that nobody asked for is refused by its name",
        arguments: [
            (#"{"tasks":[],"task":1}"#, "task"),
            (#"{"tasks":[{"name":"a","\u006eeed":[]}]}"#, "tasks[0].need"),
            (#"{"tasks":[],"Tasks":[]}"#, "Tasks"),
            (#"{"tasks":[],"":[]}"#, ""),
            (#"{"tasks":[],"zzz":null}"#, "zzz"),
        ])
    func unknownMember(text: String, field: String) throws {
        let value = try parse(text)
        let error = fieldError { () throws(JSONFieldError) in _ = try Plan(json: value) }
        #expect(error == JSONFieldError(field: field, reason: "is an unknown key"))
    }

    @Test("a member can be taken once, and what lies deeper is not a member")
    func takingOnce() throws {
        var fields = try JSONFields(parse(#"{"a":{"b":1},"c":2}"#))
        #expect(fields.take("b") == nil)
        #expect(fields.take("a")?.text.string == #"{"b":1}"#)
        #expect(fields.take("a") == nil)
        let left = fields
        #expect(fieldError { () throws(JSONFieldError) in try left.end() }?.field == "c")
        #expect(fields.take("c")?.integer == 2)
        try fields.end()
    }

    @Test("an object of very many members is read member by member")
    func manyMembers() throws {
        let members = (0..<5000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        var fields = try JSONFields(parse("{\(members)}"))
        #expect(try fields.required("k4999", as: Int.self) == 4999)
        #expect(try fields.required("k0", as: Int.self) == 0)
        let left = fields
        #expect(fieldError { () throws(JSONFieldError) in try left.end() }?.field == "k1")
    }

    @Test("an opaque member keeps its bytes, and is null where null is asked for")
    func opaqueMember() throws {
        var fields = try JSONFields(parse(#"{"a":{ "x" : 1.0 },"b":null,"c":null}"#))
        #expect(try fields.required("a", as: JSONText.self).string == #"{ "x" : 1.0 }"#)
        #expect(try fields.required("b", as: JSONText.self) == .null)
        #expect(try fields.optional("c", as: JSONText.self) == nil)
        try fields.end()
    }
}

private struct Task: JSONReadable, Equatable {
    var name: String
    var needs: [String] = []
    var attempt: Int?
    var weight = 1.0
    var urgent = false
}

extension Task {
    init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        name = try fields.required("name")
        needs = try fields.value("needs", default: [])
        attempt = try fields.optional("attempt")
        weight = try fields.value("weight", default: 1)
        urgent = try fields.value("urgent", default: false)
        try fields.end()
    }
}

private struct Plan: JSONReadable {
    let tasks: [Task]
    let grid: [[Int64]]?

    init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        tasks = try fields.required("tasks")
        grid = try fields.optional("grid")
        try fields.end()
    }
}
