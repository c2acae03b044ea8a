// What a watcher of a finished run would have been told after each window, from its files. An hour under way is a part
// of its row; percentiles over the run so far are known at its end only.
import type { LedgerRow } from '../../economics/spec.ts';
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { Snapshot } from '../../run/snapshot.ts';
import type { SavedRun } from '../../report/saved-run/read.ts';

const SUMMED = [
  'arrived',
  'finished',
  'rejectedQueueFull',
  'rejectedTooLong',
  'rejectedExceedsKv',
  'truncated',
  'timedOut',
  'lost',
  'retried',
  'preemptions',
  'promptTokens',
  'outputTokens',
  'itJoules',
  'idleJoules',
  'attained',
  'good',
] as const;

const UNKNOWN = {
  count: 0,
  meanSeconds: NaN,
  p50Seconds: NaN,
  p90Seconds: NaN,
  p95Seconds: NaN,
  p99Seconds: NaN,
  p999Seconds: NaN,
};

/** Snapshots in order, made one by one; `wallSeconds` is for the caller to fill in. */
export function* snapshotsOf({
  windows,
  ledger,
  scaling,
  latencies,
  events,
  isPartial,
}: SavedRun): Generator<Snapshot> {
  let day: WindowMetrics | undefined;
  let decision = 0;
  const ending = isPartial ? 'stopped' : 'finished';
  const attained: number[] = [];
  const arrived: number[] = [];
  for (const [windowIndex, window] of windows.entries()) {
    const isLast = windowIndex === windows.length - 1;
    day = added(day, window);
    const row = rowOf(ledger, window);
    attained[row] = (attained[row] ?? 0) + window.attained;
    arrived[row] = (arrived[row] ?? 0) + window.arrived;
    const from = decision;
    while (decision < scaling.length && scaling[decision].atSeconds <= window.endSeconds) decision++;
    const hour = partOf(ledger[row], window.endSeconds);
    const hours = ledger.slice(0, row);
    yield {
      status: isLast ? ending : windows[windowIndex + 1].phase === 'drain' ? 'draining' : 'running',
      window,
      windowIndex,
      scaling: scaling.slice(from, decision),
      events: events.filter(({ atSeconds }) => atSeconds < window.endSeconds),
      day: isLast ? { ...day, ...latencies } : { ...day, attained: attainedSoFar(day) },
      hour,
      hours,
      cost: costOf([...hours, hour]),
      attainmentByHour: attained.map((count, i) => count / arrived[i]),
      wallSeconds: 0,
      wallSecondsLeft: undefined,
      requestsPerWallSecond: 0,
    };
  }
}

/**
 * A window's attainment is final in the files, while it grows in a live run: of the requests whose fate is known by now,
 * as large a share.
 */
function attainedSoFar({ attained, arrived, running, waiting }: WindowMetrics): number {
  return arrived === 0 ? 0 : (attained * (arrived - running - waiting)) / arrived;
}

/** Gauges are those of the newest window; means are weighted by time. */
function added(day: WindowMetrics | undefined, window: WindowMetrics): WindowMetrics {
  const none = { ttft: UNKNOWN, tpot: UNKNOWN, itl: UNKNOWN, e2e: UNKNOWN };
  if (day === undefined) return { ...window, ...none };
  const next = { ...window, ...none, startSeconds: day.startSeconds };
  for (const key of SUMMED) next[key] = day[key] + window[key];
  const before = (day.endSeconds - day.startSeconds) / (window.endSeconds - day.startSeconds);
  for (const key of ['batchMean', 'dutyCycle', 'mbu', 'mfu'] as const) {
    const [a, b] = [day[key], window[key]];
    next[key] = Number.isNaN(b) ? a : Number.isNaN(a) ? b : a * before + b * (1 - before);
  }
  return next;
}

/** The row that the window lies in; the drain belongs to none and is shown with the last. */
function rowOf(ledger: readonly LedgerRow[], { startSeconds }: WindowMetrics): number {
  const row = ledger.findIndex(({ endSeconds }) => startSeconds < endSeconds);
  return row < 0 ? ledger.length - 1 : row;
}

/** Numbers of a row that do not grow with its length. */
const NO_AMOUNTS: readonly string[] = ['startSeconds', 'endSeconds', 'usdPerKwh'];

function partOf(row: LedgerRow, endSeconds: number): LedgerRow {
  if (endSeconds >= row.endSeconds) return row;
  const share = (endSeconds - row.startSeconds) / (row.endSeconds - row.startSeconds);
  const parts = Object.entries(row).map(([key, value]: [string, unknown]) => {
    const isAmount = typeof value === 'number' && !NO_AMOUNTS.includes(key);
    return [key, isAmount ? value * share : value];
  });
  return { ...(Object.fromEntries(parts) as LedgerRow), endSeconds };
}

function costOf(rows: readonly LedgerRow[]): Snapshot['cost'] {
  const sum = (key: keyof Snapshot['cost']): number => rows.reduce((total, row) => total + row[key], 0);
  return {
    electricityUsd: sum('electricityUsd'),
    amortizationUsd: sum('amortizationUsd'),
    rentUsd: sum('rentUsd'),
    totalUsd: sum('totalUsd'),
    facilityKwh: sum('facilityKwh'),
  };
}
