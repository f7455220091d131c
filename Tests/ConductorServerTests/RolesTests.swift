import ConductorProtocol
import ConductorEngine
import ConductorModel
import ConductorTransport
import Testing

@testable import ConductorServer

@Suite("Roles")
struct RolesTests {
    private static func lists(_ yaml: String) throws -> AccessLists {
        try ConfigurationSources.read(yaml).access
    }

    private func role(
        _ lists: AccessLists, standard: StandardGroups = .none, uid: UInt32, gid: UInt32 = 9, groups: [UInt32] = []
    ) -> Role {
        Roles(ownUID: 500, access: lists, groups: standard)
            .role(of: PeerCredentials(pid: 1, uid: uid, gid: gid, groups: groups))
    }

    @Test("without lists, root and the daemon's user are admins, and everybody else is nobody")
    func defaults() {
        #expect(role(AccessLists(), uid: 0) == .admin)
        #expect(role(AccessLists(), uid: 500) == .admin)
        #expect(role(AccessLists(), uid: 1001) == .any)
    }

    @Test("the standard groups operate, serve and look on, each until a list says who does")
    func standardGroups() throws {
        let standard = StandardGroups(
            operators: [try #require(Account(text: "@2001"))], agents: [try #require(Account(text: "@2002"))],
            observers: [try #require(Account(text: "@2003"))])
        func role(_ yaml: String, _ groups: UInt32...) throws -> Role {
            self.role(try Self.lists(yaml), standard: standard, uid: 1001, groups: groups)
        }
        #expect(try role("", 2001) == .operator)
        #expect(try role("", 2002) == .agent)
        #expect(try role("", 2003) == .observer)
        #expect(try role("", 2001, 2002, 2003) == .operator)
        #expect(try role("access: {observer: [1002]}", 2003) == .any)
        #expect(try role("access: {observer: [1001]}", 2002) == .agent)
        #expect(try role("access: {operator: [1002]}", 2001) == .any)
        #expect(try role("access: {operator: [1002]}", 2002) == .agent)
        #expect(try role("access: {agent: [1002]}", 2002) == .any)
    }

    @Test("a refusal tells who has no role how roles are given, and others which one they have")
    func refusal() throws {
        let daemon = try LoopHarness(access: try Self.lists("access: {observer: [1002]}"))
        func answer(uid: UInt32) throws -> String {
            let client = try daemon.connect(uid: uid)
            try client.send(1, "agent.pause", #"{"agent_id":"a"}"#)
            try daemon.settle()
            return try #require(try client.answers().last)
        }
        let none = try answer(uid: 1001)
        for words in ["PERMISSION_DENIED", #""required_role":"operator""#, #""role":"any""#, "others: operator"] {
            #expect(none.contains(words), "\(none)")
        }
        #expect(try answer(uid: 1002).contains("takes the role operator, and uid 1002 has the role observer"))
    }

    @Test("what a role does not cover is refused before its parameters are read")
    func refusedUnread() throws {
        let daemon = try LoopHarness(access: try Self.lists("access: {observer: [1002]}"))
        let client = try daemon.connect(uid: 1002)
        try client.send(1, "workflow.run", #"{"workflow":{"tasks":7},"unknown":1}"#)
        try client.send(2, "task.list", #"{"unknown":1}"#)
        try daemon.settle()
        let answers = try client.answers()
        #expect(answers.count == 2)
        #expect(answers.contains { $0.contains("PERMISSION_DENIED") })
        #expect(answers.contains { $0.contains("INVALID_PARAMS") })
    }

    @Test("who has no role is greeted, and its connection stays")
    func greeted() throws {
        let daemon = try LoopHarness()
        let client = try daemon.connect(uid: 1001)
        try client.send(1, "agent.list", "{}")
        try client.send(2, "ping", "{}")
        try daemon.settle()
        let answers = try client.answers()
        #expect(answers.count == 2 && answers[0].contains("PERMISSION_DENIED") && answers[1].contains("result"))
    }

    @Test("a reload that takes a role away ends what it allowed")
    func revocation() throws {
        let daemon = try LoopHarness(access: try Self.lists("access: {agent: [1001], observer: [1002]}"))
        let agent = try daemon.connect(uid: 1001), observer = try daemon.connect(uid: 1002)
        let admin = try daemon.connect()
        try agent.send(1, "agent.register", #"{"agent_id":"a","agent_type":"coding"}"#)
        try observer.send(1, "event.subscribe", "{}")
        try daemon.settle()
        _ = try observer.answers()
        let configuration = daemon.core.engine.engine.configuration
        daemon.core.engine.reconfigure(
            configuration, access: try Self.lists("access: {agent: [1003]}"), groups: .none)
        try daemon.settle()
        try admin.send(1, "agent.get", #"{"agent_id":"a"}"#)
        try daemon.settle()
        let shown = try #require(try admin.answers().last)
        #expect(shown.contains(#""status":"failed""#), "\(shown)")
        #expect(try observer.answers().isEmpty)
        #expect(agent.isOpen && observer.isOpen)
    }

    @Test("with lists, users and groups have the highest role that names them, and the rest none")
    func lists() throws {
        let lists = try Self.lists(
            """
            access:
              observer: [1001, 1004, "@2001"]
              agent: [1002]
              operator: [1003, "@2003"]
              admin: [1004]
            """)
        #expect(role(lists, uid: 0) == .admin)
        #expect(role(lists, uid: 500) == .admin)
        #expect(role(lists, uid: 1001) == .observer)
        #expect(role(lists, uid: 1002) == .agent)
        #expect(role(lists, uid: 1003) == .operator)
        #expect(role(lists, uid: 1004) == .admin)
        #expect(role(lists, uid: 2001) == .any)
        #expect(role(lists, uid: 1005, gid: 2001) == .observer)
        #expect(role(lists, uid: 1005, groups: [7, 2003]) == .operator)
        #expect(role(lists, uid: 1001, gid: 2003) == .operator)
    }

    @Test(
        "those in no list are what is said of the others",
        arguments: [
            ("none", Role.any), ("observer", .observer), ("agent", .agent), ("operator", .operator),
        ])
    func others(name: String, expected: Role) throws {
        #expect(role(try Self.lists("access: {others: \(name)}"), uid: 1001) == expected)
        #expect(role(try Self.lists("access: {others: \(name), admin: [3]}"), uid: 1001) == expected)
    }

    @Test("names are those of this machine")
    func names() throws {
        let lists = try Self.lists("access: {operator: [root, \"@root\"]}")
        #expect(lists.operators.map(\.kind) == [.user(0), .group(0)])
    }

    @Test(
        "every method is refused to those just below the role it takes, which is told, and to nobody else",
        arguments: [(Role.observer, UInt32(1001)), (.agent, 1002), (.operator, 1003), (.admin, 1004), (.any, 1005)])
    func table(role: Role, uid: UInt32) throws {
        let daemon = try LoopHarness(
            access: try Self.lists(
                "access: {observer: [1001], agent: [1002], operator: [1003], admin: [1004], others: none}"))
        let client = try daemon.connect(uid: uid)
        let questions: [(method: String, params: String, takes: Role)] = [
            ("hello", "{}", .any), ("status.get", "{}", .observer), ("agent.heartbeat", #"{"agent_id":"a"}"#, .agent),
            ("agent.pause", #"{"agent_id":"a"}"#, .operator),
            ("policy.unregister", #"{"policy_name":"PhaseGatePolicy"}"#, .admin),
        ]
        for (id, question) in questions.enumerated() {
            try client.send(id, question.method, question.params)
            try daemon.settle()
            let answer = try #require(try client.answers().last)
            #expect(answer.contains("PERMISSION_DENIED") == !role.covers(question.takes), "\(question.method)")
            let wanted = #""required_role":"\#(question.takes.rawValue)""#
            #expect(answer.contains(wanted) == !role.covers(question.takes), "\(question.method)")
        }
    }

    @Test("a new configuration gives and takes roles on connections that are open")
    func reload() throws {
        let daemon = try LoopHarness(access: try Self.lists("access: {observer: [1001]}"))
        let client = try daemon.connect(uid: 1001)
        func isAllowed() throws -> Bool {
            try client.send(1, "agent.pause", #"{"agent_id":"a"}"#)
            try daemon.settle()
            return try client.answers().last?.contains("PERMISSION_DENIED") == false
        }
        #expect(try !isAllowed())
        let configuration = daemon.core.engine.engine.configuration
        daemon.core.engine.reconfigure(
            configuration, access: try Self.lists("access: {operator: [1001]}"), groups: .none)
        #expect(try isAllowed())
        daemon.core.engine.reconfigure(
            configuration, access: try Self.lists("access: {observer: [1001]}"), groups: .none)
        #expect(try !isAllowed())
    }

    private func answer(_ daemon: LoopHarness, uid: UInt32, _ method: String, _ params: String) throws -> String {
        let client = try daemon.connect(uid: uid)
        try client.send(1, method, params)
        try daemon.settle()
        return try #require(try client.answers().last)
    }

    @Test("a submitter has work of its own done and steers it, and sees and steers no other's")
    func submitter() throws {
        let daemon = try LoopHarness(access: try Self.lists("access: {submitter: [1002, 1003], observer: [1004]}"))
        func answer(_ uid: UInt32, _ method: String, _ params: String) throws -> String {
            try self.answer(daemon, uid: uid, method, params)
        }
        let task = #"{"task":{"task_id":"t","name":"t","assigned_to":"coding"},"when_busy":"queue","detach":true}"#
        #expect(try answer(1002, "task.dispatch", task).contains(#""task_id":"t""#))
        for method in ["task.get", "task.cancel"] {
            #expect(try answer(1003, method, #"{"task_id":"t"}"#).contains("PERMISSION_DENIED"), "\(method)")
        }
        #expect(try answer(1003, "task.dispatch", task).contains("PERMISSION_DENIED"))
        #expect(try answer(1003, "event.subscribe", #"{"task_id":"t"}"#).contains("PERMISSION_DENIED"))
        #expect(try answer(1002, "event.subscribe", "{}").contains("PERMISSION_DENIED"))
        #expect(try answer(1002, "agent.pause", #"{"agent_id":"a"}"#).contains("PERMISSION_DENIED"))
        #expect(try answer(1004, "task.get", #"{"task_id":"t"}"#).contains(#""task""#))
        // Tasks of this id may be others', too.
        #expect(try answer(1002, "event.subscribe", #"{"task_id":"t"}"#).contains("PERMISSION_DENIED"))
        let workflow = #"{"workflow_id":"w","name":"w","tasks":[{"task_id":"t","name":"t","assigned_to":"coding"}]}"#
        #expect(try answer(1002, "workflow.run", #"{"definition":\#(workflow),"detach":true}"#).contains("state"))
        let filter = #"{"workflow_id":"w","task_id":"t"}"#
        #expect(try answer(1002, "event.subscribe", filter).contains(#""subscription""#))
        #expect(try answer(1003, "event.subscribe", filter).contains("PERMISSION_DENIED"))
        #expect(try answer(1002, "task.cancel", #"{"task_id":"t"}"#).contains(#""cancelled":true"#))
    }

    @Test("agent ids and types are bound to users, and so is the urgency of work")
    func bounds() throws {
        let daemon = try LoopHarness(
            access: try Self.lists(
                """
                access:
                  operator: [1002, 1003]
                  agents: {1002: {ids: ["night-*"], types: [test]}}
                  max_priority: {1003: medium}
                """))
        func register(_ uid: UInt32, _ id: String, _ type: String) throws -> Bool {
            let params = #"{"agent_id":"\#(id)","agent_type":"\#(type)"}"#
            return try !answer(daemon, uid: uid, "agent.register", params).contains("PERMISSION_DENIED")
        }
        #expect(try register(1002, "night-1", "test"))
        #expect(try !register(1002, "night-2", "coding"))
        #expect(try !register(1002, "day-1", "test"))
        #expect(try !register(1003, "night-3", "test"))
        #expect(try register(1003, "day-2", "coding"))
        func dispatch(_ uid: UInt32, _ priority: String) throws -> Bool {
            let task = #"{"name":"t","assigned_to":"review","priority":"\#(priority)"}"#
            let params = #"{"task":\#(task),"when_busy":"queue","detach":true}"#
            return try !answer(daemon, uid: uid, "task.dispatch", params).contains("PERMISSION_DENIED")
        }
        #expect(try dispatch(1003, "medium"))
        #expect(try !dispatch(1003, "high"))
        #expect(try dispatch(1002, "critical"))
    }

    @Test("what is wrong with these bounds is told with its line")
    func wrongBounds() throws {
        let problems = #expect(throws: ConfigurationProblems.self) {
            try Self.lists(
                """
                access:
                  agents: {0: {ids: "a", names: [b]}}
                  max_priority: {0: urgent}
                """)
        }
        let text = problems?.problems.map { "\($0)" }.joined(separator: "\n") ?? ""
        for words in [
            ":2:21: access.agents.0.ids: must be a list", ":2:26: access.agents.0.names: unknown key",
            ":3:21: access.max_priority.0: must be one of low",
        ] {
            #expect(text.contains(words), "\(text)")
        }
    }
}
