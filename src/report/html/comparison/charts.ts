// The charts of a comparison: one quantity each, a line for every run, told apart by colour and dashes.
import { quantity } from '../../format.ts';
import { arrivalRates } from '../charts/load.ts';
import { timeAxis, type TimeAxis } from '../charts/time-axis.ts';
import { latencyTick, tick, timeChart, type Layer, type TimeChartOptions } from '../charts/time-chart.ts';
import type { Chart } from '../chart.ts';
import { perSecond, type RunView } from '../read/run-view.ts';

export interface ComparedRun {
  label: string;
  view: RunView;
}

const LOOKS = ['line', 'dashed', 'dotted'] as const;
const STEP_LOOKS = ['step', 'step-dashed', 'dotted'] as const;
const LABEL_MAX = 40;
/** From here on small values would lie on the axis. */
const LOG_FROM_RATIO = 30;

export function comparedCharts(runs: readonly ComparedRun[]): Chart[] {
  const isSameClock = runs.every(
    ({ view }) => view.startEpochMs === runs[0].view.startEpochMs && view.timeZone === runs[0].view.timeZone,
  );
  const shared = { axis: sharedAxis(runs, isSameClock) };
  const since = isSameClock ? '' : '; time since the start of each run';
  const layers = (y: (view: RunView) => Float64Array, x: 'middles' | 'ends') =>
    runs.map(({ label, view }, i): Layer => ({
      label: label.length > LABEL_MAX ? `${label.slice(0, LABEL_MAX - 1)}…` : label,
      colour: `var(--part-${[2, 6, 4, 1, 5, 3, 7, 8][i]})`,
      look: (x === 'ends' ? STEP_LOOKS : LOOKS)[i % 3],
      x: view[x],
      y: y(view),
    }));
  const column =
    (key: string, factor = 1) =>
    (view: RunView) =>
      view.results.windows.numbers(key).map((value) => value * factor);
  const ttft = layers(column('p99_ttft_ms', 1e-3), 'middles');
  const charts: Omit<TimeChartOptions, 'axis' | 'alt'>[] = [
    {
      title: 'Arrivals',
      note: 'requests per second',
      layers: layers(arrivalRates, 'middles'),
    },
    { title: 'p99 TTFT', note: 'by window', layers: ttft, tickText: latencyTick, isLog: isWide(ttft) },
    {
      title: 'Ready replicas',
      note: 'at the end of each window',
      layers: layers(column('replicas_ready'), 'ends'),
      isCount: true,
    },
    {
      title: 'Queue',
      note: 'requests that wait, at the end of each window',
      layers: layers(column('waiting'), 'ends'),
      top: 1,
      isCount: true,
    },
    {
      title: 'Cost',
      note: 'dollars per hour',
      layers: costLayers(runs, layers),
      tickText: (value) => `$${tick(value)}`,
    },
    {
      title: 'Power',
      note: 'of the nodes, kW',
      layers: layers((view) => perSecond(view, 'it_kwh').map((kwh) => kwh * 3600), 'middles'),
    },
  ];
  return charts.map((chart) => {
    const note = `${chart.note}${chart.isLog ? '; logarithmic scale' : ''}${since}`;
    const most = chart.layers.map(({ label, y }) => `${label}: up to ${quantity(largest(y))}`);
    return timeChart({ ...chart, ...shared, note, alt: `${most.join(', ')}.` });
  });
}

function sharedAxis(runs: readonly ComparedRun[], isSameClock: boolean): TimeAxis {
  const dayEndSeconds = Math.max(...runs.map(({ view }) => view.axis.dayEndSeconds));
  const endSeconds = Math.max(...runs.map(({ view }) => view.axis.toSeconds));
  const { startEpochMs, timeZone } = isSameClock ? runs[0].view : { startEpochMs: 0, timeZone: 'UTC' };
  const axis = timeAxis({ startEpochMs, timeZone, dayEndSeconds, endSeconds });
  return isSameClock ? axis : { ...axis, nights: [] };
}

/** By hour: the total of the hour, up to its end. */
function costLayers(
  runs: readonly ComparedRun[],
  layers: (y: (view: RunView) => Float64Array, x: 'ends') => Layer[],
): Layer[] {
  const empty = layers(() => new Float64Array(), 'ends');
  return empty.map((layer, i) => {
    const { hours } = runs[i].view.results;
    const [starts, ends] = [hours.numbers('start_seconds'), hours.numbers('end_seconds')];
    const rates = hours.numbers('total_usd').map((usd, row) => (usd * 3600) / (ends[row] - starts[row]));
    // The first point says from where on the first row holds.
    return { ...layer, x: [starts[0], ...ends], y: [rates[0], ...rates] };
  });
}

function isWide(layers: readonly Layer[]): boolean {
  const all = layers.flatMap(({ y }) => Array.from(y)).filter((value) => value > 0);
  const most = all.reduce((a, b) => Math.max(a, b), 0);
  return most / all.reduce((a, b) => Math.min(a, b), Infinity) > LOG_FROM_RATIO;
}

function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => (b > a ? b : a), 0);
}
