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
const LIMIT = 10;
const LAST = 11;

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

/** As many columns as there is room for. */
export function quantilesFor(room: number): readonly Quantile[] {
  return room >= LABEL + QUANTILES.length * NUMBER + LIMIT + LAST ? QUANTILES : NARROW;
}

export function tableHead(state: UiState, quantiles: readonly Quantile[]): Line {
  const columns = quantiles.map((quantile) => QUANTILE_NAME[quantile].padStart(NUMBER));
  const last = state.pinnedSeconds === undefined ? 'p99 so far' : '◆ p99';
  return [dim(' '.repeat(LABEL) + columns.join('') + '   SLO'.padEnd(LIMIT) + last.padStart(LAST))];
}

export function tableLine(row: MetricRow, quantiles: readonly Quantile[], state: UiState): Line {
  const { metric, label, scale, limitSeconds } = row;
  const now = shownWindow(state)?.[metric];
  const pinned = pinnedMoment(state);
  const other = pinned === undefined ? state.snapshot?.day[metric] : pinned.window?.[metric];
  const value = (from: LatencySummary | undefined, quantile: Quantile): string =>
    (from === undefined ? NONE : figure(from[quantile] * scale)).padStart(NUMBER);
  const spans: Span[] = [dim(label.padEnd(LABEL))];
  for (const quantile of quantiles) {
    spans.push(text(value(now, quantile), quantile === 'p99Seconds' ? 'bold' : undefined));
  }
  return [
    ...spans,
    ...limitOf(now?.p99Seconds, limitSeconds, scale),
    text(value(other, 'p99Seconds').padStart(LAST)),
  ];
}

function limitOf(value: number | undefined, limit: number | undefined, scale: number): Line {
  if (limit === undefined) return fit([], LIMIT);
  const known = value !== undefined && !Number.isNaN(value);
  const sign = known ? mark(levelOf(value, limit)) : dim('·');
  return fit([text(' '), sign, dim(` < ${trimmed(limit * scale)}`)], LIMIT);
}
