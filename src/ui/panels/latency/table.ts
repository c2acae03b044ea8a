// Percentiles of the moment shown, the limit on the 99th, and beside it the same percentile over the whole run so far,
// or at the pinned moment.
import { figure, NONE, trimmed } from '../../format.ts';
import { dim, fit, mark, text, type Line, type Span } from '../../line.ts';
import type { LatencySummary } from '../../../metrics/window-metrics.ts';
import { pinnedMoment, shownWindow } from '../../model/moment.ts';
import { levelOf } from '../../model/slo.ts';
import type { UiState } from '../../state.ts';

export type Metric = 'ttft' | 'tpot' | 'itl' | 'e2e';
export type Quantile = 'p50Seconds' | 'p90Seconds' | 'p95Seconds' | 'p99Seconds' | 'p999Seconds';

const NARROW: readonly Quantile[] = ['p50Seconds', 'p95Seconds', 'p99Seconds'];
export const QUANTILES: readonly Quantile[] = [
  'p50Seconds',
  'p90Seconds',
  'p95Seconds',
  'p99Seconds',
  'p999Seconds',
];
export const QUANTILE_NAME: Record<Quantile, string> = {
  p50Seconds: 'p50',
  p90Seconds: 'p90',
  p95Seconds: 'p95',
  p99Seconds: 'p99',
  p999Seconds: 'p99.9',
};

const LABEL = 7;
const NUMBER = 9;
const NUMBER_MIN = 7;
const NUMBER_MAX = 13;
const LIMIT = 10;
const LAST = 12;

/** A metric with its unit: seconds or milliseconds, the same for every value. */
export interface MetricRow {
  metric: Metric;
  label: string;
  scale: number;
  limitSeconds?: number;
}

export function metricRows({ info: { slo } }: UiState): MetricRow[] {
  return [
    { metric: 'ttft', label: 'TTFT s', scale: 1, limitSeconds: slo.ttftSeconds },
    { metric: 'tpot', label: 'TPOT ms', scale: 1000, limitSeconds: slo.tpotSeconds },
    { metric: 'itl', label: 'ITL ms', scale: 1000 },
    { metric: 'e2e', label: 'E2E s', scale: 1, limitSeconds: slo.e2eSeconds },
  ];
}

/** Columns of the table, and how wide each is. */
export interface Columns {
  quantiles: readonly Quantile[];
  number: number;
}

/** As many columns as there is room for, farther apart where there is more. */
export function columnsFor(room: number): Columns {
  const forNumbers = room - LABEL - LIMIT - LAST;
  const quantiles = forNumbers >= QUANTILES.length * NUMBER ? QUANTILES : NARROW;
  const number = Math.min(NUMBER_MAX, Math.max(NUMBER_MIN, Math.floor(forNumbers / quantiles.length)));
  return { quantiles, number };
}

export function tableHead(state: UiState, { quantiles, number }: Columns): Line {
  const columns = quantiles.map((quantile) => QUANTILE_NAME[quantile].padStart(number));
  const last = state.pinnedSeconds === undefined ? 'p99 so far' : '◆ p99';
  return [dim(' '.repeat(LABEL) + columns.join('') + '   SLO'.padEnd(LIMIT) + last.padStart(LAST - 2))];
}

export function tableLine(row: MetricRow, { quantiles, number }: Columns, state: UiState): Line {
  const { metric, label, scale, limitSeconds } = row;
  const now = shownWindow(state)?.[metric];
  const pinned = pinnedMoment(state);
  const other = pinned === undefined ? state.snapshot?.day[metric] : pinned.window?.[metric];
  const value = (from: LatencySummary | undefined, quantile: Quantile): string =>
    from === undefined ? NONE : figure(from[quantile] * scale);
  const spans: Span[] = [dim(label.padEnd(LABEL))];
  for (const quantile of quantiles) {
    const tone = quantile === 'p99Seconds' ? 'bold' : undefined;
    spans.push(text(value(now, quantile).padStart(number), tone));
  }
  return [
    ...spans,
    ...limitOf(now?.p99Seconds, limitSeconds, scale),
    text(value(other, 'p99Seconds').padStart(LAST - 2)),
    text(' '),
    markOf(other?.p99Seconds, limitSeconds) ?? text(' '),
  ];
}

/** Nothing where there is no limit or no value. */
function markOf(value: number | undefined, limit: number | undefined): Span | undefined {
  const known = value !== undefined && !Number.isNaN(value);
  return known && limit !== undefined ? mark(levelOf(value, limit)) : undefined;
}

function limitOf(value: number | undefined, limit: number | undefined, scale: number): Line {
  if (limit === undefined) return fit([], LIMIT);
  return fit([text(' '), markOf(value, limit) ?? dim('·'), dim(` < ${trimmed(limit * scale)}`)], LIMIT);
}
