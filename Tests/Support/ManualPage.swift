import Foundation

/// A page of `man/`, taken apart as far as tests ask.
public struct ManualPage: Sendable {
    /// What stands under one heading, `.Sh` or `.Ss`.
    public struct Section {
        public let title: String
        public fileprivate(set) var lines: [Substring] = []
    }

    /// The lines between `.Bd -literal` and `.Ed`, as a reader sees them.
    public struct Block {
        /// The heading above it.
        public let title: String
        /// Counts from 1.
        public let firstLine: Int
        public fileprivate(set) var lines: [String] = []
    }

    private let lines: [Substring]

    public init(_ name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let text = try String(contentsOf: root.appendingPathComponent("man/\(name)"), encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    public var sections: [Section] {
        lines.reduce(into: []) { sections, line in
            if let title = Self.title(line) {
                sections.append(Section(title: title))
            } else if !sections.isEmpty {
                sections[sections.count - 1].lines.append(line)
            }
        }
    }

    public var literalBlocks: [Block] {
        var title = ""
        var open: Block?
        var blocks: [Block] = []
        for (index, line) in lines.enumerated() {
            if let next = Self.title(line) { title = next }
            if line.hasPrefix(".Bd -literal") {
                open = Block(title: title, firstLine: index + 2)
            } else if line == ".Ed" {
                if let block = open { blocks.append(block) }
                open = nil
            } else {
                open?.lines.append(Self.plain(line))
            }
        }
        return blocks
    }

    private static func title(_ line: Substring) -> String? {
        line.hasPrefix(".Sh ") || line.hasPrefix(".Ss ") ? String(line.dropFirst(4)) : nil
    }

    /// Without the escapes of roff.
    private static func plain(_ line: Substring) -> String {
        String(line).replacing("\\e", with: "\\").replacing("\\&", with: "").replacing("\\-", with: "-")
    }
}

extension ManualPage.Section {
    /// The words behind `.It` and `macro` in its lists: the long options by "Fl -".
    public func items(_ macro: String) -> [String] {
        lines.filter { $0.hasPrefix(".It ") }.flatMap { line in
            line.split(separator: " , ").compactMap { item in
                let item = item.hasPrefix(".It ") ? item.dropFirst(4) : item
                guard item.hasPrefix(macro) else { return nil }
                return item.dropFirst(macro.count).split(separator: " ").first.map(String.init)
            }
        }
    }
}
