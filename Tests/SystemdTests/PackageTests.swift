import ConductorTestSupport
import Foundation
import Testing

extension SystemdTests {
    @Suite("the Debian package") struct Package {
        @Test("installs without starting anything, is upgraded in place, and leaves nothing behind when it is purged")
        func life() async throws {
            let folder = try TemporaryFolder()
            let build = try ChildProcess(
                Lab.checkout + "/scripts/build-deb.sh", [Lab.binaries, folder.path],
                environment: ["COMPRESSION": "none"])
            let (exit, package, errors) = await build.finish()
            try #require(exit.status == 0, "\(errors)")
            let path = String(package.dropLast())
            try await Lab.use(installing: ["install.sh", Lab.binaries, path]) { lab in
                try await Self.install("/srv/conductor.deb", in: lab)
                for unit in ["conductord.socket", "conductord.service", "conductor-web.service"] {
                    #expect(try await lab.run("systemctl", "is-enabled", unit).output == "disabled\n")
                    #expect(try await lab.property("ActiveState", of: unit) == "inactive")
                }
                #expect(try await lab.run("getent", "group", "conductor-agents").status == 0)

                try await lab.systemctl("enable", "--now", "conductord.service")
                try await lab.startAgent("coder", type: "coding", command: "echo {}")
                let work = try await lab.run("conductorctl", "dispatch", "--type", "coding", "--name", "Work")
                #expect(work.status == 0)
                try await Self.upgrade(lab)

                _ = try await lab.run("dpkg", "--remove", "conductor")
                #expect(try await lab.property("ActiveState", of: "conductor-agent@coder.service") == "inactive")
                #expect(!lab.exists("/run/conductor/conductor.sock"))
                #expect(lab.exists("/var/lib/conductor/conductor.db"))
                let purge = try await lab.run("dpkg", "--purge", "conductor")
                #expect(purge.status == 0, "\(purge.errors)")
                for path in [
                    "/var/lib/conductor", "/var/lib/conductor-agent", "/etc/conductor", "/usr/sbin/conductord",
                    "/usr/bin/conductor-web",
                ] {
                    #expect(!lab.exists(path), "\(path)")
                }
            }
        }

        private static func upgrade(_ lab: Lab) async throws {
            let pid = try await lab.property("MainPID")
            let newer = try await lab.run(
                "sh", "-ec",
                """
                dpkg-deb --raw-extract /srv/conductor.deb /srv/package
                sed -i 's/^Version: .*/Version: 9/' /srv/package/DEBIAN/control
                dpkg-deb -Znone --build /srv/package /srv/newer.deb
                """)
            try #require(newer.status == 0, "\(newer.errors)")
            // An agent of version 0.1, which had one user for all of them.
            _ = try await lab.run("useradd", "--system", "conductor-agent")
            try lab.write("TYPE=test\nCOMMAND=id -un\n", "/etc/conductor/agents/old.env", mode: 0o600)
            try await install("/srv/newer.deb", in: lab)
            try await lab.systemctl("start", "conductor-agent@old.service")
            #expect(await lab.journalTells("Agent old registered."))
            #expect(try await lab.property("User", of: "conductor-agent@old.service") == "conductor-agent")
            #expect(try await lab.property("User", of: "conductor-agent@coder.service") == "cond-coder")
            #expect(try await lab.property("MainPID") != pid)
            #expect(try await lab.run("systemctl", "is-enabled", "conductord.socket").output == "enabled\n")
            let tasks = try await lab.run("conductorctl", "tasks")
            #expect(tasks.output.contains("coder"), "\(tasks)")
        }

        private static func install(_ package: String, in lab: Lab) async throws {
            let dpkg = try await lab.run("dpkg", "--install", package)
            try #require(dpkg.status == 0, "\(dpkg.output)\(dpkg.errors)")
        }
    }
}

@Suite("An installation")
struct InstallationTests {
    @Test("is under its prefix, its units call what is there, and is removed without a trace but the configuration")
    func prefix() async throws {
        let folder = try TemporaryFolder()
        func make(_ action: String) async throws {
            let script = try ChildProcess(
                Lab.checkout + "/scripts/install.sh", [action, Lab.binaries],
                environment: ["DESTDIR": folder.path, "PREFIX": "/opt/conductor"])
            let (exit, _, errors) = await script.finish()
            try #require(exit.status == 0, "\(errors)")
        }
        func files() async throws -> String {
            try await ChildProcess("/usr/bin/find", [folder.path, "-type", "f", "-printf", "%P\n"]).finish().output
        }
        try await make("install")
        let unit = try String(
            contentsOfFile: folder.file("opt/conductor/lib/systemd/system/conductord.service"), encoding: .utf8)
        #expect(unit.contains("ExecStart=/opt/conductor/sbin/conductord\n"))
        #expect(unit.contains("ExecPaths=/opt/conductor/sbin/conductord "))
        #expect(!unit.contains("/usr/sbin"))
        #expect(try await files().contains("opt/conductor/share/man/man8/conductord.8\n"))
        try await make("uninstall")
        #expect(try await files() == "etc/conductor/conductor.yaml\n")
    }

    @Test("has the version of the daemon, as a package too")
    func version() async throws {
        let version = try await ChildProcess(Binaries.conductord, ["--version"]).finish().output
        let changelog = try String(contentsOfFile: Lab.checkout + "/packaging/debian/changelog", encoding: .utf8)
        #expect(changelog.hasPrefix("conductor (\(version.dropFirst("conductord ".count).dropLast()))"))
    }
}
