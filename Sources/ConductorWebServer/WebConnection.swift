import NIOCore
import NIOHTTP1

/// One connection: a request, its answer, and so on. Whoever sends before the answer is out, takes too long or reads nothing
/// is left.
final class WebConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// So much is given to the kernel at once; that it took it is progress.
    static let pieceBytes = 64 << 10

    private enum State {
        /// No byte of a request has come.
        case idle
        /// Not all of it has.
        case arriving(HTTPRequestHead?)
        case answering(HTTPRequestHead)
        case writing(isLast: Bool)
        case streaming(Stream)
        /// All is said; the other side has not closed yet.
        case leaving
        case closed
    }

    /// What a reader of changes has not been told yet.
    private enum Stream {
        case ready
        case writing(next: String?)
    }

    private let site: WebSite
    private var state = State.idle
    private var isStopping = false
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(_ site: WebSite) {
        self.site = site
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        site.opened(self)
        expect(within: site.limits.idle)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        let before = state
        state = .closed
        timer?.cancel()
        self.context = nil
        site.closed(self)
        // Else that is said once the page is made.
        if case .answering = before { return }
        site.released()
    }

    /// Ends the connection now.
    func close() {
        context?.close(promise: nil)
    }

    /// Ends the connection, after the answer that is under way.
    func stop() {
        isStopping = true
        switch state {
        case .idle, .arriving, .leaving: close()
        case .answering, .writing: break
        case .streaming: end(isLast: true)
        case .closed: break
        }
    }

    /// Closes what makes no progress for so long.
    private func expect(within patience: Duration?) {
        timer?.cancel()
        timer = patience.flatMap { patience in
            context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(patience)) { [weak self] in self?.close() }
        }
    }
}

// MARK: - A request comes

extension WebConnection {
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is HeadBound.Received else { return context.fireUserInboundEventTriggered(event) }
        switch state {
        case .idle:
            state = .arriving(nil)
            expect(within: site.limits.arrival)
        case .arriving, .writing(isLast: true), .leaving, .closed: break
        case .answering, .writing, .streaming: close()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.idle, .head(let head)), (.arriving, .head(let head)): begin(head)
        case (.arriving(let head?), .end): answer(head)
        // It is told that it is not read.
        case (.writing(isLast: true), _), (.leaving, _), (.closed, _): break
        case (.idle, _), (.arriving, _), (.answering, _), (.writing, _), (.streaming, _): close()
        }
    }

    /// What is refused by its head is answered at once: the rest of it is not waited for.
    private func begin(_ head: HTTPRequestHead) {
        if head.method.isRead, head.announcesBody {
            state = .answering(head)
            write(.bodyRefused)
        } else if head.method.isRead {
            state = .arriving(head)
        } else {
            answer(head)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let answer: WebAnswer
        switch error {
        case let excess as HeadMeter.Excess: answer = WebAnswer(excess)
        case is HTTPParserError: answer = .unreadable
        default: return close()
        }
        switch state {
        case .idle, .arriving:
            state = .answering(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"))
            write(answer)
        case .writing(isLast: true), .leaving, .closed: break
        case .answering, .writing, .streaming: close()
        }
    }

    private func answer(_ head: HTTPRequestHead) {
        state = .answering(head)
        expect(within: nil)
        switch site.reply(to: head, from: self) {
        case .now(let answer): write(answer)
        case .later(let answer):
            answer.assumeIsolated().whenComplete { [self] result in
                if case .closed = state { return site.released() }
                switch result {
                case .success(let answer): write(answer)
                case .failure(let error): write(.noAnswer("\(error)"))
                }
            }
        }
    }
}

// MARK: - An answer leaves

extension WebConnection {
    /// Answers the request that has come.
    private func write(_ answer: WebAnswer) {
        guard case .answering(let request) = state, let context else { return }
        let isLast = answer.isLast || isStopping || !request.isKeepAlive || request.announcesUpgrade
        var headers = HTTPHeaders(answer.headers)
        if isLast { headers.add(name: "Connection", value: "close") }
        if case .text(let text) = answer.body { headers.add(name: "Content-Length", value: "\(text.utf8.count)") }
        let head = HTTPResponseHead(version: request.version, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        switch answer.body {
        case .changes:
            state = .streaming(.ready)
            tell(": here\n\n")
        case .text(let text):
            state = .writing(isLast: isLast)
            expect(within: site.limits.stall)
            if request.method != .HEAD { write(context.channel.allocator.buffer(string: text), context) }
            end(isLast: isLast)
        }
    }

    private func write(_ body: ByteBuffer, _ context: ChannelHandlerContext) {
        var rest = body
        while let piece = rest.readSlice(length: min(rest.readableBytes, Self.pieceBytes)), piece.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(piece)))).assumeIsolated().whenSuccess { [weak self] in
                guard let self, case .writing = state else { return }
                expect(within: site.limits.stall)
            }
        }
    }

    private func end(isLast: Bool) {
        guard let context else { return }
        state = .writing(isLast: isLast)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenSuccess { [weak self] in
            self?.written(isLast: isLast)
        }
    }

    private func written(isLast: Bool) {
        guard case .writing = state, let context else { return }
        guard isLast || isStopping else {
            state = .idle
            return expect(within: site.limits.idle)
        }
        state = .leaving
        expect(within: site.limits.farewell)
        // Closed at once, what has come meanwhile would make the kernel drop what was said.
        context.close(mode: .output, promise: nil)
    }

    /// Writes an event to a reader of changes; where the last one has not left yet, after it: one is as good as many.
    func tell(_ event: String) {
        guard case .streaming(let stream) = state, let context else { return }
        guard case .ready = stream else { return state = .streaming(.writing(next: event)) }
        state = .streaming(.writing(next: nil))
        expect(within: site.limits.stall)
        let bytes = context.channel.allocator.buffer(string: event)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes)))).assumeIsolated().whenSuccess { [weak self] in
            self?.told()
        }
    }

    private func told() {
        guard case .streaming(.writing(let next)) = state else { return }
        state = .streaming(.ready)
        expect(within: nil)
        if let next { tell(next) }
    }
}

extension HTTPMethod {
    fileprivate var isRead: Bool { self == .GET || self == .HEAD }
}

extension HTTPRequestHead {
    fileprivate var announcesBody: Bool {
        headers.contains(name: "Transfer-Encoding") || headers["Content-Length"].contains { $0 != "0" }
    }

    /// What follows is not read then.
    fileprivate var announcesUpgrade: Bool { headers.contains(name: "Upgrade") }
}
