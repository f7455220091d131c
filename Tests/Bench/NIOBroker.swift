import Foundation
import NIOCore
import NIOPosix

/// What `floor.c` does, on SwiftNIO: one event loop, a handler per connection, what a read brings is written on at once.
final class NIOBroker {
    private var peers: [PeerHandler] = []
    private weak var submitter: PeerHandler?
    private var queue: [ByteBuffer] = []
    private var next = 0

    /// Says READY on standard output, and serves until a peer goes.
    static func serve(socket: String) throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let broker = NIOLoopBoundBox.makeEmptyBox(valueType: NIOBroker.self, eventLoop: loop)
        let server = try ServerBootstrap(group: loop).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let current = broker.value ?? NIOBroker()
                broker.value = current
                let peer = PeerHandler(current)
                current.peers.append(peer)
                try channel.pipeline.syncOperations.addHandler(peer)
            }
        }.bind(unixDomainSocketPath: socket).wait()
        print(Submitter.ready)
        fflush(nil)
        try server.closeFuture.wait()
    }

    fileprivate func take(_ frame: ByteBuffer, from peer: PeerHandler) {
        switch peer.role {
        case .unknown:
            var frame = frame
            let text = frame.readString(length: frame.readableBytes) ?? ""
            peer.role = text.first == "W" ? .worker(free: Int(text.dropFirst()) ?? 1) : .submitter
            if text.first != "W" { submitter = peer }
            peer.send(ByteBuffer())
        case .submitter: queue.append(frame)
        case .worker(let free):
            peer.role = .worker(free: free + 1)
            submitter?.send(frame)
        }
    }

    fileprivate func endTurn() {
        var given = 0
        while given < queue.count, let (worker, free) = freeWorker() {
            worker.role = .worker(free: free - 1)
            worker.send(queue[given])
            given += 1
        }
        queue.removeFirst(given)
        for peer in peers { peer.flush() }
    }

    private func freeWorker() -> (PeerHandler, free: Int)? {
        for _ in peers {
            next = (next + 1) % peers.count
            if case .worker(let free) = peers[next].role, free > 0 { return (peers[next], free) }
        }
        return nil
    }
}

private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Role {
        case unknown, submitter
        case worker(free: Int)
    }

    var role = Role.unknown
    private let broker: NIOBroker
    private var context: ChannelHandlerContext?
    private var input = ByteBuffer()
    private var output = ByteBuffer()

    init(_ broker: NIOBroker) {
        self.broker = broker
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        while let frame = input.readLengthPrefixedSlice(as: UInt32.self) { broker.take(frame, from: self) }
    }

    func channelReadComplete(context: ChannelHandlerContext) { broker.endTurn() }

    func channelInactive(context: ChannelHandlerContext) { exit(0) }

    func send(_ frame: ByteBuffer) {
        output.writeInteger(UInt32(frame.readableBytes))
        output.writeImmutableBuffer(frame)
    }

    func flush() {
        guard let context, output.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        // Taken along by the write; a new one is cheaper than a copy.
        output = ByteBuffer()
    }
}
