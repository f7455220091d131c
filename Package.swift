// swift-tools-version: 6.2
import PackageDescription

let json: Target.Dependency = "ConductorJSON"
let yaml: Target.Dependency = "ConductorYAML"
let model: Target.Dependency = "ConductorModel"
let wireProtocol: Target.Dependency = "ConductorProtocol"
let engine: Target.Dependency = "ConductorEngine"
let delivery: Target.Dependency = "ConductorDelivery"
let store: Target.Dependency = "ConductorStore"
let systemd: Target.Dependency = "ConductorSystemd"
let transport: Target.Dependency = "ConductorTransport"
let server: Target.Dependency = "ConductorServer"
let client: Target.Dependency = "ConductorClient"
let agent: Target.Dependency = "ConductorAgent"
let agentGuard: Target.Dependency = "CConductorAgent"
let process: Target.Dependency = "ConductorProcess"
let pictures: Target.Dependency = "ConductorPictures"
let webPages: Target.Dependency = "ConductorWebPages"
let webServer: Target.Dependency = "ConductorWebServer"
let commandLine: Target.Dependency = "ConductorCommandLine"
let bridge: Target.Dependency = "ConductorBridge"
let bridgeHost: Target.Dependency = "ConductorBridgeHost"
let nats: Target.Dependency = .target(name: "ConductorNATS", condition: .when(traits: ["Bridge"]))
let testSupport: Target.Dependency = "ConductorTestSupport"
let fakeDaemon: Target.Dependency = "ConductorFakeDaemon"
let engineSupport: Target.Dependency = "ConductorEngineSupport"
let simulator: Target.Dependency = "ConductorSimulator"
let bridgeSimulator: Target.Dependency = "ConductorBridgeSimulator"
let specification: Target.Dependency = "ConductorSpecification"
let faults: Target.Dependency = "ConductorFaults"
let random: Target.Dependency = "ConductorRandom"
let load: Target.Dependency = "CConductorLoad"
let bench: Target.Dependency = "ConductorBench"
let fuzzing: Target.Dependency = "ConductorFuzzing"

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "conductor",
    products: [
        .library(name: "ConductorClient", targets: ["ConductorClient"]),
        .library(name: "ConductorAgent", targets: ["ConductorAgent"]),
        .executable(name: "conductord", targets: ["conductord"]),
        .executable(name: "conductorctl", targets: ["conductorctl"]),
        .executable(name: "conductor-web", targets: ["conductor-web"]),
    ],
    traits: [
        // `make bridge` sets it; without it, nothing of the package needs libnats.
        .trait(name: "Bridge", description: "conductor-bridge with NATS, by libnats")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),

        .target(name: "ConductorJSON"),
        .target(name: "ConductorYAML", dependencies: [json, "CLibYAML"]),
        .target(name: "ConductorModel", dependencies: [json]),
        .target(name: "ConductorProtocol", dependencies: [model, json]),
        .target(name: "ConductorEngine", dependencies: [model, wireProtocol, json, heap]),
        .target(name: "ConductorDelivery", dependencies: [engine, model, wireProtocol]),
        .target(name: "ConductorStore", dependencies: [model, engine, json, grdb, sqlite]),
        .target(name: "ConductorSystemd", dependencies: [model, "CSystemd", logging]),
        .target(name: "ConductorTransport", dependencies: [wireProtocol, nioCore, nioPosix]),
        .target(
            name: "ConductorServer",
            dependencies: [
                json, model, wireProtocol, engine, delivery, store, systemd, transport,
                configuration, lifecycle, unixSignals, logging, nioCore, nioPosix, yaml,
            ]),
        .target(name: "ConductorClient", dependencies: [json, model, wireProtocol, transport, nioCore, nioPosix]),
        .target(name: "CConductorProcess"),
        .target(name: "ConductorProcess", dependencies: ["CConductorProcess"]),
        .target(name: "CConductorAgent"),
        .target(
            name: "ConductorAgent", dependencies: [json, model, wireProtocol, client, agentGuard, nioCore, nioPosix]),

        .target(name: "ConductorPictures", dependencies: [model]),
        .target(name: "ConductorBridge", dependencies: [json, model, wireProtocol]),
        .target(
            name: "ConductorBridgeHost", dependencies: [json, model, wireProtocol, client, bridge, yaml, nioPosix]),
        .target(
            name: "ConductorNATS",
            dependencies: [bridge, bridgeHost, .target(name: "CNATS", condition: .when(traits: ["Bridge"])), nioPosix]),
        .target(name: "ConductorWebPages", dependencies: [pictures, model]),
        .target(name: "ConductorWebServer", dependencies: [webPages, nioCore, nioHTTP, nioPosix]),
        .target(
            name: "ConductorCommandLine",
            dependencies: [
                json, model, wireProtocol, client, agent, pictures, process, subprocess, system, unixSignals, yaml,
            ]),

        .executableTarget(
            name: "conductord",
            dependencies: [server, store, systemd, process, argumentParser, lifecycle, unixSignals, logging]),
        .executableTarget(
            name: "conductor-bridge",
            dependencies: [
                nats, bridgeHost, bridge, client, wireProtocol, systemd, process, argumentParser, unixSignals,
            ]),
        .executableTarget(
            name: "conductorctl",
            dependencies: [
                commandLine, pictures, json, model, wireProtocol, client, agent, agentGuard, process, argumentParser,
                nioCore,
            ]),
        .executableTarget(
            name: "conductor-web",
            dependencies: [
                webPages, webServer, pictures, commandLine, client, transport, model, wireProtocol, process,
                argumentParser, unixSignals, nioCore,
            ]),
        .executableTarget(
            name: "example-agent", dependencies: [agent, client, json, model, wireProtocol, unixSignals],
            path: "examples/agents/swift"),

        .target(
            name: "ConductorTestSupport", dependencies: [json, model, wireProtocol, client, subprocess, system],
            path: "Tests/Support"),
        .target(
            name: "ConductorFakeDaemon", dependencies: [model, wireProtocol, nioCore, nioPosix],
            path: "Tests/FakeDaemon"),
        .target(
            name: "ConductorSpecification", dependencies: [model, wireProtocol, json], path: "Tests/Specification"),
        .target(
            name: "ConductorEngineSupport", dependencies: [specification, engine, model, wireProtocol, json],
            path: "Tests/EngineSupport"),
        .target(name: "ConductorRandom", path: "Tests/Random"),
        .target(
            name: "ConductorSimulator",
            dependencies: [random, specification, engineSupport, delivery, engine, model, wireProtocol, json],
            path: "Tests/Simulator"),
        .target(
            name: "ConductorBridgeSimulator",
            dependencies: [random, specification, engineSupport, bridge, engine, model, wireProtocol, json],
            path: "Tests/BridgeSimulator"),
        .executableTarget(
            name: "conductor-sim", dependencies: [simulator, bridgeSimulator, bridge, engine, argumentParser],
            path: "Tests/conductor-sim"),
        .target(
            name: "ConductorFaults", dependencies: [random, testSupport, client, model, wireProtocol, json],
            path: "Tests/Faults",
            exclude: ["Shim"]),
        .executableTarget(
            name: "conductor-crash", dependencies: [faults, testSupport, "conductord", argumentParser],
            path: "Tests/conductor-crash"),
        .target(name: "CConductorLoad", path: "Tests/Load"),
        .target(
            name: "ConductorBench",
            dependencies: [load, random, client, testSupport, store, engine, model, json, nioCore, nioPosix],
            path: "Tests/Bench", exclude: ["Shim"]),
        .executableTarget(
            name: "conductor-bench", dependencies: [bench, testSupport, "conductord", "conductorctl", argumentParser],
            path: "Tests/conductor-bench"),
        .target(
            name: "ConductorFuzzing",
            dependencies: [
                random, simulator, engineSupport, commandLine, server, store, engine, wireProtocol, model, json,
            ],
            path: "Tests/Fuzzing", exclude: ["Corpus"]),
        .executableTarget(name: "conductor-fuzz", dependencies: [fuzzing], path: "Tests/conductor-fuzz"),
        .testTarget(name: "ConductorWebPagesTests", dependencies: [webPages, pictures, model]),
        .testTarget(
            name: "ConductorWebServerTests",
            dependencies: [webServer, webPages, testSupport, nioCore, nioEmbedded, nioHTTP]),
        .testTarget(name: "ConductorJSONTests", dependencies: [random, json]),
        .testTarget(name: "ConductorYAMLTests", dependencies: [yaml]),
        .testTarget(name: "ConductorModelTests", dependencies: [random, model, json]),
        .testTarget(name: "ConductorProtocolTests", dependencies: [random, wireProtocol, model, json]),
        .testTarget(
            name: "ConductorEngineTests",
            dependencies: [specification, engineSupport, engine, model, wireProtocol, json]),
        .testTarget(name: "ConductorStoreTests", dependencies: [store, engine, model, json, grdb, random]),
        .testTarget(name: "ConductorSystemdTests", dependencies: [systemd, model, logging]),
        .testTarget(
            name: "ConductorTransportTests",
            dependencies: [transport, wireProtocol, model, json, nioCore, nioEmbedded, nioPosix]),
        .testTarget(
            name: "ConductorServerTests",
            dependencies: [
                testSupport, server, systemd, store, delivery, engine, transport, model, wireProtocol, json, nioCore,
                nioEmbedded, nioPosix,
            ]),
        .testTarget(
            name: "ConductorClientTests", dependencies: [client, fakeDaemon, transport, wireProtocol, model, json]),
        .testTarget(name: "ConductorPicturesTests", dependencies: [pictures, model, testSupport]),
        .testTarget(name: "ConductorProcessTests", dependencies: [process]),
        .testTarget(name: "ConductorAgentTests", dependencies: [agent, client, fakeDaemon, model, wireProtocol, json]),
        .testTarget(
            name: "ConductorCommandLineTests",
            dependencies: [
                commandLine, "conductorctl", fakeDaemon, testSupport, client, agent, model, wireProtocol, json,
                argumentParser,
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "conductord", "conductorctl", "conductor-web", "example-agent", testSupport, client, agent, model,
                wireProtocol, json,
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "DurabilityTests",
            dependencies: ["conductord", faults, testSupport, client, model, wireProtocol, json]),
        .testTarget(
            name: "SpecificationTests",
            dependencies: ["conductord", specification, engineSupport, testSupport, client, model, wireProtocol, json]),
        .testTarget(
            name: "BenchTests", dependencies: ["conductord", "conductor-bench", bench, load, fakeDaemon, testSupport]),
        .testTarget(name: "SystemdTests", dependencies: ["conductord", "conductorctl", "conductor-web", testSupport]),
        .testTarget(
            name: "SimulationTests", dependencies: ["conductor-sim", simulator, bridge, testSupport, engine, model]),
        .testTarget(name: "ConductorBridgeTests", dependencies: [random, bridge, model, wireProtocol, json]),
        .testTarget(
            name: "ConductorBridgeHostTests",
            dependencies: [
                "conductord", "conductorctl", bridgeHost, bridge, testSupport, client, model, wireProtocol, json,
            ]),
        .testTarget(name: "ConductorNATSTests", dependencies: [nats, bridgeHost, bridge, testSupport]),
        .testTarget(name: "FuzzingTests", dependencies: [fuzzing]),
    ],
    swiftLanguageModes: [.v6]
)

/// `make check` sets this: there a warning is an error.
let strict = Context.environment["CONDUCTOR_STRICT"] == "1"

for target in package.targets where target.type != .system {
    target.swiftSettings =
        [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            // Bugs that tests may plant; never in what is released.
            .define("CONDUCTOR_CANARIES", .when(configuration: .debug)),
        ] + (strict ? [.treatAllWarnings(as: .error)] : [])
}
