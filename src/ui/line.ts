// A line of the screen as spans of text that carry a meaning (a tone), not a colour. Panels are pure functions that
// return such lines; only toAnsi knows escape codes. Every character is one cell wide (see oneCell), so a line's
// width is its length. Palette: cyan traffic, magenta latency, blue energy and money; green, yellow and red mean
// held, close and broken and come with a mark. No background colours: dark and light terminals both read well.

export type Tone =
  'dim' | 'bold' | 'traffic' | 'latency' | 'latencyToo' | 'money' | 'held' | 'close' | 'broken';

export interface Span {
  text: string;
  tone?: Tone;
}

export type Line = readonly Span[];

/** State of a limit: kept, within 10 % of it, or not kept. Never shown by colour alone. */
export type Level = 'held' | 'close' | 'broken';

export const MARK: Record<Level, string> = { held: '●', close: '▲', broken: '✖' };

/** Which colours a terminal is taken to have. */
export type Palette = 'none' | '16' | '256';

/** The theme's own sixteen: what they look like is up to whoever chose the theme. */
const OF_16: Record<Tone, number | undefined> = {
  dim: undefined,
  bold: undefined,
  traffic: 36,
  latency: 35,
  latencyToo: 95,
  money: 94,
  held: 32,
  close: 33,
  broken: 31,
};

/** Of the cube of 256, which is the same everywhere: each stands out from white and from black by 3.3 to 1 and more. */
export const OF_256: Record<Exclude<Tone, 'bold'>, number> = {
  dim: 244,
  traffic: 30,
  latency: 133,
  latencyToo: 169,
  money: 33,
  held: 28,
  close: 136,
  broken: 160,
};

/** NO_COLOR (no-color.org), else what the terminal says of itself. */
export function paletteOf(env: NodeJS.ProcessEnv): Palette {
  if ((env.NO_COLOR ?? '') !== '') return 'none';
  const { TERM = '', COLORTERM = '' } = env;
  return /256|direct|kitty|alacritty/.test(TERM) || /truecolor|24bit/.test(COLORTERM) ? '256' : '16';
}

export const text = (content: string, tone?: Tone): Span => ({ text: content, tone });
export const dim = (content: string): Span => ({ text: content, tone: 'dim' });

export function mark(level: Level): Span {
  return { text: MARK[level], tone: level };
}

export function lineWidth(line: Line): number {
  let width = 0;
  for (const span of line) width += span.text.length;
  return width;
}

/** Exactly `width` cells: filled with blanks, or cut with an ellipsis. */
export function fit(line: Line, width: number): Line {
  const missing = width - lineWidth(line);
  if (missing === 0) return line;
  if (missing > 0) return [...line, { text: ' '.repeat(missing) }];
  const kept: Span[] = [];
  let left = width - 1;
  for (const span of line) {
    if (left <= 0) break;
    kept.push({ text: span.text.slice(0, left), tone: span.tone });
    left -= span.text.length;
  }
  return width > 0 ? [...kept, dim('…')] : [];
}

/** `left` at the left edge and `right` at the right one; `right` wins where both do not fit. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = Math.max(0, width - lineWidth(right));
  return fit([...fit(left, room), ...right], width);
}

/** Neighbours of one tone joined: for lines composed cell by cell. */
export function joined(cells: Line): Line {
  const spans: Span[] = [];
  for (const { text, tone } of cells) {
    const last = spans[spans.length - 1];
    if (last !== undefined && last.tone === tone) last.text += text;
    else spans.push({ text, tone });
  }
  return spans;
}

export function plainText(line: Line): string {
  return line.map((span) => span.text).join('');
}

export function toAnsi(line: Line, palette: Palette): string {
  let out = '';
  for (const { text, tone } of line) {
    if (tone === undefined) out += text;
    else if (tone === 'bold') out += `\x1b[1m${text}\x1b[22m`;
    else if (palette === '256') out += `\x1b[38;5;${OF_256[tone]}m${text}\x1b[39m`;
    else if (tone === 'dim') out += `\x1b[2m${text}\x1b[22m`;
    else out += palette === '16' ? `\x1b[${OF_16[tone]}m${text}\x1b[39m` : text;
  }
  return out;
}

/** Text from outside with every character that is not surely one cell wide (control, wide, combining) replaced. */
export function oneCell(text: string): string {
  return text.replace(
    /[^\u0020-\u007e\u00a0-\u02ff\u0370-\u0482\u048a-\u0587\u2010-\u2027\u2030-\u205e\u2070-\u22ff]/gu,
    '?',
  );
}
