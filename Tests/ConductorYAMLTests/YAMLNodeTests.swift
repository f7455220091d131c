import ConductorYAML
import Testing

@Suite("YAML")
struct YAMLNodeTests {
    private func read(_ text: String) throws(YAMLError) -> YAMLNode? { try YAMLNode.read(Array(text.utf8)) }

    private func scalars(_ text: String) throws -> [YAMLNode.Scalar] {
        try #require(try read(text)?.sequence).compactMap(\.scalar)
    }

    @Test("holds scalars, sequences and mappings in the order of the file")
    func structure() throws {
        let members = try #require(try read("z: [1, two]\na:\n  b: c\n")?.mapping)
        #expect(members.map { $0.key.scalar?.text } == ["z", "a"])
        #expect(members[0].value.sequence?.map { $0.scalar?.text } == ["1", "two"])
        #expect(members[1].value.mapping?.map { $0.value.scalar?.text } == ["c"])
    }

    @Test("tells where each value begins, in lines and Unicode scalars from 1")
    func marks() throws {
        let members = try #require(try read("é: 1\nb:\n  - x\n")?.mapping)
        #expect(members[0].value.mark == YAMLNode.Mark(line: 1, column: 4))
        #expect(members[1].value.sequence?.first?.mark == YAMLNode.Mark(line: 3, column: 5))
    }

    @Test("means by the core schema what is not quoted, and a string what is")
    func meanings() throws {
        let meanings = try scalars("[yes, true, ~, '5', \"null\", .inf]").map(\.meaning)
        #expect(meanings == [.string, .bool(true), .null, .string, .string, .notInJSON])
        #expect(try scalars("- |\n  5\n- 5").map(\.isQuoted) == [true, false])
    }

    @Test("puts what an alias names in its place, the newest of that name")
    func aliases() throws {
        #expect(try scalars("[&a x, *a, &a y, *a]").map(\.text) == ["x", "x", "y", "y"])
    }

    @Test("gives tags in full, and none where none is written")
    func tags() throws {
        let elements = try #require(try read("[!!str 5, !mine {}, 5, '5']")?.sequence)
        #expect(elements.map(\.tag) == ["tag:yaml.org,2002:str", "!mine", nil, nil])
    }

    @Test("of an empty text is nothing", arguments: ["", "# only a comment\n", "\n\n"])
    func empty(text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test(
        "that is wrong is refused with its place",
        arguments: [
            ("a: [", 2, "did not find expected node content"), ("[*a]", 1, "found undefined alias"),
            ("&a [*a]", 1, "found undefined alias"),
            ("a: 1\n--- \nb: 2", 2, "expected a single document in the stream"),
        ])
    func problems(text: String, line: Int, problem: String) {
        #expect {
            _ = try read(text)
        } throws: { error in
            guard let error = error as? YAMLError, case .syntax(let reason) = error.reason else { return false }
            return reason.hasPrefix(problem) && error.mark?.line == line
        }
    }

    @Test("names a key that stands twice, where it stands first")
    func duplicates() {
        #expect(throws: YAMLError.self) { try read("a: 1\n'a': 2") }
        #expect {
            _ = try read("x: 1\na: 1\nb: {a: 2}\n'a': 2")
        } throws: { error in
            let error = error as? YAMLError
            return error?.reason == .duplicateKey("a") && error?.mark == YAMLNode.Mark(line: 2, column: 1)
        }
    }

    @Test("names all keys that stand twice, and keeps their first values")
    func allDuplicates() throws {
        var duplicates: [YAMLError] = []
        let root = try YAMLNode.read(Array("a: 1\nb: {c: 1, c: 2}\na: 3\na: 4\n".utf8), duplicates: &duplicates)
        #expect(duplicates.map(\.reason) == [.duplicateKey("c"), .duplicateKey("a"), .duplicateKey("a")])
        #expect(root?.mapping?.compactMap(\.value.scalar?.text) == ["1"])
    }

    @Test("deeper than any file means to be is refused, however deep", arguments: ["[", "- ", "{a: "])
    func depth(opening: String) {
        #expect {
            _ = try read(String(repeating: opening, count: 100_000))
        } throws: { ($0 as? YAMLError)?.mark != nil }
    }

    @Test("whose aliases would nest it deeper is refused too")
    func depthOfAliases() throws {
        func chain(_ length: Int) -> String {
            let nested = (1...length).map { number in
                let brackets = String(repeating: "[", count: 400), ends = String(repeating: "]", count: 400)
                return "- &a\(number) \(brackets)*a\(number - 1) \(ends)\n"
            }
            return "- &a0 x\n" + nested.joined()
        }
        #expect(try read(chain(2))?.sequence?.count == 3)
        #expect {
            _ = try read(chain(3))
        } throws: { ($0 as? YAMLError)?.mark?.line == 4 }
    }

    @Test(
        "with bytes that YAML does not have is refused", arguments: [[0x61, 0x00], [0x61, 0x3A, 0x20, 0x07], [0xFF]])
    func bytes(text: [UInt8]) {
        #expect(throws: YAMLError.self) { try YAMLNode.read(text) }
    }
}
