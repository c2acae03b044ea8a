// What a run of a policy is judged by. Cost and replica-hours cover the day; requests, latencies and attainment all that
// arrived, those served after the day included.
import type { ScalingDecision } from '../../control/controller.ts';
import { sumRows } from '../../economics/ledger.ts';
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { RunResult } from '../../run/result.ts';

export interface Measures {
  totalUsd: number;
  electricityUsd: number;
  amortizationUsd: number;
  rentUsd: number;
  arrived: number;
  /** Of the arrived, not within the SLO: late, lost, rejected. */
  misses: number;
  attainment: number;
  /** The same of those that the model can serve at all: no policy can do anything for overlong ones. */
  servableAttainment: number;
  ttftP99Seconds: number;
  /** Requests within the SLO per second of the day. */
  goodputPerSecond: number;
  /** Of replicas in any state but off. */
  replicaHours: number;
  nodeHours: number;
  /** Changes of how many replicas are wanted, and those that take back one of the ten minutes before. */
  actions: number;
  flaps: number;
  /** With fewer, and with more ready replicas than need(t), window by window; NaN where it is not known. */
  underMinutes: number;
  overMinutes: number;
  /** Of the requests that arrived in the worst minute. */
  worstMinuteAttainment: number;
  worstMinuteStartSeconds: number;
}

const FLAP_SECONDS = 600;
const MINUTE_SECONDS = 60;

/** `need`: at the middle of every window of the day; undefined where it is not known. */
export function measure(result: RunResult, need: readonly number[] | undefined): Measures {
  const { total, simulatedSeconds, ledger } = result;
  const changes = result.scaling.filter(({ fromReplicas, toReplicas }) => toReplicas !== fromReplicas);
  const day = dayWindows(result);
  const ready = readyReplicas(day);
  const { totalUsd, electricityUsd, amortizationUsd, rentUsd, nodeHours } = sumRows(ledger);
  const minutesWhere = (holds: (ready: number, needed: number) => boolean) =>
    need === undefined
      ? NaN
      : sum(day, (window, i) => (holds(ready[i], need[i]) ? secondsOf(window) / 60 : 0));
  return {
    totalUsd,
    electricityUsd,
    amortizationUsd,
    rentUsd,
    arrived: total.arrived,
    misses: total.arrived - total.attained,
    attainment: total.attained / total.arrived,
    servableAttainment: total.attained / (total.arrived - total.rejectedTooLong - total.rejectedExceedsKv),
    ttftP99Seconds: total.ttft.p99Seconds,
    goodputPerSecond: sum(day, (window) => window.good) / simulatedSeconds,
    replicaHours: hoursOn(result),
    nodeHours,
    actions: changes.length,
    flaps: flaps(changes),
    underMinutes: minutesWhere((ready, needed) => ready < needed),
    overMinutes: minutesWhere((ready, needed) => ready > needed),
    ...worstMinute(day),
  };
}

export function dayWindows({ windows }: RunResult): WindowMetrics[] {
  return [...windows].filter(({ phase }) => phase === 'day');
}

/** At the start of every window, when what was decided at the end of the one before holds; of the first at its end. */
export function readyReplicas(day: readonly WindowMetrics[]): number[] {
  return day.map((_, i) => day[Math.max(0, i - 1)].replicasReady);
}

/** Changes in the direction opposite to the pool's change before, within ten minutes of it. */
export function flaps(
  scaling: readonly Pick<ScalingDecision, 'atSeconds' | 'pool' | 'fromReplicas' | 'toReplicas'>[],
): number {
  const latest = new Map<number, { atSeconds: number; isUp: boolean }>();
  let count = 0;
  for (const { atSeconds, pool, fromReplicas, toReplicas } of scaling) {
    const isUp = toReplicas > fromReplicas;
    const before = latest.get(pool);
    if (before !== undefined && before.isUp !== isUp && atSeconds - before.atSeconds <= FLAP_SECONDS) count++;
    latest.set(pool, { atSeconds, isUp });
  }
  return count;
}

/** The first with the lowest attainment; shorter windows are put together, longer ones stand for themselves. */
function worstMinute(
  day: readonly WindowMetrics[],
): Pick<Measures, 'worstMinuteAttainment' | 'worstMinuteStartSeconds'> {
  const minutes = new Map<number, { arrived: number; attained: number }>();
  for (const { startSeconds, arrived, attained } of day) {
    const minute = Math.floor(startSeconds / MINUTE_SECONDS) * MINUTE_SECONDS;
    const { arrived: a, attained: b } = minutes.get(minute) ?? { arrived: 0, attained: 0 };
    minutes.set(minute, { arrived: a + arrived, attained: b + attained });
  }
  let worst = { worstMinuteAttainment: NaN, worstMinuteStartSeconds: NaN };
  for (const [minute, { arrived, attained }] of minutes) {
    const attainment = attained / arrived;
    if (attainment < worst.worstMinuteAttainment || Number.isNaN(worst.worstMinuteAttainment))
      worst = { worstMinuteAttainment: attainment, worstMinuteStartSeconds: minute };
  }
  return worst;
}

function hoursOn({ replicaHours }: RunResult): number {
  return replicaHours.reduce(
    (hours, { provisioning, loading, ready, draining }) => hours + provisioning + loading + ready + draining,
    0,
  );
}

function secondsOf({ startSeconds, endSeconds }: WindowMetrics): number {
  return endSeconds - startSeconds;
}

function sum(
  windows: readonly WindowMetrics[],
  value: (window: WindowMetrics, position: number) => number,
): number {
  return windows.reduce((total, window, i) => total + value(window, i), 0);
}
