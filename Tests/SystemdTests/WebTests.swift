import ConductorTestSupport
import Foundation
import Testing

extension SystemdTests {
    @Suite("conductor-web") struct Web {
        /// Asks as a browser does that comes through a forwarded port.
        private static let client = """
            import http.client, socket, sys
            connection = http.client.HTTPConnection("localhost")
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect("/run/conductor-web/web.sock")
            connection.request("GET", sys.argv[1])
            answer = connection.getresponse()
            print(answer.status, answer.read().decode())
            """

        @Test("shows members of its group what the daemon has, and nobody else, and may change nothing")
        func pages() async throws {
            try await Lab.use { lab in
                #expect(try await lab.run("systemctl", "is-enabled", "conductor-web.service").output == "disabled\n")
                try await lab.systemctl("start", "conductord.service")
                try await lab.systemctl("start", "conductor-web.service")
                #expect(await lab.journalTells("listening at /run/conductor-web/web.sock"))
                func ask(_ path: String, as user: String) async throws -> Lab.Result {
                    try await lab.run("/usr/bin/python3", "-c", Self.client, path, as: user)
                }
                _ = try await lab.run("useradd", "--system", "--user-group", "outsider")
                let refused = try await ask("/", as: "outsider")
                #expect(refused.errors.contains("PermissionError"), "\(refused)")
                _ = try await lab.run("usermod", "--append", "--groups", "conductor-observers", "outsider")
                let overview = try await ask("/", as: "outsider")
                #expect(
                    overview.output.hasPrefix("200 ") && overview.output.contains("<h1>Conductor</h1>"), "\(overview)")
                // What the page shows, the same person may ask for; and no more.
                #expect(try await lab.run("conductorctl", "agents", as: "outsider").status == 0)
                for user in ["outsider", "conductor-web"] {
                    let work = try await lab.run(
                        "conductorctl", "dispatch", "--type", "coding", "--name", "Work", "--queue", as: user)
                    #expect(work.status == 1, "\(work.output)\(work.errors)")
                }

                try await lab.systemctl("stop", "conductord.socket", "conductord.service")
                #expect(try await ask("/agents", as: "outsider").output.hasPrefix("502 "))
                try await lab.systemctl("start", "conductord.service")
                #expect(try await ask("/agents", as: "outsider").output.hasPrefix("200 "))

                try await lab.systemctl("stop", "conductor-web.service")
                #expect(try await lab.property("Result", of: "conductor-web.service") == "success")
                #expect(try await lab.property("ExecMainStatus", of: "conductor-web.service") == "0")
                #expect(!lab.exists("/run/conductor-web"))
            }
        }
    }
}
