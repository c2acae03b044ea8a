// Charts of latencies over the day: p50 to p99 of every window as a band, its edges and p95 as lines, the limit as a rule.
import { latency } from '../../format.ts';
import type { Chart } from '../chart.ts';
import type { RunView } from '../read/run-view.ts';
import { hoursOf } from './load.ts';
import { latencyTick, timeChart, type Layer } from './time-chart.ts';

export const LATENCIES = {
  ttft: { title: 'Time to first token (TTFT)', short: 'TTFT', note: 'from arrival, queueing included' },
  tpot: { title: 'Time per output token (TPOT)', short: 'TPOT', note: 'after the first' },
  e2el: { title: 'End-to-end latency (E2E)', short: 'E2E', note: 'from arrival to the last token' },
} as const;

export type LatencyKey = keyof typeof LATENCIES;

/** From here on small values would lie on the axis. */
const LOG_FROM_RATIO = 30;

export function latencyChart(view: RunView, key: LatencyKey): Chart {
  const { results, axis, middles, missed, slo } = view;
  const { windows, hours, summary } = results;
  const seconds = (statistic: string) => windows.numbers(`${statistic}_${key}_ms`).map((ms) => ms / 1000);
  const [p50, p95, p99] = ['p50', 'p95', 'p99'].map(seconds);
  const most = p99.reduce((a, b) => (b > a ? b : a), 0);
  const least = p50.reduce((a, b) => (b < a ? b : a), Infinity);
  const isLog = most / least > LOG_FROM_RATIO;
  const line = (label: string, y: Float64Array, rest: Partial<Layer>): Layer => {
    return { label, x: middles, y, colour: 'var(--latency)', look: 'line', ...rest };
  };
  const { title, note } = LATENCIES[key];
  const p99s = hours.numbers(`p99_${key}_ms`);
  const p50s = hours.numbers(`p50_${key}_ms`);
  return timeChart({
    title,
    note: `${note}; by window${isLog ? '; logarithmic scale' : ''}`,
    alt:
      most > 0
        ? `Over the run p50 was ${latency(summary.number(`p50_${key}_ms`) / 1000)}, p99 ${latency(summary.number(`p99_${key}_ms`) / 1000)}; the highest p99 of a window ${latency(most)}.`
        : 'No request was measured.',
    axis,
    missed,
    isLog,
    limits: slo[key] > 0 ? [{ label: `SLO ${latency(slo[key])}`, y: slo[key] }] : [],
    layers: [
      line('p50 to p99', p99, { look: 'band', low: p50, colour: 'var(--latency-band)' }),
      line('p50', p50, { look: 'dotted' }),
      line('p95', p95, { look: 'dashed', colour: 'var(--latency-too)' }),
      line('p99', p99, {}),
    ],
    tickText: latencyTick,
    hovers: hoursOf(view, (row) => `p50 ${latency(p50s[row] / 1000)}, p99 ${latency(p99s[row] / 1000)}`),
  });
}
