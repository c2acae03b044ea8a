// A plausible flagship day in snapshots, without a simulation: 1,700 replicas, 2,900 requests per second on average,
// an hourly curve with its peak at 14 h, latencies that grow with the load, one window at 09:17 with a spike of TTFT.
// Deterministic: noise comes from a named random stream. Numbers are consistent (conservation holds), not measured.
import { emptyRow } from '../../../src/economics/rows.ts';
import type { LedgerRow } from '../../../src/economics/spec.ts';
import { RandomStream } from '../../../src/kernel/random.ts';
import type { LatencySummary, WindowMetrics } from '../../../src/metrics/window-metrics.ts';
import type { RunInfo, RunStatus, Snapshot } from '../../../src/run/snapshot.ts';
import type { TimeFrame } from '../../../src/ui/model/time-frame.ts';

// Azure conversation service, weekdays of May 2024, mean 1 (AzurePublicDataset, AzureLLMInferenceDataset2024).
const CURVE = [
  0.8904, 0.9722, 0.9549, 0.7905, 0.8036, 0.8735, 1.0055, 1.0852, 1.1076, 1.0839, 0.9749, 1.0293, 1.1507,
  1.2752, 1.3376, 1.2468, 1.1301, 1.0862, 1.0789, 1.0153, 0.9207, 0.7702, 0.6935, 0.7233,
];
const MEAN_PER_SECOND = 250e6 / 86_400;
const WINDOW = 60;
const REPLICAS = 1700;
export const SPIKE_WINDOW = 9 * 60 + 17;

export const flagshipInfo: RunInfo = {
  name: 'chatgpt-2023',
  description: 'A day of ChatGPT in January 2023',
  seed: 1,
  version: '0.1.0',
  startEpochMs: Date.UTC(2023, 0, 30),
  timeZone: 'UTC',
  durationSeconds: 86_400,
  windowSeconds: WINDOW,
  replicas: REPLICAS,
  nodes: REPLICAS,
  gpus: REPLICAS * 8,
  cells: 8,
  threads: 2,
  pools: ['gpt-3-175b, fastertransformer, 8 × A100-80GB, tp 8'],
  scaling: [],
  expectedRequestsPerSecond: Array.from({ length: 1440 }, (_, i) => load(i) * MEAN_PER_SECOND),
  slo: { ttftSeconds: 2, tpotSeconds: 0.2 },
  outDir: 'out/chatgpt-2023-1-0123abcd',
};

/** The whole run on one axis. */
export function wholeOf(info: RunInfo): TimeFrame {
  return { info, fromSeconds: 0, toSeconds: info.durationSeconds, marks: [] };
}

/** Arrivals in a window relative to the mean: the hourly curve, linear between the middles of the hours. */
function load(windowIndex: number): number {
  const hour = (windowIndex + 0.5) / 60 - 0.5;
  const before = Math.floor(hour);
  const part = hour - before;
  return CURVE[(before + 24) % 24] * (1 - part) + CURVE[(before + 25) % 24] * part;
}

export interface FixtureOptions {
  /** Windows of the day, 1440 in all; further ones repeat the day. */
  windows?: number;
  /** Requests rejected per window in [from, to). */
  rejections?: { from: number; to: number; perWindow: number };
}

const DRAIN_WINDOWS = 2;

