extension Array<UInt8> {
    /// Without the mark by which some editors and shells begin a text in UTF-8.
    package var withoutByteOrderMark: [UInt8] {
        starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self
    }

    /// Begins as a text in UTF-16 does.
    package var hasUTF16ByteOrderMark: Bool { starts(with: [0xFE, 0xFF]) || starts(with: [0xFF, 0xFE]) }
}
