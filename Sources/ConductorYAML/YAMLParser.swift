import CLibYAML

/// What libyaml finds in a text, one event after the other.
struct YAMLParser: ~Copyable {
    /// What may be written before any value.
    struct Properties {
        let anchor: String?
        let tag: String?
        let mark: YAMLNode.Mark
    }

    enum Event {
        case alias(String, YAMLNode.Mark)
        case scalar(YAMLNode.Scalar, Properties)
        case sequence(Properties)
        case mapping(Properties)
        /// Of a sequence or a mapping.
        case end
        case documentStart(YAMLNode.Mark)
        case documentEnd
        case streamStart
        case streamEnd
    }

    /// Points at itself, so that it must not move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Reads `text`, UTF-8, which must outlive the parser.
    init(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError("there is no memory to read it", at: nil)
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// Not to be called after the end of the stream.
    mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { yaml_event_delete(&event) }
        let mark = YAMLNode.Mark(event.start_mark)
        switch event.type {
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "", mark)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let content = YAMLNode.Scalar(
                text: String(decoding: bytes, as: UTF8.self), isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE)
            return .scalar(content, Properties(anchor: text(scalar.anchor), tag: text(scalar.tag), mark: mark))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequence(Properties(anchor: text(start.anchor), tag: text(start.tag), mark: mark))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mapping(Properties(anchor: text(start.anchor), tag: text(start.tag), mark: mark))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
        case YAML_DOCUMENT_START_EVENT: return .documentStart(mark)
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_START_EVENT: return .streamStart
        default: return .streamEnd
        }
    }

    private var fault: YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be read"
        // The reader tells a byte, and no line.
        let hasMark = parser.pointee.error == YAML_SCANNER_ERROR || parser.pointee.error == YAML_PARSER_ERROR
        return YAMLError(problem, at: hasMark ? YAMLNode.Mark(parser.pointee.problem_mark) : nil)
    }

    private func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }
}

extension YAMLNode.Mark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
