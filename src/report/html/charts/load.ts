// Charts of what comes in and what it does to the fleet: arrivals against capacity, the queue, requests that failed,
// utilisation, batch.
import { count, percent, quantity } from '../../format.ts';
import type { Chart } from '../chart.ts';
import { perSecond, type RunView } from '../read/run-view.ts';
import { percentTick, timeChart, type Hover, type Layer } from './time-chart.ts';

/** By row of hourly.csv. */
export function hoursOf({ results: { hours }, axis }: RunView, text: (row: number) => string): Hover[] {
  const [starts, ends] = [hours.numbers('start_seconds'), hours.numbers('end_seconds')];
  return Array.from({ length: hours.length }, (_, row) => ({
    fromSeconds: starts[row],
    toSeconds: ends[row],
    text: `${axis.clock(starts[row])} to ${axis.clock(ends[row])}: ${text(row)}`,
  }));
}

/** Per second; none can arrive once the day is over. */
export function arrivalRates(view: RunView): Float64Array {
  const { ends, axis } = view;
  return perSecond(view, 'arrived').map((rate, i) => (ends[i] > axis.dayEndSeconds ? NaN : rate));
}

export function arrivalsChart(view: RunView): Chart {
  const { results, axis, middles, ends, capacity, missed } = view;
  const arriving = arrivalRates(view);
  const line = (label: string, y: Float64Array, rest: Partial<Layer>): Layer => {
    return { label, x: middles, y, colour: 'var(--traffic)', look: 'line', ...rest };
  };
  const most = arriving.reduce((a, b) => (b > a ? b : a), 0);
  const { hours } = results;
  const [arrived, completed] = [hours.numbers('arrived'), hours.numbers('completed')];
  return timeChart({
    title: capacity ? 'Arrivals against capacity' : 'Arrivals and completions',
    note: capacity
      ? 'requests per second; capacity: ready replicas × what one holds within the SLO'
      : 'requests per second; what a replica holds within the SLO is not in these results',
    alt: `Up to ${quantity(most)} requests arrived per second.`,
    axis,
    missed,
    layers: [
      line('arriving', arriving, { look: 'area' }),
      line('completed', perSecond(view, 'completed'), { colour: 'var(--text)', look: 'dotted' }),
      ...(capacity
        ? [line('capacity', capacity, { x: ends, colour: 'var(--load)', look: 'step-dashed' })]
        : []),
    ],
    hovers: hoursOf(view, (row) => `${count(arrived[row])} arrived, ${count(completed[row])} completed`),
  });
}

export function queueChart(view: RunView): Chart {
  const { results, axis, ends, missed } = view;
  const { windows } = results;
  const waiting = windows.numbers('waiting');
  const held = windows.numbers('held');
  const layers: Layer[] = [
    { label: 'waiting', x: ends, y: waiting, colour: 'var(--traffic)', look: 'area' },
    ...(held.some((value) => value > 0)
      ? [
          {
            label: 'of these held: no replica ready',
            x: ends,
            y: held,
            colour: 'var(--broken)',
            look: 'dashed',
          } as const,
        ]
      : []),
  ];
  const most = waiting.reduce((a, b) => Math.max(a, b), 0);
  return timeChart({
    title: 'Queue',
    note: 'requests that wait, at the end of each window',
    alt: most > 0 ? `Up to ${count(most)} requests waited.` : 'No request waited at the end of any window.',
    axis,
    missed,
    layers,
    top: 1,
    isCount: true,
  });
}

const FAILURES: readonly [key: string, label: string, colour: string, look: Layer['look']][] = [
  ['rejected_queue_full', 'rejected: queue full', 'var(--part-6)', 'line'],
  ['rejected_too_long', 'rejected: too long', 'var(--part-2)', 'dashed'],
  ['rejected_exceeds_kv', 'rejected: exceeds the KV cache', 'var(--part-5)', 'dashed'],
  ['timed_out', 'timed out', 'var(--part-1)', 'dotted'],
  ['lost', 'lost with their replica', 'var(--part-8)', 'line'],
];

/** Undefined where nothing failed. */
export function failuresChart(view: RunView): Chart | undefined {
  const { results, axis, middles, missed } = view;
  const layers = FAILURES.filter(([key]) => results.windows.sum(key) > 0).map(
    ([key, label, colour, look]): Layer => ({ label, colour, look, x: middles, y: perSecond(view, key) }),
  );
  if (layers.length === 0) return undefined;
  const failed = count(results.summary.number('failed'));
  return timeChart({
    title: 'Requests that failed',
    note: 'per second',
    alt: `${failed} requests failed over the run.`,
    axis,
    missed,
    layers,
  });
}

export function useChart(view: RunView): Chart {
  const { results, axis, middles, ends } = view;
  const { windows, hours, summary } = results;
  const layer = (label: string, key: string, rest: Partial<Layer>): Layer => {
    return { label, x: middles, y: windows.numbers(key), colour: 'var(--text)', look: 'line', ...rest };
  };
  const text = (row: number) =>
    (['duty_cycle', 'kv_use', 'mbu', 'mfu'] as const)
      .map((key) => `${key.replace('_', ' ')} ${percent(hours.numbers(key)[row])}`)
      .join(', ');
  return timeChart({
    title: 'Utilisation',
    note: 'duty cycle: time in steps; KV cache in use; memory bandwidth (MBU) and FLOPs (MFU) over their peaks',
    alt: `On average duty cycle ${percent(summary.number('duty_cycle'))}, KV ${percent(summary.number('kv_use_mean'))}, MBU ${percent(summary.number('mbu'))}, MFU ${percent(summary.number('mfu'))}.`,
    axis,
    layers: [
      layer('duty cycle', 'duty_cycle', { colour: 'var(--dim)', look: 'dotted' }),
      layer('KV cache', 'kv_use', { colour: 'var(--part-4)', x: ends }),
      layer('MBU', 'mbu', { colour: 'var(--part-2)', look: 'dashed' }),
      layer('MFU', 'mfu', { colour: 'var(--part-6)' }),
    ],
    top: 1,
    tickText: percentTick,
    hovers: hoursOf(view, text),
  });
}

export function batchChart({ results, axis, middles }: RunView): Chart {
  const batch = results.windows.numbers('batch_mean');
  const mean = results.summary.number('batch_mean');
  return timeChart({
    title: 'Batch',
    note: 'sequences in a step, mean of each window over the time in steps',
    alt: Number.isNaN(mean) ? 'No step ran.' : `A step had ${quantity(mean)} sequences on average.`,
    axis,
    layers: [{ label: 'batch', x: middles, y: batch, colour: 'var(--part-4)', look: 'area' }],
    top: 1,
  });
}
