import ConductorJSON
import ConductorTestSupport
import Foundation

/// Debian's Chromium without a window, told what to do by its protocol for tools.
final class BrowserSession {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let path = "/usr/bin/chromium"

    static let isInstalled = access(path, X_OK) == 0

    private let folder: TemporaryFolder
    private let child: ChildProcess
    private let input: FileHandle
    private var messages: AsyncStream<String>.AsyncIterator
    private var last = 0
    private var session = ""
    private var loads = 0
    /// What went wrong in pages: exceptions, and what the browser refused.
    private(set) var errors: [String] = []
    /// The status of the last page.
    private(set) var status = 0

    init() async throws {
        folder = try TemporaryFolder()
        let orders = folder.file("orders"), answers = folder.file("answers")
        for path in [orders, answers] where mkfifo(path, 0o600) != 0 { throw POSIXError(.EIO) }
        // Opened for both, a pipe keeps nobody waiting.
        input = try FileHandle(forUpdating: URL(fileURLWithPath: orders))
        let output = try FileHandle(forUpdating: URL(fileURLWithPath: answers))
        let (stream, continuation) = AsyncStream<String>.makeStream()
        messages = stream.makeAsyncIterator()
        Thread.detachNewThread { Self.read(output, into: continuation) }
        child = try ChildProcess(
            "/bin/sh",
            [
                "-c",
                "exec \"$0\" --headless --no-sandbox --disable-gpu --remote-debugging-pipe \"$@\" 3<\"$IN\" 4>\"$OUT\"",
                Self.path, "--user-data-dir=\(folder.file("profile"))", "about:blank",
            ], environment: ["IN": orders, "OUT": answers], whenEnded: { try? output.write(contentsOf: [0]) })
        let target = try await call("Target.createTarget", #"{"url":"about:blank"}"#)["targetId"]?.string ?? ""
        session =
            try await call("Target.attachToTarget", #"{"targetId":"\#(target)","flatten":true}"#)["sessionId"]?.string
            ?? ""
        for domain in ["Page", "Runtime", "Log", "Network"] { _ = try await call("\(domain).enable") }
    }

    deinit { child.signal(SIGTERM) }

    /// A NUL ends a message; one without text, all.
    private static func read(_ output: FileHandle, into stream: AsyncStream<String>.Continuation) {
        var bytes = Data()
        while true {
            bytes.append(output.availableData)
            while let end = bytes.firstIndex(of: 0) {
                guard end > bytes.startIndex else { return stream.finish() }
                stream.yield(String(decoding: bytes[..<end], as: UTF8.self))
                bytes = Data(bytes[(end + 1)...])
            }
        }
    }

    private func call(_ method: String, _ params: String = "{}") async throws -> JSONValue {
        last += 1
        let target = session.isEmpty ? "" : #","sessionId":"\#(session)""#
        try input.write(
            contentsOf: Data(#"{"id":\#(last),"method":"\#(method)","params":\#(params)\#(target)}"#.utf8) + [0])
        while true {
            let message = try await next()
            guard message["id"]?.integer == Int64(last) else { continue }
            guard let result = message["result"] else { throw Failure(description: "\(method): \(message)") }
            return result
        }
    }

    /// The next message, noted where it tells of pages.
    private func next() async throws -> JSONValue {
        guard let text = await messages.next() else { throw Failure(description: "Chromium has ended") }
        let message = try JSONText(parsing: text).parsed(), params = message["params"]
        switch message["method"]?.string {
        case "Runtime.exceptionThrown": errors.append(text)
        case "Log.entryAdded":
            // The status of a page is looked at by itself.
            if params?["entry"]?["source"]?.string != "network" { errors.append(text) }
        case "Network.responseReceived" where params?["type"]?.string == "Document":
            status = Int(params?["response"]?["status"]?.integer ?? 0)
        case "Page.loadEventFired": loads += 1
        default: break
        }
        return message
    }

    /// Opens an address in a window of so many pixels, and waits until it is shown.
    func open(_ address: String, width: Int = 1400) async throws {
        _ = try await call(
            "Emulation.setDeviceMetricsOverride",
            #"{"width":\#(width),"height":1200,"deviceScaleFactor":1,"mobile":false}"#)
        let before = loads
        _ = try await call("Page.navigate", #"{"url":"\#(address)"}"#)
        while loads == before { _ = try await next() }
    }

    /// What a JavaScript expression comes to, as text; a promise is waited for.
    func evaluate(_ expression: String) async throws -> String {
        let text = "String(await (\(expression)))".jsonText
        let result = try await call(
            "Runtime.evaluate", #"{"expression":\#(text),"replMode":true,"awaitPromise":true,"returnByValue":true}"#)
        guard let value = result["result"]?["value"]?.string else { throw Failure(description: "\(result)") }
        return value
    }

    /// Forgets all cookies.
    func forget() async throws {
        _ = try await call("Network.clearBrowserCookies")
    }
}
