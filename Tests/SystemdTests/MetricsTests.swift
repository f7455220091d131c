import ConductorTestSupport
import Testing

extension SystemdTests {
    @Suite("conductor-metrics") struct MetricsFile {
        private static let folder = "/var/lib/prometheus/node-exporter"

        @Test("writes the metrics of a daemon that runs as one whole file, and starts none")
        func written() async throws {
            try await Lab.use { lab in
                #expect(try await lab.run("systemctl", "is-enabled", "conductor-metrics.timer").output == "disabled\n")
                _ = try await lab.run("mkdir", "--parents", Self.folder)
                try await lab.systemctl("start", "conductord.socket")
                try await lab.systemctl("start", "conductor-metrics.service")
                #expect(try await lab.property("ActiveState") == "inactive")
                #expect(try await lab.run("ls", Self.folder).output.isEmpty)

                try await lab.systemctl("start", "conductord.service")
                try await lab.systemctl("start", "conductor-metrics.service")
                #expect(try await lab.run("ls", Self.folder).output == "conductor.prom\n")
                let text = try await lab.run("cat", Self.folder + "/conductor.prom").output
                #expect(text.contains("# TYPE conductor_up_seconds gauge\nconductor_up_seconds "), "\(text)")
                let mode = try await lab.run("stat", "--format=%a", Self.folder + "/conductor.prom")
                #expect(mode.output == "644\n")
            }
        }
    }
}
