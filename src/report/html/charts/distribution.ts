// How a latency is distributed over all requests of a run: bars of latencies.csv, an eighth of a power of two each, on a
// logarithmic axis. Results without that file hold five quantiles: these are shown as points, and said to be that.
import { latency, percent } from '../../format.ts';
import type { Chart } from '../chart.ts';
import type { RunView } from '../read/run-view.ts';
import { LATENCIES, type LatencyKey } from './latency.ts';
import { latencyTick, logLevels, percentTick } from './time-chart.ts';

interface Bar {
  from: number;
  to: number;
  share: number;
}

/** As the edge of a logarithmic axis; what is faster is drawn there. */
const SECONDS_LEAST = 1e-4;

/** Undefined where nothing was measured. */
export function distributionChart(view: RunView, key: LatencyKey): Chart | undefined {
  const bars = barsOf(view, key);
  return bars === undefined
    ? quantileChart(view, key)
    : bars.length === 0
      ? undefined
      : barChart(view, key, bars);
}

function barsOf({ results: { latencies } }: RunView, key: LatencyKey): Bar[] | undefined {
  if (latencies === undefined || !latencies.has(key)) return undefined;
  const total = latencies.sum(key);
  const [from, to, counts] = ['from_ms', 'to_ms', key].map((name) => latencies.numbers(name));
  const bars = Array.from(counts, (count, i) => ({
    from: Math.max(SECONDS_LEAST / 2, from[i] / 1000),
    to: Math.max(SECONDS_LEAST, to[i] / 1000),
    share: count / total,
  }));
  const isUsed = ({ share }: Bar) => share > 0;
  const first = bars.findIndex(isUsed);
  return first < 0 ? [] : bars.slice(first, bars.findLastIndex(isUsed) + 1);
}

function barChart({ results: { summary }, slo }: RunView, key: LatencyKey, bars: Bar[]): Chart {
  const limit = slo[key];
  const quantile = (name: string) => summary.number(`${name}_${key}_ms`) / 1000;
  const marks = [
    { label: 'p50', x: quantile('p50') },
    { label: 'p99', x: quantile('p99') },
  ].filter(({ x }) => x > 0);
  const last = bars[bars.length - 1].to;
  const domain: [number, number] = [bars[0].from, limit > 0 ? Math.max(last, limit * 1.15) : last];
  // A path of its own makes one shape of all bars.
  const steps = bars.flatMap(({ from, to, share }) => [
    { x: from, share },
    { x: to, share },
  ]);
  return {
    title: `${LATENCIES[key].short} of all requests`,
    note: 'share of them by latency, logarithmic',
    alt: `Half of the requests took at most ${latency(marks[0]?.x ?? NaN)}, 99 % at most ${latency(marks[1]?.x ?? NaN)}${limit > 0 ? `; ${latency(limit)} are promised` : ''}.`,
    plot: (plot, { isNarrow }) => ({
      x: { type: 'log', domain, label: null },
      y: { domain: [0, 1.12 * Math.max(...bars.map(({ share }) => share))], label: null },
      marks: [
        plot.gridY({ stroke: 'var(--grid)', strokeOpacity: 1, ticks: 4 }),
        plot.axisX(logLevels(domain, isNarrow ? 6 : 10), { tickFormat: latencyTick, tickSize: 4 }),
        plot.axisY({ tickFormat: percentTick, ticks: 4, tickSize: 0 }),
        plot.areaY(steps, { x: 'x', y1: 0, y2: 'share', fill: 'var(--latency)', fillOpacity: 0.3 }),
        plot.lineY(steps, { x: 'x', y: 'share', stroke: 'var(--latency)', strokeWidth: 1.2 }),
        plot.ruleX(marks, { x: 'x', stroke: 'var(--latency)', strokeDasharray: '1.5 3' }),
        plot.text(marks, { x: 'x', text: 'label', frameAnchor: 'top', dy: -10, fill: 'var(--latency)' }),
        ...(limit > 0
          ? [
              plot.ruleX([limit], { stroke: 'var(--text)', strokeDasharray: '4 2' }),
              plot.text([`SLO ${latency(limit)}`], {
                x: () => limit,
                frameAnchor: 'top',
                textAnchor: 'end',
                dx: -4,
                dy: 8,
                fill: 'var(--text)',
              }),
            ]
          : []),
      ],
    }),
  };
}

const RANKS = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99.9', 0.999],
] as const;

function quantileChart({ results: { summary } }: RunView, key: LatencyKey): Chart | undefined {
  const points = RANKS.map(([name, rank]) => {
    return { name, slower: 1 - rank, x: summary.number(`${name}_${key}_ms`) / 1000 };
  }).filter(({ x }) => x > 0);
  if (points.length === 0) return undefined;
  const domain: [number, number] = [points[0].x * 0.8, points[points.length - 1].x * 1.25];
  return {
    title: `${LATENCIES[key].short} of all requests`,
    note: 'share of requests that took longer, from five quantiles: these results hold no histogram',
    alt: points.map(({ name, x }) => `${name} ${latency(x)}`).join(', '),
    plot: (plot, { isNarrow }) => ({
      x: { type: 'log', domain, label: null },
      y: { type: 'log', domain: [0.0005, 1], label: null },
      marks: [
        plot.gridY([0.001, 0.01, 0.1, 1], { stroke: 'var(--grid)', strokeOpacity: 1 }),
        plot.axisX(logLevels(domain, isNarrow ? 6 : 10), { tickFormat: latencyTick, tickSize: 4 }),
        plot.axisY([0.001, 0.01, 0.1, 1], { tickFormat: percent, tickSize: 0 }),
        plot.line(points, { x: 'x', y: 'slower', stroke: 'var(--latency)', strokeDasharray: '1.5 3' }),
        plot.dot(points, { x: 'x', y: 'slower', fill: 'var(--latency)', r: 3 }),
        plot.text(points, { x: 'x', y: 'slower', text: 'name', textAnchor: 'start', dx: 6, dy: -4 }),
      ],
    }),
  };
}
