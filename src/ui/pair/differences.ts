// Where two runs differ: the same figures of both, at the moment shown and from the start to now, and by how much the
// second is above or below the first. Better and worse are said in words, not by colour alone.
import { attainment, count, figure, NONE, percent, usd } from '../format.ts';
import { dim, fit, text, type Line } from '../line.ts';
import { rejectedOf } from '../model/history.ts';
import { momentOf, momentTitle } from '../model/moment.ts';
import { attainmentSoFar, usdPerHour } from '../model/reading.ts';
import { beside, framed, inner } from '../panels/panel.ts';
import type { UiState } from '../state.ts';
import type { Both } from './sides.ts';

interface Measure {
  label: string;
  value: (state: UiState) => number;
  shown: (value: number) => string;
  /** Which way is better; undefined: neither. */
  better?: 'less' | 'more';
  /** Differences of shares are told in points. */
  isShare?: boolean;
}

const hourRate = (state: UiState): number => {
  const { row } = momentOf(state);
  return row === undefined ? NaN : usdPerHour(row, row.totalUsd);
};

const THEN: readonly Measure[] = [
  {
    label: 'TTFT p99, s',
    value: (s) => momentOf(s).window?.ttft.p99Seconds ?? NaN,
    shown: figure,
    better: 'less',
  },
  { label: 'replicas', value: (s) => momentOf(s).window?.replicasReady ?? NaN, shown: count },
  { label: '$/h', value: hourRate, shown: usd, better: 'less' },
  {
    label: 'TPOT p99, ms',
    value: (s) => (momentOf(s).window?.tpot.p99Seconds ?? NaN) * 1000,
    shown: figure,
    better: 'less',
  },
  { label: 'waiting', value: (s) => momentOf(s).window?.waiting ?? NaN, shown: count, better: 'less' },
  { label: 'KV in use', value: (s) => momentOf(s).window?.kvUse ?? NaN, shown: percent, isShare: true },
  { label: 'arriving', value: (s) => perSecond(s), shown: figure },
];

function perSecond(state: UiState): number {
  const { window } = momentOf(state);
  return window === undefined ? NaN : window.arrived / (window.endSeconds - window.startSeconds);
}

const SO_FAR: readonly Measure[] = [
  { label: 'cost', value: ({ snapshot }) => snapshot?.cost.totalUsd ?? NaN, shown: usd, better: 'less' },
  {
    label: 'SLO met',
    value: ({ snapshot }) => (snapshot === undefined ? NaN : attainmentSoFar(snapshot)),
    shown: attainment,
    isShare: true,
    better: 'more',
  },
  {
    label: '$/M tok out',
    value: ({ snapshot }) =>
      snapshot === undefined ? NaN : (snapshot.cost.totalUsd / snapshot.day.outputTokens) * 1e6,
    shown: usd,
    better: 'less',
  },
  {
    label: 'rejected',
    value: ({ snapshot }) => (snapshot === undefined ? NaN : rejectedOf(snapshot.day)),
    shown: count,
    better: 'less',
  },
  {
    label: 'energy, kWh',
    value: ({ snapshot }) => snapshot?.cost.facilityKwh ?? NaN,
    shown: figure,
    better: 'less',
  },
  {
    label: 'node-hours',
    value: ({ snapshot }) =>
      snapshot === undefined
        ? NaN
        : [...snapshot.hours, snapshot.hour].reduce((sum, { nodeHours }) => sum + nodeHours, 0),
    shown: figure,
    better: 'less',
  },
  { label: 'finished', value: ({ snapshot }) => snapshot?.day.finished ?? NaN, shown: count, better: 'more' },
];

export const DIFFERENCES_MAX = 2 + Math.max(THEN.length, SO_FAR.length);
/** From here on both groups stand side by side. */
const BESIDE = 124;
const LABEL = 14;
const NUMBER = 11;
/** Smaller differences are none. */
const EQUAL = 0.0005;

export function differencesPanel(sides: Both<UiState>, width: number, height: number): Line[] {
  const room = inner(width);
  const rows = height - 2;
  const isWide = room >= BESIDE;
  const half = isWide ? Math.floor(room / 2) : room;
  const ofThen = THEN.map((measure) => differenceLine(measure, sides));
  const soFar = SO_FAR.map((measure) => differenceLine(measure, sides));
  const shared = Math.ceil(rows / 2);
  const body = isWide
    ? Array.from({ length: rows }, (_, i) => beside(fit(ofThen[i] ?? [], half - 2), half, soFar[i] ?? []))
    : [...soFar.slice(0, shared), ...ofThen.slice(0, rows - shared)];
  const columns = `${'a'.padStart(LABEL + NUMBER)}${'b'.padStart(NUMBER)}  b against a`;
  const head = isWide ? `${columns.padEnd(half)}${columns}` : columns;
  const title = isWide
    ? `${momentTitle(sides[0])} ─ and so far`
    : `So far, and ${momentTitle(sides[0]).toLowerCase()}`;
  // The title stands where the labels are: the heads follow it.
  const from = Math.max(0, title.length + 2);
  return framed(
    { title, head: [dim(' '.repeat(Math.min(from, head.length)) + head.slice(from))], width, height },
    body.map((line) => fit(line, room)),
  );
}

function differenceLine(measure: Measure, sides: Both<UiState>): Line {
  const { label, value, shown } = measure;
  const [a, b] = sides.map(value);
  return [
    dim(label.padEnd(LABEL)),
    text(shown(a).padStart(NUMBER)),
    text(shown(b).padStart(NUMBER)),
    text('  '),
    ...verdict(a, b, measure),
  ];
}

function verdict(a: number, b: number, { better, isShare = false }: Measure): Line {
  if (Number.isNaN(a) || Number.isNaN(b)) return [dim(NONE)];
  const part = (b - a) / Math.abs(a);
  if (a === b || Math.abs(part) < EQUAL) return [dim('the same')];
  const by = isShare ? `${b > a ? '+' : '−'}${figure(Math.abs(b - a) * 100)} pts` : relation(a, b);
  if (better === undefined) return [text(by)];
  const isBetter = b > a === (better === 'more');
  return [text(`${by.padEnd(10)} ${isBetter ? 'better' : 'worse'}`, isBetter ? 'held' : 'broken')];
}

/** Beyond this a percentage is hard to read. */
const TIMES = 10;

function relation(a: number, b: number): string {
  const sign = b > a ? '+' : '−';
  if (a === 0) return b > a ? 'more' : 'less';
  if (a > 0 && b / a >= TIMES) return `${figure(b / a)} times`;
  return `${sign}${percent(Math.abs((b - a) / a))}`;
}