/** The day and two windows of draining; the last snapshot says finished. */
export function* flagshipDay(options: FixtureOptions = {}): Generator<Snapshot> {
  const windows = options.windows ?? 1440;
  const noise = new RandomStream(1, 'ui-fixture');
  const normal = (): number => noise.uniform() + noise.uniform() + noise.uniform() - 1.5;
  const day = blankWindow(0);
  const hours: LedgerRow[] = [];
  const attained: number[] = [0];
  const arrivedByHour: number[] = [0];
  let hour = blankRow(0);
  let inSystem = 0;
  for (let index = 0; index < windows + DRAIN_WINDOWS; index++) {
    const isDrain = index >= windows;
    const window = blankWindow(index);
    const { rejections } = options;
    const intensity = isDrain ? 0 : load(index % 1440) * (1 + 0.006 * normal());
    window.phase = isDrain ? 'drain' : 'day';
    window.arrived = Math.round(intensity * MEAN_PER_SECOND * WINDOW);
    if (rejections && index >= rejections.from && index < rejections.to) {
      window.rejectedQueueFull = rejections.perWindow;
    }
    const left = index === windows ? Math.round(inSystem * 0.03) : 0;
    const target = isDrain ? left : Math.round(intensity * MEAN_PER_SECOND * 16.2);
    window.finished = inSystem + window.arrived - window.rejectedQueueFull - target;
    inSystem = target;
    window.waiting = Math.round(target * 0.003 * (1 + normal() * 0.5));
    window.running = target - window.waiting;
    window.outputTokens = window.finished * 220;
    window.promptTokens = window.finished * 500;
    const spike = index === SPIKE_WINDOW ? 1.35 : 1;
    fillLatency(window, Math.max(intensity, 0.3), spike * (1 + 0.03 * normal()));
    fillUse(window, intensity);
    window.good = Math.round(window.finished * (spike > 1 ? 0.93 : 0.9994));
    window.attained = window.good;
    accumulate(day, window);

    if (!isDrain && index > 0 && index % 60 === 0) {
      hours.push(hour);
      hour = blankRow(index * WINDOW);
      attained.push(0);
      arrivedByHour.push(0);
    }
    const current = attained.length - 1;
    attained[current] += window.attained;
    arrivedByHour[current] += window.arrived;
    if (!isDrain) hour = grown(hour, window);

    const rows = [...hours, hour];
    const sum = (amount: keyof LedgerRow): number =>
      rows.reduce((total, row) => total + Number(row[amount]), 0);
    const wallSeconds = (index + 1) / 30;
    yield {
      status: statusOf(index, windows),
      window,
      windowIndex: index,
      scaling: [],
      day: { ...day },
      hour,
      hours: hours.slice(),
      cost: {
        electricityUsd: sum('electricityUsd'),
        amortizationUsd: sum('amortizationUsd'),
        rentUsd: 0,
        totalUsd: sum('totalUsd'),
        facilityKwh: sum('facilityKwh'),
      },
      attainmentByHour: attained.map((count, i) => count / arrivedByHour[i]),
      wallSeconds,
      wallSecondsLeft: index < 5 ? undefined : Math.max(0, (windows - index) / 30),
      requestsPerWallSecond: window.arrived * 30,
    };
  }
}

function statusOf(index: number, windows: number): RunStatus {
  if (index < windows) return 'running';
  return index === windows + DRAIN_WINDOWS - 1 ? 'finished' : 'draining';
}

function latencies(count: number, p50Seconds: number, p99Ratio: number): LatencySummary {
  return {
    count,
    meanSeconds: p50Seconds * 1.1,
    p50Seconds,
    p90Seconds: p50Seconds * (1 + (p99Ratio - 1) * 0.45),
    p95Seconds: p50Seconds * (1 + (p99Ratio - 1) * 0.62),
    p99Seconds: p50Seconds * p99Ratio,
    p999Seconds: p50Seconds * p99Ratio * 1.3,
  };
}

function fillLatency(window: WindowMetrics, intensity: number, noise: number): void {
  const squeeze = 1 / (1 - 0.55 * (intensity / 1.34));
  window.ttft = latencies(window.finished, 0.17 * squeeze * noise, 4.35);
  window.tpot = latencies(window.finished, (0.04 + 0.036 * intensity) * (1 + (noise - 1) * 0.2), 1.72);
  window.itl = latencies(window.outputTokens, (0.04 + 0.035 * intensity) * (1 + (noise - 1) * 0.2), 2.4);
  window.e2e = latencies(window.finished, (9 + 5.2 * intensity) * (1 + (noise - 1) * 0.2), 4.6);
}

