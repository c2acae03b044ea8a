// The page's style, written into it. Colours are variables with a light and a dark value; one hue per quantity, those of
// the dashboard: cyan for traffic, magenta for latency, blue for money, green, amber and red for what is promised. Parts of
// a whole have Okabe and Ito's palette, which the colour-blind can tell apart; nothing is told by colour alone.

const LIGHT = `
--page: #ffffff; --panel: #f6f8fa; --line: #d0d7de; --grid: #e1e6eb; --text: #1f2328; --dim: #57606a; --link: #0858b8;
--traffic: #0b7285; --latency: #8a2fb0; --latency-too: #b469d3; --latency-band: #e3c7ef; --money: #1763c7;
--held: #1a7f37; --close: #9a6700; --broken: #c62f39; --night: #eef1f4; --missed: #fbdcdc; --load: #e69f00;
--part-1: #e69f00; --part-2: #0072b2; --part-3: #56b4e9; --part-4: #009e73; --part-5: #cc79a7; --part-6: #d55e00;
--part-7: #8c6d1f; --part-8: #7a828b;`;

const DARK = `
--page: #0d1117; --panel: #161b22; --line: #30363d; --grid: #262c36; --text: #e6edf3; --dim: #9aa4af; --link: #6cb2ff;
--traffic: #56b6c2; --latency: #d08ae8; --latency-too: #a765c4; --latency-band: #4a2a58; --money: #61afef;
--held: #7fc96b; --close: #e5c07b; --broken: #f0727c; --night: #141a22; --missed: #3f1d23; --load: #e5b454;
--part-1: #e5b454; --part-2: #3d9be0; --part-3: #9fd4f5; --part-4: #2fc79a; --part-5: #e0a0c4; --part-6: #ff8a3d;
--part-7: #b89a4a; --part-8: #9198a1;`;

const TEXT = `
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1480px; padding: 0 clamp(12px, 3vw, 40px) 48px; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 28px 0 4px; }
h2 { font-size: 1.3rem; margin: 40px 0 12px; padding-top: 12px; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 24px 0 8px; }
p, li { max-width: 96ch; } p { margin: 0 0 10px; } ul { padding-left: 1.4em; }
a { color: var(--link); } a:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -9999px; } .skip:focus { left: 12px; top: 8px; background: var(--page); padding: 4px 8px; z-index: 1; }
nav ul, .legend, .figures { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; }
nav { margin: 16px 0 0; } footer { margin-top: 48px; border-top: 1px solid var(--line); padding-top: 12px; }
.dim, .note, footer { color: var(--dim); font-size: 0.88rem; } .lead { font-size: 1.1rem; }
.held { color: var(--held); } .close { color: var(--close); } .broken { color: var(--broken); }
.warning { border: 1px solid var(--line); border-left: 4px solid var(--close); background: var(--panel); padding: 10px 14px; max-width: 80ch; }
.figures { display: grid; grid-template-columns: repeat(2, 1fr); gap: 10px; margin: 16px 0; }
@media (min-width: 560px) { .figures { grid-template-columns: repeat(3, 1fr); } }
@media (min-width: 1080px) { .figures { grid-template-columns: repeat(6, 1fr); } }
.figures li { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.figures strong { display: block; font-size: 1.35rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.figures span { color: var(--dim); font-size: 0.88rem; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.85rem; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow: auto; max-height: 480px; overflow-wrap: normal; }
details { margin: 12px 0; } summary { cursor: pointer; }
.how { margin: 6px 0; } .how strong, .sum { font-variant-numeric: tabular-nums; } .how:target { outline: 2px solid var(--link); outline-offset: 4px; }
.how:target::details-content { content-visibility: visible; block-size: auto; }`;

const CHARTS = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 560px), 1fr)); gap: 28px 32px; }
.chart { margin: 0; min-width: 0; } .chart figcaption { margin-bottom: 2px; }
.legend { font-size: 0.85rem; color: var(--dim); gap: 2px 14px; margin-bottom: 2px; } .legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { flex: none; }
.chart > svg { width: 100%; height: auto; display: block; overflow: visible; color: var(--dim); font: 12px system-ui, sans-serif; }
.chart > svg text { white-space: pre; } .chart > svg.narrow { display: none; }
@media (max-width: 559px) { .chart > svg.wide { display: none; } .chart > svg.narrow { display: block; } }`;

const TABLES = `
.scroll { overflow-x: auto; max-width: 100%; margin: 8px 0 16px; }
table { overflow-wrap: normal; border-collapse: collapse; font-size: 0.84rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th, td { padding: 4px 8px; text-align: right; border-bottom: 1px solid var(--grid); vertical-align: top; white-space: nowrap; }
th.text, td.text { text-align: left; white-space: normal; min-width: 5ch; max-width: 90ch; overflow-wrap: break-word; } tbody th { font-weight: 500; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; white-space: normal; }
tbody tr:hover { background: var(--panel); }`;

const PRINT = `
@page { size: A4; margin: 12mm; }
@media print {
  :root { ${LIGHT} }
  html { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, .skip, .download { display: none; } h2 { break-after: avoid; } .chart, tr, .figures li { break-inside: avoid; }
  .charts { grid-template-columns: 1fr 1fr; gap: 16px; } .chart > svg.wide { display: none; } .chart > svg.narrow { display: block; }
  .scroll { overflow: visible; } table { font-size: 6.2pt; } th, td { padding: 1px 3px; } pre { max-height: none; white-space: pre-wrap; font-size: 7.5pt; }
  a { color: inherit; }
}`;

export const STYLE = `:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
${TEXT}${CHARTS}${TABLES}${PRINT}
`;
