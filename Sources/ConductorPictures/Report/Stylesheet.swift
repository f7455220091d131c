/// How pictures look, in light and in dark, on a screen and on paper.
enum Stylesheet {
    static let palette: StaticString = """
        :root{--page:#fdfcfa;--ink:#1f2328;--soft:#5c636b;--line:#e3dfd8;--panel:#f5f3ee;--box:#ffffff;\
        --good:#1c6e45;--bad:#b3261e;--doubtful:#855b00;--busy:#1560a8;--faint:#666c75;\
        --good-fill:#d7ecdf;--bad-fill:#f8dad6;--doubtful-fill:#f6e6c0;--busy-fill:#d6e6f6;--faint-fill:#e9e7e2}
        @media screen and (prefers-color-scheme:dark){:root{--page:#16181b;--ink:#e6e4df;--soft:#a2a8b0;\
        --line:#33373c;--panel:#1d2024;--box:#24282d;--good:#6fcf97;--bad:#ff8f84;--doubtful:#e6b655;--busy:#7db8f0;\
        --faint:#9aa1a9;--good-fill:#1d3f2d;--bad-fill:#54231f;--doubtful-fill:#493812;--busy-fill:#1d3a57;\
        --faint-fill:#34383d}}
        .good{--tone:var(--good);--fill:var(--good-fill)}.bad{--tone:var(--bad);--fill:var(--bad-fill)}
        .doubtful{--tone:var(--doubtful);--fill:var(--doubtful-fill)}.busy{--tone:var(--busy);--fill:var(--busy-fill)}
        .faint{--tone:var(--faint);--fill:var(--faint-fill)}

        """

    static let graph: StaticString = """
        svg.graph{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        .graph rect.page{fill:var(--page)}
        .graph rect.band{fill:var(--panel);stroke:var(--line)}.graph rect.never{stroke-dasharray:4 4}
        .graph text{fill:var(--ink);font-size:13px}
        .graph text.phase{font-size:12px;font-weight:600;letter-spacing:.02em;fill:var(--soft)}
        .graph text.back{font-size:12px;fill:var(--soft)}
        .graph text.phase,.graph text.back{paint-order:stroke;stroke:var(--panel);stroke-width:5px}
        .graph rect.box{fill:var(--box);stroke:var(--line);stroke-width:1.5}
        .graph rect.box.good,.graph rect.box.bad,.graph rect.box.doubtful,.graph rect.box.busy{stroke:var(--tone)}
        .graph rect.box.bad{fill:var(--fill)}.graph rect.box.faint{stroke-dasharray:3 3;stroke:var(--faint)}
        .graph text.name{font-weight:550}.graph text.detail{font-size:11px;fill:var(--soft)}
        .graph text.mark{fill:var(--tone);font-weight:700}
        .graph rect.gate{fill:var(--box);stroke:var(--tone,var(--line));stroke-width:1.5}
        .graph text.gate{font-size:12px;fill:var(--tone,var(--soft))}
        .graph path{fill:none;stroke:var(--faint);stroke-width:1.25;stroke-linejoin:round;stroke-linecap:round}
        .graph path.order{stroke-width:2.5;opacity:.55}.graph path.loop{stroke-dasharray:5 4}
        .graph path.tip{stroke-dasharray:none}
        .graph a:focus-visible rect.box{stroke:var(--busy);stroke-width:3}.graph a:hover rect.box{stroke-width:2.5}

        """

