// The help: every key, what the marks and colours mean, and the field's abbreviations: side by side, or on two pages
// where there is little room.
import { bindingsFor, type Binding } from '../keys.ts';
import { dim, fit, mark, text, type Line } from '../line.ts';
import { beside, framed, inner, type Panel } from './panel.ts';

const TERMS: readonly (readonly [string, string])[] = [
  ['TTFT', 'time to first token, queueing included'],
  ['TPOT', 'time per output token after the first, mean of a request'],
  ['ITL', 'time between two tokens, all of them pooled'],
  ['E2E', 'from arrival to the last token'],
  ['KV', 'part of the key-value cache in use'],
  ['duty', 'part of the time in which a replica computes'],
  ['MBU MFU', 'part of peak memory bandwidth, of peak FLOP/s in use'],
  ['goodput', 'requests per second that met every limit of the SLO'],
];

const LEGEND: readonly Line[] = [
  [
    mark('held'),
    dim(' held   '),
    mark('close'),
    dim(' within 10 % of the limit   '),
    mark('broken'),
    dim(' broken   '),
    text('◆', 'bold'),
    dim(' pinned'),
  ],
  [
    text('⠒⠒⠒', 'traffic'),
    dim(' traffic   '),
    text('⠒⠒⠒', 'latency'),
    dim(' latency   '),
    text('▅▅▅', 'money'),
    dim(' energy   ┄┄┄ night, 22 to 6 o’clock'),
  ],
  [dim('A chart column spans the least and greatest value of all its windows.')],
];

const KEYS = 22;

/** From here on keys and terms stand side by side; below, one after the other. */
export const HELP_WHOLE = 150;

export const helpPanel: Panel = (state, width, height) => {
  const { help } = state;
  const keys = keyLines(bindingsFor(state));
  const terms: Line[] = TERMS.map(([term, meaning]) => [text(term.padEnd(10)), dim(meaning)]);
  const explained: Line[] = [...LEGEND, [], ...terms];
  const room = inner(width);
  const isWhole = width >= HELP_WHOLE;
  const body = isWhole ? besides(keys, explained, room) : help === 1 ? keys : explained;
  const title = isWhole || help === 2 ? 'Help' : 'Help: keys (? for marks and terms)';
  return framed(
    { title, width, height },
    body.map((line) => fit(line, room)),
  );
};

/** Keys that belong together in one line. */
function keyLines(bindings: readonly Binding[]): Line[] {
  const lines: { names: string; help: string }[] = [];
  for (const { keys, help } of bindings) {
    const names = keys.map((key) => SIGN[key] ?? key).join(' ');
    if (help !== '') lines.push({ names, help });
    else if (names !== '') lines[lines.length - 1].names += ` ${names}`;
  }
  return lines.map(({ names, help }) => [text(names.padEnd(KEYS), 'bold'), text(help)]);
}

const SIGN: Record<string, string> = {
  1: '1-6',
  2: '',
  3: '',
  4: '',
  5: '',
  6: '',
  left: '←',
  right: '→',
  up: '↑',
  down: '↓',
  'shift-left': 'shift ←',
  'shift-right': '→',
  pageup: 'page ↑',
  pagedown: '↓',
};

function besides(left: readonly Line[], right: readonly Line[], room: number): Line[] {
  const half = Math.floor(room / 2);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) =>
    beside(fit(left[i] ?? [], half - 2), half, right[i] ?? []),
  );
}
