// A run as its report looks at it: the files' columns under the names that charts and sentences share.
import { count } from '../../format.ts';
import { timeAxis, type TimeAxis } from '../charts/time-axis.ts';
import { missedStretches, type MissedStretch } from '../story/missed.ts';
import { costParts, type CostPart } from './cost-parts.ts';
import { poolsOf, type Pool } from './pools.ts';
import type { Explained } from './explained.ts';
import type { Results } from './results.ts';

export interface RunView {
  results: Results;
  title: string;
  startEpochMs: number;
  timeZone: string;
  axis: TimeAxis;
  pools: Pool[];
  parts: CostPart[];
  /** Seconds; NaN where not promised. */
  slo: { ttft: number; tpot: number; e2el: number };
  hasSlo: boolean;
  missed: MissedStretch[];
  /** By window, seconds from the start. */
  starts: Float64Array;
  ends: Float64Array;
  middles: Float64Array;
  /** Requests per second that the ready replicas hold, by window; undefined where it is not known. */
  capacity: Float64Array | undefined;
  replicaCapacityPerSecond: number;
  explained: Explained;
}

export interface ViewOptions {
  /** Requests per second of a replica, by pool, where somebody has found them. */
  capacities?: readonly number[];
  explained?: Explained;
}

export function runView(results: Results, options: ViewOptions = {}): RunView {
  const { capacities = [], explained = { explanations: new Map() } } = options;
  const { summary, windows, scenario } = results;
  const starts = windows.numbers('start_seconds');
  const ends = windows.numbers('end_seconds');
  const startEpochMs = Date.parse(summary.text('start_utc'));
  const timeZone = summary.text('time_zone') || 'UTC';
  const dayEndSeconds = summary.number('simulated_seconds');
  const slo = {
    ttft: summary.number('slo_ttft_ms') / 1000,
    tpot: summary.number('slo_tpot_ms') / 1000,
    e2el: summary.number('slo_e2el_ms') / 1000,
  };
  const hasSlo = Object.values(slo).some((threshold) => threshold > 0);
  const pools = poolsOf(scenario);
  const found = pools.map((pool, i) => capacities[i] ?? pool.replicaCapacityPerSecond);
  return {
    results,
    title: summary.text('scenario') || 'unnamed scenario',
    startEpochMs,
    timeZone,
    axis: timeAxis({ startEpochMs, timeZone, dayEndSeconds, endSeconds: ends.at(-1) ?? dayEndSeconds }),
    pools,
    parts: costParts(results),
    slo,
    hasSlo,
    missed: hasSlo ? missedStretches(windows) : [],
    starts,
    ends,
    middles: starts.map((start, i) => (start + ends[i]) / 2),
    capacity: capacityOf(pools, found, windows.numbers('replicas_ready')),
    replicaCapacityPerSecond: pools.length === 1 ? found[0] : NaN,
    explained,
  };
}

/** Of several pools, whose ready replicas are not told apart in the files, only where none scales. */
function capacityOf(
  pools: readonly Pool[],
  perReplica: readonly number[],
  ready: Float64Array,
): Float64Array | undefined {
  if (pools.length === 0 || !perReplica.every((capacity) => capacity > 0)) return undefined;
  if (pools.length === 1) return ready.map((replicas) => replicas * perReplica[0]);
  if (pools.some(({ scaling }) => scaling)) return undefined;
  // The first pool to be full with its share of the requests.
  const fleet = Math.min(...pools.map(({ replicas, share }, i) => (replicas * perReplica[i]) / share));
  return ready.map(() => fleet);
}

/** By window, as a rate per second of the window. */
export function perSecond({ results, starts, ends }: RunView, key: string): Float64Array {
  return results.windows.numbers(key).map((value, i) => value / (ends[i] - starts[i]));
}

/** Of pools that scale, the most there may be. */
export function fleetText({ results: { summary }, pools }: RunView): string {
  const [replicas, nodes, gpus] = ['replicas', 'nodes', 'gpus'].map((key) => summary.number(key));
  const counted = (value: number, one: string) => `${count(value)} ${one}${value === 1 ? '' : 's'}`;
  const atMost = pools.some((pool) => pool.scaling) ? 'at most ' : '';
  return `${atMost}${counted(replicas, 'replica')} on ${counted(nodes, 'node')} (${counted(gpus, 'GPU')})`;
}
