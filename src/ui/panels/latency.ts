// Latency of the newest window: percentiles, the limit on the 99th, and the same percentile over the day so far; below
// it p99 (bright) and p50 (dim) of TTFT and TPOT over the day against their limits.
import { chart, trackLayer } from '../canvas/chart.ts';
import { figure, latency, NONE, trimmed } from '../format.ts';
import { dim, fit, mark, text, type Line, type Span, type Tone } from '../line.ts';
import type { LatencySummary } from '../../metrics/window-metrics.ts';
import type { Track } from '../model/history.ts';
import { levelOf } from '../model/slo.ts';
import { shownWindow, type UiState } from '../state.ts';
import { framed, inner, type Panel } from './panel.ts';

type Metric = 'ttft' | 'tpot' | 'itl' | 'e2e';
type Quantile = 'p50Seconds' | 'p90Seconds' | 'p95Seconds' | 'p99Seconds' | 'p999Seconds';

const NARROW: readonly Quantile[] = ['p50Seconds', 'p95Seconds', 'p99Seconds'];
const WIDE: readonly Quantile[] = ['p50Seconds', 'p90Seconds', 'p95Seconds', 'p99Seconds', 'p999Seconds'];
const HEAD: Record<Quantile, string> = {
  p50Seconds: 'p50',
  p90Seconds: 'p90',
  p95Seconds: 'p95',
  p99Seconds: 'p99',
  p999Seconds: 'p99.9',
};

const LABEL = 7;
const NUMBER = 9;
const LIMIT = 10;
const LAST = 11;
/** A caption, three rows of braille and the axis. */
const CHART = 5;

interface Row {
  metric: Metric;
  label: string;
  /** Seconds or milliseconds, the same for every value of the row. */
  scale: number;
  limitSeconds?: number;
}

export const latencyPanel: Panel = (state, width, height) => {
  const room = inner(width);
  const quantiles = room >= LABEL + WIDE.length * NUMBER + LIMIT + LAST ? WIDE : NARROW;
  const rows = rowsOf(state).filter(({ metric }) => metric !== 'itl' || height - 2 >= 4);
  const body = rows.map((row) => tableLine(row, quantiles, state));
  const left = height - 2 - body.length;
  const charts = left >= 2 * (CHART + 1) ? 2 : left >= CHART ? 1 : 0;
  for (let i = 0; i < charts; i++) {
    const share = Math.floor((left * (i + 1)) / charts) - Math.floor((left * i) / charts);
    body.push(...courseOf(state, CHARTS[i], { width: room, height: share }));
  }
  return framed({ title: 'Latency', head: headOf(quantiles), width, height }, body);
};

function rowsOf({ info: { slo } }: UiState): Row[] {
  return [
    { metric: 'ttft', label: 'TTFT s', scale: 1, limitSeconds: slo.ttftSeconds },
    { metric: 'tpot', label: 'TPOT ms', scale: 1000, limitSeconds: slo.tpotSeconds },
    { metric: 'itl', label: 'ITL ms', scale: 1000 },
    { metric: 'e2e', label: 'E2E s', scale: 1, limitSeconds: slo.e2eSeconds },
  ];
}

function headOf(quantiles: readonly Quantile[]): Line {
  const columns = quantiles.map((quantile) => HEAD[quantile].padStart(NUMBER));
  return [dim(' '.repeat(LABEL) + columns.join('') + '   SLO'.padEnd(LIMIT) + 'p99 so far'.padStart(LAST))];
}

function tableLine(
  { metric, label, scale, limitSeconds }: Row,
  quantiles: readonly Quantile[],
  state: UiState,
): Line {
  const now = shownWindow(state)?.[metric];
  const day = state.snapshot?.day[metric];
  const value = (from: LatencySummary | undefined, quantile: Quantile): string =>
    (from === undefined ? NONE : figure(from[quantile] * scale)).padStart(NUMBER);
  const spans: Span[] = [dim(label.padEnd(LABEL))];
  for (const quantile of quantiles) {
    spans.push(text(value(now, quantile), quantile === 'p99Seconds' ? 'bold' : undefined));
  }
  return [
    ...spans,
    ...limitOf(now?.p99Seconds, limitSeconds, scale),
    text(value(day, 'p99Seconds').padStart(LAST)),
  ];
}

function limitOf(value: number | undefined, limit: number | undefined, scale: number): Line {
  if (limit === undefined) return fit([], LIMIT);
  const known = value !== undefined && !Number.isNaN(value);
  const sign = known ? mark(levelOf(value, limit)) : dim('·');
  return fit([text(' '), sign, dim(` < ${trimmed(limit * scale)}`)], LIMIT);
}

interface Course {
  name: string;
  unit: string;
  scale: number;
  p99: Track;
  p50: Track;
  tone: Tone;
  limit: 'ttftSeconds' | 'tpotSeconds';
}

const CHARTS: readonly Course[] = [
  {
    name: 'TTFT',
    unit: 's',
    scale: 1,
    p99: 'ttftP99',
    p50: 'ttftP50',
    tone: 'latency',
    limit: 'ttftSeconds',
  },
  {
    name: 'TPOT',
    unit: 'ms',
    scale: 1000,
    p99: 'tpotP99',
    p50: 'tpotP50',
    tone: 'latencyToo',
    limit: 'tpotSeconds',
  },
];

function courseOf(
  { info, history }: UiState,
  course: Course,
  size: { width: number; height: number },
): Line[] {
  const limit = info.slo[course.limit];
  const caption: Span[] = [
    dim(`${course.name}, ${course.unit}  `),
    text('⠒⠒⠒', course.tone),
    dim(' p99  ⠒⠒⠒ p50'),
    dim(limit === undefined ? '' : `  ⠂⠐ SLO ${latency(limit)}`),
  ];
  const plot = chart({
    info,
    layers: [
      trackLayer(info, history, course.p50, { tone: 'dim' }),
      trackLayer(info, history, course.p99, { tone: course.tone }),
    ],
    width: size.width,
    height: size.height - 1,
    label: (seconds) => trimmed(seconds * course.scale),
    limit,
  });
  return [caption, ...plot];
}
