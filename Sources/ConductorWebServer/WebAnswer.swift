import ConductorWebPages
import NIOHTTP1

/// What is sent back.
package struct WebAnswer: Sendable {
    enum Body: Sendable {
        case text(String)
        /// Changes, for as long as the reader is there.
        case changes
    }

    let status: HTTPResponseStatus
    private(set) var headers: [(name: String, value: String)]
    let body: Body
    /// Whether the connection ends with it, as what is still to come of the request is not read.
    private(set) var isLast = false

    private init(_ status: HTTPResponseStatus, _ body: Body, type: String) {
        self.status = status
        self.body = body
        headers = WebHeaders.all + [("Content-Type", type)]
    }

    package static func page(_ html: String) -> WebAnswer { WebAnswer(.ok, .text(html), type: htmlType) }

    static func asset(_ text: String, type: String) -> WebAnswer {
        WebAnswer(.ok, .text(text), type: "\(type); charset=utf-8")
    }

    static let changes = WebAnswer(.ok, .changes, type: "text/event-stream")

    /// Sends the browser elsewhere, with a cookie.
    static func entered(cookie: String) -> WebAnswer {
        var answer = WebAnswer(.seeOther, .text(""), type: htmlType)
        answer.headers += [("Location", "/"), ("Set-Cookie", cookie)]
        return answer
    }

    /// One sentence.
    private static func message(_ status: HTTPResponseStatus, _ title: String, _ text: String) -> WebAnswer {
        WebAnswer(status, .text(WebPage.message(title, text).html), type: htmlType)
    }

    /// The same for who is not let in.
    private static func refusal(_ status: HTTPResponseStatus, _ title: String, _ text: String) -> WebAnswer {
        WebAnswer(status, .text(WebPage.message(title, text, isAdmitted: false).html), type: htmlType)
    }

    package static func notFound(_ text: String) -> WebAnswer { message(.notFound, "Not found", text) }

    /// The daemon has not said what the page would show.
    package static func noAnswer(_ text: String) -> WebAnswer { message(.badGateway, "No answer", text) }

    func with(_ name: String, _ value: String) -> WebAnswer {
        var answer = self
        answer.headers.append((name, value))
        return answer
    }

    var asLast: WebAnswer {
        var answer = self
        answer.isLast = true
        return answer
    }

    private static let htmlType = "text/html; charset=utf-8"
}

extension WebAnswer {
    init(_ excess: HeadMeter.Excess) {
        self =
            switch excess {
            case .requestLine: .refusal(.uriTooLong, "Too long", "The address is too long.").asLast
            case .headers, .bytes:
                .refusal(.requestHeaderFieldsTooLarge, "Too large", "The request has too many headers.").asLast
            }
    }

    static let unreadable = refusal(.badRequest, "Not understood", "That is no request.").asLast
    static let bodyRefused = refusal(.payloadTooLarge, "Too much", "Requests have no body here.").asLast
    static let methodNotAllowed = refusal(.methodNotAllowed, "Not allowed", "These pages can only be read.")
        .with("Allow", "GET, HEAD").asLast
    static let misdirected = refusal(.misdirectedRequest, "Another host", "This is another's name.")
    static let notAdmitted = refusal(
        .forbidden, "Not admitted", "Open the address that conductor-web printed; it serves once.")
    static let busy = message(.serviceUnavailable, "Busy", "Too many pages are open.")
}