function fillUse(window: WindowMetrics, intensity: number): void {
  window.kvUse = 0.34 * intensity;
  window.batchMean = 28.6 * intensity;
  window.dutyCycle = Math.min(0.999, 0.9 + 0.075 * intensity);
  window.mbu = 0.26 + 0.09 * intensity;
  window.mfu = 0.092 * intensity;
  window.replicasReady = REPLICAS;
  window.itJoules = REPLICAS * WINDOW * (1700 + 900 * intensity);
  window.idleJoules = window.itJoules * 0.01;
}

function blankWindow(index: number): WindowMetrics {
  const none = latencies(0, NaN, 1);
  return {
    startSeconds: index * WINDOW,
    endSeconds: (index + 1) * WINDOW,
    phase: 'day',
    arrived: 0,
    finished: 0,
    rejectedQueueFull: 0,
    rejectedTooLong: 0,
    rejectedExceedsKv: 0,
    truncated: 0,
    timedOut: 0,
    lost: 0,
    retried: 0,
    preemptions: 0,
    promptTokens: 0,
    outputTokens: 0,
    running: 0,
    waiting: 0,
    held: 0,
    kvUse: 0,
    replicasWanted: 0,
    replicasProvisioning: 0,
    replicasLoading: 0,
    replicasReady: 0,
    replicasDraining: 0,
    batchMean: 0,
    dutyCycle: 0,
    mbu: 0,
    mfu: 0,
    itJoules: 0,
    idleJoules: 0,
    ttft: none,
    tpot: none,
    itl: none,
    e2e: none,
    attained: 0,
    good: 0,
  };
}

/** Counts are summed; percentiles of the day are stood in for by a slow mean of the windows'. */
function accumulate(day: WindowMetrics, window: WindowMetrics): void {
  for (const key of [
    'arrived',
    'finished',
    'rejectedQueueFull',
    'promptTokens',
    'outputTokens',
    'attained',
    'good',
  ] as const) {
    day[key] += window[key];
  }
  for (const key of ['ttft', 'tpot', 'itl', 'e2e'] as const) {
    day[key] = day[key].count === 0 ? window[key] : blended(day[key], window[key]);
  }
  for (const key of ['kvUse', 'batchMean', 'dutyCycle', 'mbu', 'mfu'] as const) {
    const before = window.startSeconds / window.endSeconds;
    day[key] = day[key] * before + window[key] * (1 - before);
  }
  day.replicasReady = window.replicasReady;
  day.running = window.running;
  day.waiting = window.waiting;
  day.endSeconds = window.endSeconds;
}

const mix = (a: number, b: number): number => a * 0.995 + b * 0.005;

function blended(day: LatencySummary, window: LatencySummary): LatencySummary {
  return {
    count: day.count + window.count,
    meanSeconds: mix(day.meanSeconds, window.meanSeconds),
    p50Seconds: mix(day.p50Seconds, window.p50Seconds),
    p90Seconds: mix(day.p90Seconds, window.p90Seconds),
    p95Seconds: mix(day.p95Seconds, window.p95Seconds),
    p99Seconds: mix(day.p99Seconds, window.p99Seconds),
    p999Seconds: mix(day.p999Seconds, window.p999Seconds),
  };
}

function blankRow(startSeconds: number): LedgerRow {
  const iso = new Date(flagshipInfo.startEpochMs + startSeconds * 1000).toISOString();
  const times = { startSeconds, endSeconds: startSeconds, startUtc: iso, startLocal: iso };
  return emptyRow(times, { usdPerKwh: 0.08, isIntensityKnown: false });
}

function grown(row: LedgerRow, window: WindowMetrics): LedgerRow {
  const itKwh = row.itKwh + window.itJoules / 3.6e6;
  const facilityKwh = itKwh * 1.25;
  const nodeHours = row.nodeHours + (REPLICAS * WINDOW) / 3600;
  const electricityUsd = facilityKwh * row.usdPerKwh;
  const amortizationUsd = nodeHours * 4.54;
  return {
    ...row,
    endSeconds: window.endSeconds,
    itKwh,
    facilityKwh,
    idleKwh: facilityKwh * 0.01,
    electricityUsd,
    amortizationUsd,
    totalUsd: electricityUsd + amortizationUsd,
    nodeHours,
  };
}
