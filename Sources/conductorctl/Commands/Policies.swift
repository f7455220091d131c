import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Policies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies",
        abstract: "List the policies, or change them.",
        subcommands: [ListPolicies.self, RegisterPolicy.self, UnregisterPolicy.self],
        defaultSubcommand: ListPolicies.self)
}

struct ListPolicies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the policies.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let policies = try await common.connect().policies()
        try common.format.show(["policies": policies], table: .policies(policies))
    }
}

struct RegisterPolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register a policy, or change its parameters.",
        usage: "conductorctl policies register <kind> [--set <name=value> ...]")

    @Argument(help: "Its kind.")
    var kind: Policy.Kind

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("One of its parameters.", valueName: "name=value"))
    var parameters: [WorkflowInputs.Setting] = []

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let policy = try parsedPolicy()
        let registered = try await common.connect().register(policy)
        try common.format.show(registered, lines: ["\(registered.kind.rawValue): \(registered.summary)"])
    }

    private func parsedPolicy() throws -> Policy {
        let json = try WorkflowInputs(settings: parameters).json().parsed()
        do throws(JSONFieldError) {
            return try Policy(kind: kind, parameters: json)
        } catch {
            throw Refusal.invalidParams(error)
        }
    }
}

struct UnregisterPolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unregister",
        abstract: "Take a policy away.",
        usage: "conductorctl policies unregister <kind> [<options>]")

    @Argument(help: "Its kind.")
    var kind: Policy.Kind

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let done = try await common.connect().unregisterPolicy(named: kind.rawValue)
        try common.format.show(["unregistered": done], lines: done ? ["\(kind.rawValue) is unregistered"] : [])
        guard done else { throw ToldByResult(Refusal.notFound(kind: "policy", id: kind.rawValue)) }
    }
}
