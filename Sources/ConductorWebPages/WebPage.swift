import ConductorModel
import ConductorPictures

/// A page around a picture: where to go from here, and the looks and the script by their own paths, so that the browser
/// can be told to run nothing else. It is whole without the script, which only replaces what is between.
package struct WebPage {
    package static let stylesheetPath = "/style.css"
    package static let scriptPath = "/live.js"

    private let title: String
    private let isAdmitted: Bool
    private let content: (inout Markup) -> Void

    private init(_ title: String, isAdmitted: Bool = true, _ content: @escaping (inout Markup) -> Void) {
        self.title = title
        self.isAdmitted = isAdmitted
        self.content = content
    }

    /// What needs a person, runs, queue and dead letters.
    package static func overview(_ overview: Overview) -> WebPage {
        WebPage(overview.needs.isEmpty ? "Conductor" : "(\(overview.needs.count)) Conductor") { markup in
            OverviewSections(overview).write(to: &markup)
        }
    }

    package static func agents(_ overview: Overview) -> WebPage {
        WebPage("Agents") { OverviewSections(overview).writeAgents(to: &$0) }
    }

    package static func report(_ run: ReportedRun, program: String) -> WebPage {
        WebPage("\(run.state.mark.symbol) \(run.name.clipped(to: 100)) \(run.state.mark.word)") { markup in
            ReportPage(run, program: program).write(to: &markup)
        }
    }

    /// One sentence: what was not found, or who is not let in.
    /// - Parameter isAdmitted: Whether the browser may have the looks and the script, and go on from here.
    package static func message(_ title: String, _ text: String, isAdmitted: Bool = true) -> WebPage {
        WebPage(title, isAdmitted: isAdmitted) { markup in
            markup.element("h1", text: title)
            markup.element("p", text: text)
        }
    }

    package var html: String {
        var markup = Markup()
        markup.literal("<!DOCTYPE html>\n")
        markup.element("html", ["lang": "en"]) { markup in
            markup.element("head") { markup in
                markup.empty("meta", ["charset": "utf-8"])
                markup.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                markup.empty("meta", ["name": "color-scheme", "content": "light dark"])
                markup.element("title", text: title)
                guard isAdmitted else { return }
                markup.empty("link", ["rel": "stylesheet", "href": Self.stylesheetPath])
                markup.element("script", ["src": Self.scriptPath, "defer": "defer"]) { _ in }
            }
            markup.newline()
            markup.element("body") { markup in
                if isAdmitted { Self.writeNavigation(to: &markup) }
                markup.element("div", ["id": "content"]) { content(&$0) }
            }
        }
        markup.newline()
        return markup.text
    }

    private static func writeNavigation(to markup: inout Markup) {
        markup.element("nav", ["aria-label": "Pages"]) { markup in
            markup.element("a", ["href": "/"], text: "Overview")
            markup.element("a", ["href": "/agents"], text: "Agents")
            markup.element("span", ["id": "live", "role": "status"]) { _ in }
        }
    }
}
