import ConductorTestSupport
import Foundation

/// conductor-web on a port of its own.
struct WebProcess {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let child: ChildProcess
    /// The address that lets one browser in.
    let entrance: String
    let port: UInt16

    init(_ daemon: DaemonProcess) async throws {
        child = try ChildProcess(Binaries.conductorWeb, ["--socket", daemon.socket, "--listen", "127.0.0.1:0"])
        guard await child.prints("\n"),
            let line = child.outputSoFar.firstMatch(
                of: /open once: (http:\/\/127\.0\.0\.1:(\d+)\/enter\?code=\w{32})\n/),
            let port = UInt16(line.2)
        else { throw Failure(description: "conductor-web ended: \(await child.finish().errors)") }
        entrance = String(line.1)
        self.port = port
    }

    func page(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}
