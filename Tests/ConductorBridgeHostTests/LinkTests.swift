import ConductorTestSupport
import Foundation
import Testing

@Suite("The programs without a network")
struct LinkTests {
    @Test("conductord and conductorctl are linked with no library for NATS or TLS")
    func libraries() throws {
        for path in [Binaries.conductord, Binaries.conductorctl] {
            let program = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
            for name in ["libnats.so", "libssl.so", "libcurl.so"] {
                #expect(program.range(of: Data(name.utf8)) == nil, "\(path): \(name)")
            }
        }
    }
}
