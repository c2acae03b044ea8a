// The figures of a whole run, from its windows, hours and ledger: what summary.json lists and the summary prints.
// Counts and latencies cover every request, those served after the day included; rates, means and money cover the day,
// because the drain belongs to no hour. Every figure without a sample is NaN.
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import type { RunResult } from '../run/result.ts';
import type { WindowList } from '../run/window-table.ts';
import { costFigures, type CostFigures } from './cost/figures.ts';

/** An extreme, and the window in which it was. */
export interface Peak {
  value: number;
  startSeconds: number;
}

export interface DayFigures extends CostFigures {
  /** Per second of the day. */
  arrivals: number;
  completions: number;
  goodput: number;
  inputTokens: number;
  outputTokens: number;
  /** Of all arrived requests; NaN without an SLO. */
  attainment: number;
  failed: number;

  dutyCycle: number;
  batchMean: number;
  mbu: number;
  mfu: number;
  kvUseMean: number;
  kvUsePeak: number;
  /** Requests per second, and seconds; undefined where no window qualifies. */
  busiest: Peak | undefined;
  worstTtftP99: Peak | undefined;
  itWattsPeak: number;
}

export function dayFigures(result: RunResult): DayFigures {
  return { ...trafficFigures(result), ...useFigures(result), ...costFigures(result) };
}

function trafficFigures({ info, hours, windows, total, simulatedSeconds }: RunResult) {
  const perSecond = (value: (window: WindowMetrics) => number) => sum(hours, value) / simulatedSeconds;
  const slo = Object.values(info.slo).some((threshold) => threshold !== undefined);
  const rejected = total.rejectedQueueFull + total.rejectedTooLong + total.rejectedExceedsKv;
  // A window cut short by a row or a tariff says little about a rate, and one of the drain has few first tokens.
  const longEnough = () =>
    chosen(windows, (window) => window.phase === 'day' && seconds(window) >= info.windowSeconds / 2);
  return {
    arrivals: perSecond((window) => window.arrived),
    completions: perSecond((window) => window.finished),
    goodput: slo ? perSecond((window) => window.good) : NaN,
    inputTokens: perSecond((window) => window.promptTokens),
    outputTokens: perSecond((window) => window.outputTokens),
    attainment: slo ? total.attained / total.arrived : NaN,
    failed: rejected + total.timedOut + total.lost,
    busiest: highest(longEnough(), (window) => window.arrived / seconds(window)),
    worstTtftP99: highest(longEnough(), (window) => window.ttft.p99Seconds),
  };
}

function useFigures({ hours, windows, replicaHours }: RunResult) {
  // Hours with few replicas count for little.
  const serving = (hour: number) => replicaHours[hour].ready + replicaHours[hour].draining;
  const perReplica = (_: WindowMetrics, hour: number) => serving(hour);
  const day = () => chosen(windows, (window) => window.phase === 'day');
  return {
    dutyCycle: mean(hours, (window) => window.dutyCycle, perReplica),
    // A batch exists only while steps run.
    batchMean: mean(
      hours,
      (window) => window.batchMean,
      (window, hour) => window.dutyCycle * serving(hour),
    ),
    mbu: mean(hours, (window) => window.mbu, perReplica),
    mfu: mean(hours, (window) => window.mfu, perReplica),
    kvUseMean: mean(day(), (window) => window.kvUse, seconds),
    kvUsePeak: highest(day(), (window) => window.kvUse)?.value ?? NaN,
    itWattsPeak: highest(day(), (window) => window.itJoules / seconds(window))?.value ?? NaN,
  };
}

/** Again and again, as the windows together take much memory. */
function* chosen(
  windows: WindowList,
  isWanted: (window: WindowMetrics) => boolean,
): Generator<WindowMetrics> {
  for (const window of windows) if (isWanted(window)) yield window;
}

function seconds(window: WindowMetrics): number {
  return window.endSeconds - window.startSeconds;
}

function sum(windows: readonly WindowMetrics[], value: (window: WindowMetrics) => number): number {
  return windows.reduce((total, window) => total + value(window), 0);
}

function mean(
  windows: Iterable<WindowMetrics>,
  value: (window: WindowMetrics) => number,
  weight: (window: WindowMetrics, position: number) => number,
): number {
  let weighted = 0;
  let weights = 0;
  let position = 0;
  for (const window of windows) {
    const own = weight(window, position++);
    // Not NaN either: such a window has no value.
    if (!(own > 0)) continue;
    weighted += value(window) * own;
    weights += own;
  }
  return weighted / weights;
}

/** The first window with the highest value; windows without a value do not count. */
function highest(
  windows: Iterable<WindowMetrics>,
  value: (window: WindowMetrics) => number,
): Peak | undefined {
  let peak: Peak | undefined;
  for (const window of windows) {
    const candidate = value(window);
    if (candidate > (peak?.value ?? -Infinity))
      peak = { value: candidate, startSeconds: window.startSeconds };
  }
  return peak;
}
