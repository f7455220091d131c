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
        _ = try bench.executable("conductorctl", "#!/bin/sh\n")
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
        #expect(try unit("conductor-agent@.service").contains("\nExecStart=\(client) register"))
    }

    @Test("installs a conductorctl with no more of Foundation than its essentials: all of it is three times as large")
    func foundation() throws {
        let program = try Data(contentsOf: URL(fileURLWithPath: Binaries.conductorctl), options: .alwaysMapped)
        for name in ["libFoundation.so", "lib_FoundationICU.so", "icudt"] {
            #expect(program.range(of: Data(name.utf8)) == nil, "\(name)")
        }
    }
}