    static let page: StaticString = """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0 auto;max-width:70rem;padding:2.5rem 1.25rem 3rem;background:var(--page);color:var(--ink);\
        font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
        h1{margin:0;font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.015em}
        h2{margin:0 0 .75rem;font-size:1.125rem;font-weight:650}
        h3{margin:0;font-size:1rem;font-weight:550}
        section{margin-top:2.75rem}p{margin:.25rem 0}
        a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}
        a:hover{text-decoration-color:currentColor}
        :focus-visible{outline:2px solid var(--busy);outline-offset:2px;border-radius:3px}
        code,pre{font-family:ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace;font-size:.8125rem}
        small,.note,footer{color:var(--soft);font-size:.8125rem}
        .verdict{margin:.5rem 0 1.25rem;font-size:1.25rem}
        strong.good,strong.bad,strong.doubtful,strong.busy{color:var(--tone);font-weight:650}
        .state{color:var(--tone);white-space:nowrap}
        .state.bad{font-weight:600}
        .progress{display:block;border-radius:4px}.share{fill:var(--tone);stroke:var(--page);stroke-width:1}
        .share.faint{fill:var(--fill)}
        .counts{margin:.5rem 0 0;font-size:.9375rem}.counts .state{display:inline-block;margin-right:1rem}
        .figures{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;margin:1.5rem 0 0}
        dt{color:var(--soft);font-size:.8125rem}dd{margin:0;font-variant-numeric:tabular-nums}
        .failure{margin:0;padding:.55rem 0;border-top:1px solid var(--line)}
        .failure:last-child{border-bottom:1px solid var(--line)}
        summary{cursor:pointer}details .name,.failure .name{font-weight:600}
        .failure code{color:var(--bad)}
        pre{margin:.6rem 0 .3rem;padding:.65rem .85rem;background:var(--panel);border-left:3px solid var(--line);\
        border-radius:0 6px 6px 0;white-space:pre-wrap;line-height:1.45;\
        max-height:16rem;overflow-y:auto}
        .attempts{margin:.5rem 0;padding-left:1.75rem;font-size:.875rem}
        .finding{padding:.6rem 0;border-top:1px solid var(--line)}
        .finding ul{margin:.25rem 0;padding-left:1.4rem}.recommendations{list-style:"→  "}
        .outputs{display:grid;grid-template-columns:fit-content(14rem) 1fr;gap:.3rem 1.5rem;margin:0;overflow-wrap:anywhere}
        .gates{margin:0;padding:0;list-style:none}.gates li{padding:.2rem 0}
        .wide{overflow-x:auto;padding-bottom:.25rem}.wide svg{display:block;margin:0 auto}
        .duration{display:grid;grid-template-columns:9.5rem 7rem 1fr 4.5rem;gap:.75rem;align-items:center;\
        padding:.2rem 0;font-size:.875rem;font-variant-numeric:tabular-nums}
        .duration .share{opacity:.45}.own .share{opacity:1}.own{font-weight:600}.took{text-align:right}
        table{width:100%;border-collapse:collapse;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums}
        th,td{padding:.45rem .75rem .45rem 0;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        thead th{border-top:0;color:var(--soft);font-size:.8125rem;font-weight:400;white-space:nowrap}
        tbody th{font-weight:400}tbody th .name{font-weight:550}tbody th code{color:var(--soft)}
        .number{text-align:right;white-space:nowrap}th:nth-child(n+5){text-align:right}td:last-child,th:last-child{padding-right:0}
        tr:target{background:var(--busy-fill)}
        footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--line)}
        @media (max-width:44rem){
        body{padding:1.5rem 1rem 2rem}h1{font-size:1.5rem}.figures{gap:.6rem 1.5rem}
        .outputs{grid-template-columns:1fr;gap:0}.outputs dd{margin-bottom:.4rem}
        .duration{grid-template-columns:1fr auto;gap:.15rem .75rem;padding:.4rem 0}
        .duration svg{grid-row:2;grid-column:1}.took{grid-row:2;grid-column:2;min-width:4rem}
        thead{display:none}table,tbody,tr,tbody th,td{display:block;border:0;padding:0;text-align:left}
        tbody tr{padding:.55rem 0;border-top:1px solid var(--line)}
        td[data-column]{display:inline-block;margin-right:.9rem;color:var(--ink)}
        td[data-column]::before{content:attr(data-column) " ";color:var(--soft);font-size:.8125rem}
        td:empty{display:none}}
        @media print{body{max-width:none;padding:0;font-size:10pt}section{break-inside:auto}
        h2,summary{break-after:avoid}tr,.row,.failure,.finding,.duration{break-inside:avoid}
        pre{max-height:none}.wide{overflow:visible}.wide svg{max-width:100%;height:auto}a{text-decoration:none}
        rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        ::details-content{content-visibility:visible;display:block}}

        """

    static let timeline: StaticString = """
        .row{display:grid;grid-template-columns:10rem minmax(0,1fr);gap:0 1rem;align-items:center;\
        border-top:1px solid var(--line)}
        .row:last-child{border-top-color:var(--faint)}
        .row>svg{display:block;overflow:visible}
        .who{padding:.3rem 0;font-size:.875rem;line-height:1.3}.who small{display:block;font-size:.75rem}
        .row text{font-size:12px;fill:var(--ink);font-family:inherit}
        .row text.axis{font-size:11px;fill:var(--soft);font-variant-numeric:tabular-nums}
        .row text.phase{font-size:11px;fill:var(--soft)}
        .row rect.phase{fill:var(--faint-fill)}
        .row rect.bar{fill:var(--fill);stroke:var(--tone);stroke-width:2}
        .row tspan.mark{fill:var(--tone);font-weight:700}
        .row rect.bar.narrow.bad{stroke-dasharray:3 2}
        .row rect.waiting{fill:var(--doubtful);opacity:.4}
        .row text.beside{fill:var(--soft)}
        .grid{stroke:var(--line)}.row line.round{stroke:var(--soft);stroke-dasharray:2 3}
        .row line.wait{stroke:var(--faint);stroke-width:1.5}
        .row a:focus-visible rect.bar,.row a:hover rect.bar{stroke-width:5}
        @media (max-width:44rem){.row{grid-template-columns:minmax(0,1fr)}.who{padding:.35rem 0 .1rem}\
        .who small{display:inline;margin-left:.5rem}.who:not(:has(bdi:not(:empty))){display:none}}

        """
}
