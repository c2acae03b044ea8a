// The help: every key, what the marks and colours mean, and the field's abbreviations: side by side, one below the other,
// or on two pages where there is little room.
import { bindingsFor, type Binding } from '../keys.ts';
import { dim, fit, mark, text, type Line } from '../line.ts';
import type { UiState } from '../state.ts';
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
  ['capacity', 'what the replicas that are ready can take within the SLO'],
  ['need', 'replicas that the load asks for, if they came at once'],
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
    dim(' pinned   '),
    text('↯', 'bold'),
    dim(' injected'),
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

/** From here on keys and terms stand side by side, from that height on one below the other. */
const BESIDE_COLUMNS = 150;
const BELOW_ROWS = 40;

/** Whether it needs no second page. */
export function helpIsWhole({ columns, rows }: Pick<UiState, 'columns' | 'rows'>): boolean {
  return columns >= BESIDE_COLUMNS || rows >= BELOW_ROWS;
}

export function helpHeight(state: UiState): number {
  return 2 + helpLines(state).length;
}

export const helpPanel: Panel = (state, width, height) => {
  const title = helpIsWhole(state) || state.help === 2 ? 'Help' : 'Help: keys (? for marks and terms)';
  const room = inner(width);
  return framed(
    { title, width, height },
    helpLines(state).map((line) => fit(line, room)),
  );
};

function helpLines(state: UiState): Line[] {
  const keys = keyLines(bindingsFor(state));
  const terms: Line[] = TERMS.map(([term, meaning]) => [text(term.padEnd(10)), dim(meaning)]);
  const explained: Line[] = [...LEGEND, [], ...terms];
  if (state.columns >= BESIDE_COLUMNS) return besides(keys, explained, inner(state.columns));
  if (helpIsWhole(state)) return [...keys, [], ...explained];
  return state.help === 1 ? keys : explained;
}

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
