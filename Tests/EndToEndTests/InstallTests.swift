import ConductorTestSupport
import Foundation
import Testing

@Suite("scripts/install.sh")
struct InstallTests {
    @Test(
        "names the programs in the units by where they are",
        arguments: [
            ("/opt/usr", "/opt/usr/sbin/conductord", "/opt/usr/bin/conductorctl"),
            ("/opt/my tools", #""/opt/my tools/sbin/conductord""#, #""/opt/my tools/bin/conductorctl""#),
        ])
    func units(prefix: String, daemon: String, client: String) async throws {
        let bench = try Bench()
        let bin = try bench.executable("conductord", "#!/bin/sh\n")
        for program in ["conductorctl", "conductor-web"] { _ = try bench.executable(program, "#!/bin/sh\n") }
        let target = bench.folder.file("root dir")
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").path
        let install = try await ChildProcess(
            "\(root)/scripts/install.sh", ["install", bin],
            environment: ["DESTDIR": target, "PREFIX": prefix, "STRIP": "", "SYSCONFDIR": "/etc"]
        ).finish()
        #expect(install.exit.status == 0, "\(install.errors)")
        func unit(_ name: String) throws -> String {
            try String(contentsOfFile: "\(target)\(prefix)/lib/systemd/system/\(name)", encoding: .utf8)
        }
        #expect(try unit("conductord.service").contains("\nExecStart=\(daemon)\n"))
        #expect(try unit("conductor-metrics.service").contains("\nEnvironment=CONDUCTORCTL=\(client)\n"))
        #expect(try unit("conductor-metrics.timer").contains("WantedBy=timers.target"))
        let web = daemon.replacing("sbin/conductord", with: "bin/conductor-web")
        #expect(try unit("conductor-web.service").contains("\nExecStart=\(web) --socket"))
        #expect(try unit("conductor-web.service").contains("\nExecPaths=\(web) /usr/lib"))
        #expect(try unit("conductor-agent@.service").contains("\nExecStart=\(client) register"))
    }

    @Test("installs the examples, and what is executed there stays executable where programs are stripped")
    func examples() async throws {
        let bench = try Bench()
        let bin = try bench.executable("conductord", "#!/bin/sh\n")
        for program in ["conductorctl", "conductor-web"] { _ = try bench.executable(program, "#!/bin/sh\n") }
        // `install -s` runs `strip`, which refuses a script: the programs here are scripts too.
        _ = try bench.executable("strip", "#!/bin/sh\ncase $1 in *examples*) exit 1 ;; esac\n")
        let target = bench.folder.file("root")
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").path
        let install = try await ChildProcess(
            "\(root)/scripts/install.sh", ["install", bin],
            environment: [
                "DESTDIR": target, "PREFIX": "/usr", "STRIP": "yes", "SYSCONFDIR": "/etc",
                "PATH": "\(bin):/usr/bin:/bin",
            ]
        ).finish()
        #expect(install.exit.status == 0, "\(install.errors)")
        let hello = "\(target)/usr/share/doc/conductor/examples/hello"
        #expect(FileManager.default.isExecutableFile(atPath: "\(hello)/greet.sh"))
        #expect(FileManager.default.fileExists(atPath: "\(hello)/workflow.yaml"))
        #expect(!FileManager.default.isExecutableFile(atPath: "\(hello)/fleet.yaml"))
    }

    @Test("installs a conductorctl with no more of Foundation than its essentials: all of it is three times as large")
    func foundation() throws {
        let program = try Data(contentsOf: URL(fileURLWithPath: Binaries.conductorctl), options: .alwaysMapped)
        for name in ["libFoundation.so", "lib_FoundationICU.so", "icudt"] {
            #expect(program.range(of: Data(name.utf8)) == nil, "\(name)")
        }
    }
}
