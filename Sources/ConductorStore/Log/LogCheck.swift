/// Compares what the log holds with what was marked when it was used last.
struct LogCheck {
    let contents: LogContents
    let mark: HighWaterMark

    /// Refuses a log that has lost what it held.
    ///
    /// - Returns: for people, what was lost in a way that leaves the rest whole; nil where nothing was.
    func run() throws(StoreFault) -> String? {
        for (path, content) in zip(contents.paths, contents.files) {
            switch content {
            case .ofOther: throw .otherLog(path)
            case .newerVersion: throw .newerVersion(path)
            case .whole, .missing, .damaged: break
            }
        }
        // Without a mark what is there counts, and no more: it was removed for that.
        guard let marked = try mark.read(.logged).map({ CommitLink(number: $0.sequence, checksum: $0.checksum) })
        else { return nil }
        let end = contents.end
        if let stray = contents.strays.first, let last = contents.strays.last {
            let newest = max(last.header.link.number, marked.number)
            throw damaged(contents.paths[stray.file], at: contents.nextOffset, through: newest)
        }
        guard marked.number > end.number else {
            if let link = contents.link(at: marked.number), link != marked {
                throw StoreFault(
                    .corrupt, at: contents.paths[0],
                    "commit \(marked.number) is not the one that was written last; \(HighWaterMark.wayOut(mark.path))")
            }
            return nil
        }
        switch contents.fault {
        case .cutOff(let path):
            return "\(path) was cut off: commits \(end.number + 1) to \(marked.number), and all that was stored with"
                + " them, are lost"
        case .damaged(let path, let offset): throw damaged(path, at: offset, through: marked.number)
        }
    }

    private func damaged(_ path: String, at offset: Int, through last: Int64) -> StoreFault {
        StoreFault(
            .corrupt, at: path,
            "is damaged at byte \(offset): commits \(contents.end.number + 1) to \(last) cannot be read; "
                + HighWaterMark.wayOut(mark.path))
    }
}

extension StoreFault {
    static func otherLog(_ path: String) -> StoreFault {
        StoreFault(.corrupt, at: path, "belongs to another database")
    }
}
