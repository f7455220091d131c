import ConductorFuzzing
import Foundation
import Testing

@Suite("Corpora")
struct CorpusTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fuzzing/Corpus")

    private static func files(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }

    @Test("what fuzzing once needed breaks no promise", arguments: FuzzTargets.all.map { $0.name })
    func replay(_ name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        let files = try Self.files(in: Self.corpus.appending(path: name))
        #expect(!files.isEmpty)
        for file in files { target.run([UInt8](try Data(contentsOf: file))) }
    }

    @Test("every corpus has its target, and stays small")
    func complete() throws {
        let folders = try Self.files(in: Self.corpus)
        #expect(folders.map(\.lastPathComponent).sorted() == FuzzTargets.all.map { $0.name }.sorted())
        for folder in folders {
            let sizes = try Self.files(in: folder).map { try Data(contentsOf: $0).count }
            #expect(sizes.count <= 40 && sizes.reduce(0, +) <= 100 << 10, "\(folder.lastPathComponent)")
        }
    }

    @Test("where no bytes are, no promise breaks", arguments: FuzzTargets.all.map { $0.name })
    func empty(_ name: String) throws {
        try #require(FuzzTargets.named(name)).run([])
    }
}
