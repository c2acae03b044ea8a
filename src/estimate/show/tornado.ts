// Sensitivity as a tornado chart, an SVG without scripts or fonts to load: for every answer a bar per assumption, from the
// answer at the low end of its range to that at the high end, the widest on top. Colours suit a light and a dark screen,
// and the ends say which is which.
import type { Preset, Values } from '../preset.ts';
import { stepOf } from '../preset.ts';
import { swings, type Swing } from '../sensitivity.ts';
import { answerTitle, rangeText } from './explained.ts';
import { number } from './number.ts';

const WIDTH = 980;
const BARS = { left: 350, width: 480 };
const TITLE_HEIGHT = 56;
const PANEL_HEAD = 34;
const BAR_PITCH = 30;
const BAR_HEIGHT = 18;
const AXIS_HEIGHT = 44;

const STYLE = `<style>
.page { fill: #ffffff; } text { fill: #57606a; } .title { fill: #1f2328; font-size: 15px; font-weight: 600; }
.name { fill: #1f2328; } .grid { stroke: #d8dee4; } .base { stroke: #1f2328; stroke-width: 1.5; }
.low { fill: #56b4e9; } .high { fill: #d55e00; }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; } text { fill: #9198a1; } .title, .name { fill: #e6edf3; } .grid { stroke: #262c36; }
.base { stroke: #e6edf3; } .low { fill: #0072b2; } .high { fill: #ff8a3d; }
}
</style>`;

/** `values`: of inputs and steps. */
export function tornadoSvg(preset: Preset, values: Values): string {
  const parts: string[] = [];
  let y = TITLE_HEIGHT;
  for (const answer of preset.answers) {
    const panel = { y, base: values[answer], swings: swings(preset, answer, values) };
    parts.push(
      text(24, y + 14, `${answerTitle(preset, answer, values)}`, 'class="name"'),
      ...drawPanel(panel),
    );
    y += PANEL_HEAD + panel.swings.length * BAR_PITCH + AXIS_HEIGHT;
    parts.push(axisTitle(y - 6, stepOf(preset, answer)));
  }
  const height = y + 8;
  const title = `What moves the estimate most: ${preset.title}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" ` +
    `font-size="12">\n<title>${escaped(title)}</title>\n${STYLE}\n` +
    `<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>\n` +
    `${[text(24, 28, title, 'class="title"'), ...parts].join('\n')}\n</svg>\n`
  );
}

interface Panel {
  y: number;
  base: number;
  swings: readonly Swing[];
}

function drawPanel({ y, base, swings: all }: Panel): string[] {
  const top = y + PANEL_HEAD;
  const bottom = top + all.length * BAR_PITCH;
  const most = Math.max(base, ...all.flatMap(({ atLow, atHigh }) => [atLow, atHigh]));
  const step = tickStep(most);
  const end = Math.max(step, Math.ceil(most / step) * step);
  const x = (value: number) => Math.round(10 * (BARS.left + (BARS.width * value) / end)) / 10;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
  return [
    ...ticks.flatMap((tick) => [
      `<path class="grid" d="M${x(tick)} ${top}V${bottom}"/>`,
      text(x(tick), bottom + 16, short(tick), 'text-anchor="middle"'),
    ]),
    ...all.flatMap((swing, i) => drawBar(swing, { x, base, y: top + i * BAR_PITCH })),
    `<path class="base" d="M${x(base)} ${top}V${bottom}"/>`,
  ];
}

function drawBar(
  { input, atLow, atHigh }: Swing,
  { x, base, y }: { x: (value: number) => number; base: number; y: number },
): string[] {
  const { why } = input.range;
  const middle = y + BAR_PITCH / 2;
  const barY = middle - BAR_HEIGHT / 2;
  const about = escaped(`${input.what}: ${number(atLow)} to ${number(atHigh)}; ${why}`);
  const part = (kind: 'low' | 'high', at: number) => {
    const [from, to] = [x(Math.min(at, base)), x(Math.max(at, base))];
    const width = Math.round(10 * (to - from)) / 10;
    return `<rect class="${kind}" x="${from}" y="${barY}" width="${width}" height="${BAR_HEIGHT}"><title>${about}</title></rect>`;
  };
  const rightmost = x(Math.max(atLow, atHigh, base));
  return [
    text(24, middle + 4, input.what, 'class="name"'),
    text(BARS.left - 8, middle + 4, rangeText(input), 'text-anchor="end"'),
    part('low', atLow),
    part('high', atHigh),
    text(rightmost + 6, middle + 4, `${short(atLow)} – ${short(atHigh)}`),
  ];
}

/** 3,999.8 M */
function short(value: number): string {
  return value < 1e7 ? number(value) : `${number(value / 1e6)} M`;
}

/** Round, some five to an axis from zero. */
function tickStep(most: number): number {
  if (!(most > 0)) return 1;
  const power = Number(`1e${Math.floor(Math.log10(most / 5))}`);
  return power * [1, 2, 5, 10].find((factor) => factor * power * 6 >= most)!;
}

function axisTitle(y: number, { what, unit }: { what: string; unit: string }): string {
  const name = unit === '' ? what : `${what}, ${unit}`;
  return text(
    BARS.left + BARS.width / 2,
    y,
    `${name}; blue: low end of the range, orange: high end`,
    'text-anchor="middle"',
  );
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
