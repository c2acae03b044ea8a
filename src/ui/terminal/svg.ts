// The screen as an SVG picture that looks the same everywhere: every word stands at its own cell, and what is drawn
// (braille, borders, bars) is drawn as shapes, because fonts differ in the width of such characters. Dark ground, the
// palette of a common terminal.
import { plainText, type Line, type Tone } from '../line.ts';

const WIDTH = 8.4;
const HEIGHT = 17;
const MARGIN = 12;
const GROUND = '#1e2127';
const TEXT = '#d7dae0';
const DIM = '#7d8590';

const HUE: Record<Tone, string> = {
  dim: DIM,
  bold: '#ffffff',
  traffic: '#56b6c2',
  latency: '#c678dd',
  latencyToo: '#e5a3f5',
  money: '#61afef',
  held: '#98c379',
  close: '#e5c07b',
  broken: '#e06c75',
};

export function screenText(lines: readonly Line[]): string {
  return lines.map((line) => `${plainText(line).trimEnd()}\n`).join('');
}

export function screenSvg(lines: readonly Line[], title: string): string {
  const columns = Math.max(1, ...lines.map((line) => plainText(line).length));
  const width = Math.ceil(columns * WIDTH + 2 * MARGIN);
  const height = lines.length * HEIGHT + 2 * MARGIN;
  const shapes = new Map<string, string[]>();
  const words: string[] = [];
  lines.forEach((line, row) => {
    let column = 0;
    for (const { text, tone } of line) {
      const hue = tone === undefined ? TEXT : HUE[tone];
      words.push(...wordsOf(text, { row, column, hue, isBold: tone === 'bold' }));
      [...text].forEach((character, i) => {
        const path = pathOf(character, x(column + i), y(row));
        if (path === '') return;
        const paths = shapes.get(hue) ?? [];
        shapes.set(hue, paths);
        paths.push(path);
      });
      column += text.length;
    }
  });
  const drawn = [...shapes].map(([hue, paths]) => `<path fill="${hue}" d="${paths.join('')}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    `<title>${escaped(title)}</title><rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
    ...drawn,
    ...words,
    '</svg>\n',
  ].join('\n');
}

const x = (column: number): number => MARGIN + column * WIDTH;
const y = (row: number): number => MARGIN + row * HEIGHT;
const fixed = (value: number): string => String(Number(value.toFixed(1)));

interface Place {
  row: number;
  column: number;
  hue: string;
  isBold: boolean;
}

/** What is written, in words that may stand apart by one blank. */
function wordsOf(content: string, { row, column, hue, isBold }: Place): string[] {
  const written = content.replace(/[─-▟⠀-⣿━]/g, ' ');
  return Array.from(written.matchAll(/\S+( \S+)*/g), ({ 0: word, index }) => {
    const place = `x="${fixed(x(column + index))}" y="${fixed(y(row) + 13)}" textLength="${fixed(word.length * WIDTH)}"`;
    const weight = isBold ? ' font-weight="bold"' : '';
    return `<text ${place} lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="${hue}"${weight}>${escaped(word)}</text>`;
  });
}

function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const rect = (left: number, top: number, wide: number, high: number): string =>
  `M${fixed(left)} ${fixed(top)}h${fixed(wide)}v${fixed(high)}h${fixed(-wide)}z`;

/** Arms of borders from the middle of a cell: up, right, down, left. */
const ARMS: Record<string, string> = {
  '─': 'rl',
  '│': 'ud',
  '┌': 'rd',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '┤': 'udl',
  '┼': 'urdl',
};

const DOTS = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];

function pathOf(character: string, left: number, top: number): string {
  const code = character.charCodeAt(0);
  if (code > 0x2800 && code <= 0x28ff) return braillePath(code - 0x2800, left, top);
  const bar = '▁▂▃▄▅▆▇█'.indexOf(character) + 1;
  if (bar > 0) return rect(left + 0.5, top + HEIGHT * (1 - bar / 8), WIDTH - 1, (HEIGHT * bar) / 8);
  if (character === '━') return rect(left, top + HEIGHT / 2 - 1.5, WIDTH, 3);
  if (character === '┄') return rect(left + 1, top + HEIGHT / 2 - 0.5, WIDTH - 4, 1);
  const middleX = left + WIDTH / 2;
  const middleY = top + HEIGHT / 2;
  return [...(ARMS[character] ?? '')]
    .map((arm) => {
      if (arm === 'u') return rect(middleX - 0.5, top, 1, HEIGHT / 2);
      if (arm === 'd') return rect(middleX - 0.5, middleY, 1, HEIGHT / 2);
      if (arm === 'r') return rect(middleX, middleY - 0.5, WIDTH / 2, 1);
      return rect(left, middleY - 0.5, WIDTH / 2, 1);
    })
    .join('');
}

function braillePath(bits: number, left: number, top: number): string {
  let path = '';
  DOTS.forEach((bit, i) => {
    if ((bits & bit) === 0) return;
    path += rect(left + (i < 4 ? 1.2 : 5.4), top + (i % 4) * (HEIGHT / 4) + 1.1, 1.9, 1.9);
  });
  return path;
}
