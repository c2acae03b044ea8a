// Why the SLO was missed, as far as the windows tell: what was seen in a stretch, from the most direct to the underlying.
// These are symptoms that go together in the model, told as such; no statistics, and no cause is ruled out by its absence.
import { count, latency, percent, perTime, quantity } from '../../format.ts';
import type { RunView } from '../read/run-view.ts';
import type { MissedStretch } from './missed.ts';

const KV_FULL = 0.95;
/** Waiting requests per ready replica from which a queue is worth telling. */
const QUEUE_LEAST = 0.5;

interface Seen {
  sum(key: string): number;
  most(key: string): number;
  least(key: string): number;
}

/** Sentences without a full stop, none where nothing stands out. */
export function causesOf(view: RunView, stretch: MissedStretch): string[] {
  const seen = seenIn(view, stretch);
  return [
    ...unfinished(view, stretch),
    ...turnedAway(seen),
    ...slow(view, seen),
    ...noReplica(seen),
    ...queued(seen),
    ...fullCache(seen),
    ...starting(view, stretch),
    ...tooFew(view, stretch),
  ];
}

function seenIn({ results: { windows } }: RunView, { first, end }: MissedStretch): Seen {
  const part = (key: string) => windows.numbers(key).subarray(first, end);
  const known = (key: string) => part(key).filter((value) => !Number.isNaN(value));
  return {
    sum: (key) => known(key).reduce((sum, value) => sum + value, 0),
    most: (key) => known(key).reduce((a, b) => Math.max(a, b), -Infinity),
    least: (key) => known(key).reduce((a, b) => Math.min(a, b), Infinity),
  };
}

/** They count as missed, though nobody knows how they would have ended. */
function unfinished({ results: { summary, windows } }: RunView, { end }: MissedStretch): string[] {
  const left = summary.number('running_at_end') + summary.number('waiting_at_end');
  const isLast = !windows
    .numbers('arrived')
    .subarray(end)
    .some((arrived) => arrived > 0);
  if (!(left > 0) || !isLast) return [];
  return [`${count(left)} requests were still in the fleet when the run ended, and count as missed`];
}

function turnedAway({ sum }: Seen): string[] {
  const told: [key: string, text: string][] = [
    ['rejected_queue_full', 'were turned away because the queue was at its limit'],
    ['rejected_too_long', 'were turned away as longer than the model serves'],
    ['rejected_exceeds_kv', 'were turned away as larger than the whole KV cache'],
    ['timed_out', 'were given up by their clients'],
    ['lost', 'were lost with a replica that was taken away'],
  ];
  return told.flatMap(([key, text]) => (sum(key) > 0 ? [`${count(sum(key))} requests ${text}`] : []));
}

function slow({ slo }: RunView, { most }: Seen): string[] {
  const names = { ttft: 'TTFT', tpot: 'TPOT', e2el: 'E2E' } as const;
  return (Object.keys(names) as (keyof typeof names)[]).flatMap((key) => {
    const worst = most(`p99_${key}_ms`) / 1000;
    return worst > slo[key]
      ? [`p99 ${names[key]} rose to ${latency(worst)}, ${latency(slo[key])} are promised`]
      : [];
  });
}

function noReplica({ most, least }: Seen): string[] {
  if (!(most('held') > 0)) return [];
  const none = least('replicas_ready') === 0 ? 'no replica was ready' : 'a cell had no ready replica';
  return [`up to ${count(most('held'))} requests were held because ${none} (cold start)`];
}

function queued({ most, least }: Seen): string[] {
  const waiting = most('waiting');
  const perReplica = waiting / Math.max(1, least('replicas_ready'));
  if (!(perReplica >= QUEUE_LEAST)) return [];
  return [`requests queued, up to ${count(waiting)} at a time (${quantity(perReplica)} per ready replica)`];
}

function fullCache({ most, sum }: Seen): string[] {
  const use = most('kv_use');
  const preemptions = sum('preemptions');
  if (!(use >= KV_FULL) && !(preemptions > 0)) return [];
  const lost = preemptions > 0 ? `, and ${count(preemptions)} times a running request lost its cache` : '';
  return [`the KV cache was up to ${percent(use)} full${lost}`];
}

/** At the moment when the most replicas that are wanted were missing. */
function starting({ results: { windows }, pools, axis }: RunView, { first, end }: MissedStretch): string[] {
  if (pools.every(({ scaling }) => scaling === undefined)) return [];
  const wanted = windows.numbers('replicas_wanted');
  const ready = windows.numbers('replicas_ready');
  let worst = first;
  for (let i = first; i < end; i++) if (wanted[i] - ready[i] > wanted[worst] - ready[worst]) worst = i;
  if (!(wanted[worst] > ready[worst])) return [];
  const at = axis.clock(windows.numbers('end_seconds')[worst]);
  return [
    `replicas that were ordered had not come yet: at ${at} ${count(ready[worst])} of ${count(wanted[worst])} were ready`,
  ];
}

function tooFew(view: RunView, { first, end }: MissedStretch): string[] {
  const { results, capacity, pools } = view;
  const { windows } = results;
  const most = pools.reduce((sum, pool) => sum + (pool.scaling?.max ?? pool.replicas), 0);
  const isAtMost = windows
    .numbers('replicas_wanted')
    .subarray(first, end)
    .some((wanted) => wanted >= most);
  const atLimit =
    isAtMost && pools.some(({ scaling }) => scaling)
      ? [`the fleet was at its limit of ${count(most)} replicas`]
      : [];
  if (capacity === undefined) return atLimit;
  let worst = first;
  const load = (i: number) => windows.numbers('arrived')[i] / (view.ends[i] - view.starts[i]);
  for (let i = first; i < end; i++) if (load(i) - capacity[i] > load(worst) - capacity[worst]) worst = i;
  if (!(load(worst) > capacity[worst])) return atLimit;
  return [
    ...atLimit,
    `${perTime(load(worst))} arrived where the ready replicas hold ${perTime(capacity[worst])}`,
  ];
}
