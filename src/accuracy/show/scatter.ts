// Predicted against measured as an SVG of its own, without scripts or fonts to load: times on the left, watts on the
// right, both logarithmic. Values left out are hollow, those of models that the stack was not fitted on pale. Colours
// suit a light and a dark screen; phases differ in shape too.
import type { ComparedValue, Comparison } from '../compare/compare.ts';
import { rowName } from '../compare/groups.ts';
import { PHASES, type Phase, type PhaseKey } from '../compare/phases.ts';
import { errorStatistics } from '../statistics.ts';
import { drawPanel, panelAround, panelX, panelY, pixels, type Panel } from './log-panel.ts';
import { percent, signedPercent } from './tables.ts';

const WIDTH = 980;
const HEIGHT = 600;
const TIMES = { x: 76, y: 56, side: 480 };
const WATTS = { x: 690, y: 56, side: 250 };
const LEGEND = { x: 640, y: 388, lineHeight: 20 };

/** Around (0, 0), some nine pixels wide. */
const CIRCLE = 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z';
const SQUARE = 'M-3.6 -3.6h7.2v7.2h-7.2Z';
const DIAMOND = 'M0 -5L5 0L0 5L-5 0Z';
const TRIANGLE = 'M0 -4.6L4.6 3.6H-4.6Z';
const TRIANGLE_DOWN = 'M0 4.6L4.6 -3.6H-4.6Z';

/** Colours on light and on dark, after Okabe and Ito's palette, which the colour-blind can tell apart. */
const MARKS: Readonly<Record<PhaseKey, { shape: string; light: string; dark: string }>> = {
  prefill: { shape: TRIANGLE, light: '#0072b2', dark: '#56b4e9' },
  long_prefill: { shape: TRIANGLE_DOWN, light: '#b8860b', dark: '#e6b73c' },
  decode: { shape: CIRCLE, light: '#d55e00', dark: '#ff8a3d' },
  e2e: { shape: SQUARE, light: '#00805a', dark: '#2fc79a' },
  total: { shape: DIAMOND, light: '#a8508a', dark: '#dd8fc0' },
  decode_power: { shape: CIRCLE, light: '#d55e00', dark: '#ff8a3d' },
  prefill_peak_power: { shape: TRIANGLE, light: '#0072b2', dark: '#56b4e9' },
};

/** `subject` says what was measured; there must be a value. */
export function scatterSvg(comparison: Comparison, subject: string): string {
  const { values } = comparison;
  const parts = [
    `<text class="title" x="${TIMES.x}" y="24">Predicted against measured</text>`,
    `<text x="${TIMES.x}" y="43">${escaped(subject)}</text>`,
    ...drawValues(values, 'ms', TIMES),
    ...drawValues(values, 'W', WATTS),
    ...legend(values),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" ` +
    `font-size="12">\n<title>Predicted against measured: ${escaped(subject)}</title>\n${style()}\n` +
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>\n${parts.join('\n')}\n</svg>\n`
  );
}

function style(): string {
  const marks = (scheme: 'light' | 'dark') =>
    Object.entries(MARKS)
      .map(([key, mark]) => `.${key} { fill: ${mark[scheme]}; stroke: ${mark[scheme]}; }`)
      .join(' ');
  return `<style>
.page { fill: #ffffff; } text { fill: #57606a; } .title { fill: #1f2328; font-size: 15px; font-weight: 600; }
.axis, .name { fill: #1f2328; } .frame { fill: none; stroke: #8c959f; } .grid { stroke: #d8dee4; }
.band { fill: #8c959f; opacity: 0.2; } .agreement { stroke: #8c959f; } .mark { fill-opacity: 0.75; }
.pale { fill-opacity: 0.25; stroke-opacity: 0.5; }
${marks('light')} .hollow { fill: none; stroke-width: 1.3; }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; } text { fill: #9198a1; } .title, .axis, .name { fill: #e6edf3; } .grid { stroke: #262c36; }
${marks('dark')} .hollow { fill: none; }
}
</style>`;
}

function drawValues(
  all: readonly ComparedValue[],
  unit: Phase['unit'],
  place: Pick<Panel, 'x' | 'y' | 'side'>,
): string[] {
  const values = all.filter(({ phase }) => phase.unit === unit);
  if (values.length === 0) return [];
  const panel = panelAround(
    place,
    values.flatMap(({ measured, predicted }) => [measured, predicted]),
  );
  return [
    ...drawPanel(panel, unit === 'W' ? 'W per GPU' : unit),
    ...values.map((value) => drawValue(panel, value)),
  ];
}

function drawValue(panel: Panel, value: ComparedValue): string {
  const { row, stack, model, tp, fitted, phase, measured, predicted, relativeError, excluded } = value;
  const text = (number: number) => `${number.toPrecision(4)} ${phase.unit}`;
  const about =
    `${stack}, ${rowName({ ...row, model, tp })}, ${phase.title}: measured ${text(measured)}, predicted ` +
    `${text(predicted)} (${signedPercent(relativeError)} %)${excluded ? `; left out: ${excluded}` : ''}`;
  const at = `${pixels(panelX(panel, measured))} ${pixels(panelY(panel, predicted))}`;
  const kind = excluded ? 'hollow' : fitted ? 'mark' : 'pale';
  return mark(phase.key, at, kind, `<title>${escaped(about)}</title>`);
}

function mark(key: PhaseKey, at: string, kind: 'mark' | 'pale' | 'hollow', inside = ''): string {
  return `<path class="${key} ${kind}" transform="translate(${at})" d="${MARKS[key].shape}">${inside}</path>`;
}

/** Each phase with the errors of its values; then how excluded ones and the band look. */
function legend(values: readonly ComparedValue[]): string[] {
  const { x, lineHeight } = LEGEND;
  const lines = [`<text x="${x - 7}" y="${LEGEND.y}" dy="0.35em">values: median / p90 of |error|</text>`];
  const add = (symbol: (y: number) => string, name: string, figures = ''): void => {
    const y = LEGEND.y + lines.length * lineHeight;
    const more = figures && `<tspan dx="6" fill-opacity="0.75">${figures}</tspan>`;
    const text = `<text class="name" x="${x + 16}" y="${y}" dy="0.35em">${name}${more}</text>`;
    lines.push(symbol(y) + text);
  };
  for (const { key, title } of PHASES) {
    const counted = values.filter(({ phase, excluded }) => phase.key === key && !excluded);
    const [fitted, others] = [true, false].map((is) => counted.filter((value) => value.fitted === is));
    if (fitted.length > 0) add((y) => mark(key, `${x} ${y}`, 'mark'), title, figuresOf(fitted));
    if (others.length > 0)
      add((y) => mark(key, `${x} ${y}`, 'pale'), `${title}, not fitted`, figuresOf(others));
  }
  if (values.some(({ excluded }) => excluded)) {
    const hollow = `fill="none" stroke="#8c959f" stroke-width="1.3" d="${CIRCLE}"`;
    add((y) => `<path transform="translate(${x} ${y})" ${hollow}/>`, 'hollow: left out, see the table');
  }
  add((y) => `<rect class="band" x="${x - 7}" y="${y - 6}" width="14" height="12"/>`, 'within ±10 %');
  return lines;
}

/** How many, median and p90. */
function figuresOf(values: readonly ComparedValue[]): string {
  const { count, medianError, p90Error } = errorStatistics(values.map(({ relativeError }) => relativeError));
  return `${count}: ${percent(medianError)} / ${percent(p90Error)} %`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
