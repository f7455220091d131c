import ConductorPictures

/// The looks and the script, each at a path of its own.
package enum WebAssets {
    package static var stylesheet: String { ReportPage.stylesheet + navigation }

    private static let navigation = """
        nav{display:flex;gap:1.25rem;margin-bottom:1.5rem;font-size:.9375rem}
        .list th:nth-child(n+5){text-align:left}
        #live{margin-left:auto;color:var(--soft)}

        """

    /// Replaces the content where something has changed; without it a person reloads the page. What a person has opened
    /// or focused stays so.
    package static let script = """
        'use strict';
        const state = document.getElementById('live');
        let busy = false, again = false;
        async function refresh() {
          if (busy) { again = true; return; }
          busy = true;
          try {
            const reply = await fetch(location.pathname, {cache: 'no-store'});
            if (!reply.ok) throw new Error();
            const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
            const old = document.getElementById('content'), fresh = page.getElementById('content');
            const open = [...old.querySelectorAll('details')].map(box => box.open);
            fresh.querySelectorAll('details').forEach((box, i) => { if (i in open) box.open = open[i]; });
            const href = old.contains(document.activeElement) && document.activeElement.getAttribute('href');
            old.replaceWith(document.adoptNode(fresh));
            document.title = page.title;
            if (href) fresh.querySelector(`[href="${CSS.escape(href)}"]`)?.focus({preventScroll: true});
            state.textContent = 'live';
          } catch { state.textContent = 'not connected'; }
          busy = false;
          if (again) { again = false; refresh(); }
        }
        const events = new EventSource('/events');
        events.onopen = () => { state.textContent = 'live'; };
        events.onerror = () => { state.textContent = 'not connected'; };
        events.addEventListener('changed', refresh);

        """
}
