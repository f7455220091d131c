import ConductorTestSupport
import Foundation

/// Debian's Chromium without a window, which says what it sees of a page.
struct Browser {
    private static let path = "/usr/bin/chromium"

    static let isInstalled = access(path, X_OK) == 0

    /// What is wrong with `page` in a window of `width`, one in a line.
    static func problems(of page: String, width: Int) async throws -> [String] {
        let folder = try TemporaryFolder()
        let file = folder.file("frame.html")
        try Data(frame(page, width).utf8).write(to: URL(fileURLWithPath: file))
        let chromium = try ChildProcess(
            path,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--window-size=1600,1200",
                "--user-data-dir=\(folder.file("profile"))", "file://\(file)",
            ])
        let output = await chromium.finish().output
        guard let match = output.firstMatch(of: /<pre id="problems">([^<]*)<\/pre>/) else {
            return ["Chromium showed no page"]
        }
        return match.1.split(separator: "\n").map(String.init)
    }

    /// The page as it is, in a frame: a window of Chromium's has at least 500 pixels.
    private static func frame(_ page: String, _ width: Int) -> String {
        let content = page.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        return """
            <!DOCTYPE html><meta charset="utf-8"><pre id="problems">The page was not measured.</pre>
            <script>\(script)</script>
            <iframe width="\(width)" height="2000" style="border:0" onload="measure(this)" srcdoc="\(content)"></iframe>
            """
    }

    /// Texts are compared where they are seen: as far as the viewports around them show them.
    private static let script = """
        const clips = 'svg svg, pre, .wide';
        // The rectangle of an inner SVG element is that of its content.
        function viewport(box) {
          if (!box.ownerSVGElement) return box.getBoundingClientRect();
          const {a, d, e, f} = box.getScreenCTM();
          return {left: e, top: f, right: e + a * box.width.baseVal.value, bottom: f + d * box.height.baseVal.value};
        }
        function measure(frame) {
          const page = frame.contentDocument, problems = [];
          if (frame.contentWindow.innerWidth != frame.width) problems.push('it has no ' + frame.width + ' pixels');
          if (page.scripts.length) problems.push('it has scripts');
          if (page.querySelectorAll('img, iframe, object, link, form').length) problems.push('it has foreign content');
          if (page.documentElement.scrollWidth > page.documentElement.clientWidth)
            problems.push('it is ' + page.documentElement.scrollWidth + ' pixels wide');
          const texts = [], walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const node = walker.currentNode, parent = node.parentElement;
            if (!node.data.trim() || parent.closest('title, style') || !parent.checkVisibility()) continue;
            const range = page.createRange();
            range.selectNodeContents(node);
            for (const seen of range.getClientRects()) {
              let [left, top, right, bottom] = [seen.left, seen.top, seen.right, seen.bottom];
              for (let box = parent.closest(clips); box; box = box.parentElement.closest(clips)) {
                const edge = viewport(box);
                [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
                [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
              }
              if (right - left > 1 && bottom - top > 1) texts.push({node, left, top, right, bottom});
            }
          }
          if (!texts.length) problems.push('it has no text');
          texts.sort((a, b) => a.top - b.top);
          for (let i = 0; i < texts.length; i++)
            for (let j = i + 1; j < texts.length && texts[j].top < texts[i].bottom - 2; j++) {
              const [a, b] = [texts[i], texts[j]];
              if (a.node !== b.node && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2)
                problems.push('on each other: ' + a.node.data.slice(0, 60) + ' | ' + b.node.data.slice(0, 60));
            }
          for (const text of texts)
            if (text.right > page.documentElement.clientWidth + 1 && !text.node.parentElement.closest('.wide'))
              problems.push('outside: ' + text.node.data.slice(0, 60));
          document.getElementById('problems').textContent = problems.slice(0, 20).join('\\n');
        }
        """
}
