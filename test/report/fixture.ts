// A result small enough to check by hand: two owned DGX A100 nodes, 16 GPUs, for two hours at 1 request/s, each of 500
// prompt and 200 output tokens, then 40 s of drain. IT power 4 kW in the first hour, 6 kW in the second.
import type { ScalingDecision } from '../../src/control/controller.ts';
import { Ledger, type LedgerWindow } from '../../src/economics/ledger.ts';
import { bucketOf, type SparseHistogram } from '../../src/kernel/histogram.ts';
import type { LatencySummary, WindowMetrics } from '../../src/metrics/window-metrics.ts';
import type { RunResult } from '../../src/run/result.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { economics, poolWindow } from '../support/economics.ts';

const START = Date.UTC(2023, 0, 30, 13);

export function latency(p50Seconds: number, count = 3600): LatencySummary {
  return {
    count,
    meanSeconds: p50Seconds * 1.25,
    p50Seconds,
    p90Seconds: p50Seconds * 2,
    p95Seconds: p50Seconds * 2.5,
    p99Seconds: p50Seconds * 4,
    p999Seconds: p50Seconds * 5,
  };
}

export const noLatency: LatencySummary = {
  count: 0,
  meanSeconds: NaN,
  p50Seconds: NaN,
  p90Seconds: NaN,
  p95Seconds: NaN,
  p99Seconds: NaN,
  p999Seconds: NaN,
};

function metrics(startSeconds: number, endSeconds: number, changes: Partial<WindowMetrics>): WindowMetrics {
  return {
    startSeconds,
    endSeconds,
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
    replicasWanted: 2,
    replicasProvisioning: 0,
    replicasLoading: 0,
    replicasReady: 2,
    replicasDraining: 0,
    batchMean: NaN,
    dutyCycle: 0,
    mbu: 0,
    mfu: 0,
    itJoules: 0,
    idleJoules: 0,
    ttft: noLatency,
    tpot: noLatency,
    itl: noLatency,
    e2e: noLatency,
    attained: 0,
    good: 0,
    ...changes,
  };
}

const latencies = {
  ttft: latency(0.4),
  tpot: latency(0.06),
  itl: latency(0.055),
  e2e: latency(12),
};

const firstHour = metrics(0, 3600, {
  arrived: 3000,
  finished: 2980,
  promptTokens: 1_500_000,
  outputTokens: 598_000,
  running: 20,
  kvUse: 0.25,
  batchMean: 10,
  dutyCycle: 0.5,
  mbu: 0.2,
  mfu: 0.1,
  itJoules: 4000 * 3600,
  idleJoules: 1000 * 3600,
  ...latencies,
  attained: 3000,
  good: 2980,
});

const secondHour = metrics(3600, 7200, {
  arrived: 4200,
  finished: 4150,
  rejectedQueueFull: 20,
  promptTokens: 2_090_000,
  outputTokens: 838_000,
  running: 40,
  waiting: 10,
  kvUse: 0.75,
  preemptions: 3,
  batchMean: 30,
  dutyCycle: 1,
  mbu: 0.4,
  mfu: 0.3,
  itJoules: 6000 * 3600,
  ...latencies,
  ttft: latency(0.5),
  attained: 4128,
  good: 4100,
});

const drain = metrics(7200, 7240, {
  phase: 'drain',
  finished: 50,
  outputTokens: 4000,
  itJoules: 3000 * 40,
  ...latencies,
  good: 48,
});

const bothReady = { provisioning: 0, loading: 0, ready: 2, draining: 0 };

/** All windows merged: counts summed, gauges of the end. */
const total = metrics(0, 7240, {
  arrived: 7200,
  finished: 7180,
  rejectedQueueFull: 20,
  preemptions: 3,
  promptTokens: 3_590_000,
  outputTokens: 1_440_000,
  batchMean: 24,
  dutyCycle: 0.75,
  mbu: 0.3,
  mfu: 0.2,
  itJoules: 10_000 * 3600 + 3000 * 40,
  idleJoules: 1000 * 3600,
  ...latencies,
  attained: 7128,
  good: 7128,
});

export const loaded: LoadedScenario = {
  scenario: {
    name: 'two-nodes',
    description: 'Two nodes for two hours',
    seed: 7,
    startEpochMs: START,
    timeZone: 'Europe/Berlin',
    durationSeconds: 7200,
    workload: {
      kind: 'synthetic',
      arrivals: { kind: 'constant', requestsPerSecond: 1 },
      tokens: {
        kind: 'independent',
        prompt: { kind: 'constant', value: 500 },
        output: { kind: 'constant', value: 200 },
      },
    },
    pools: [
      {
        name: 'main',
        perf: { kind: 'physical', model: 'gpt-3-175b', gpu: 'a100-80gb', stack: 'fastertransformer', tp: 8 },
        node: 'dgx-a100',
        replicas: 2,
        cells: 1,
        share: 1,
        batching: { policy: 'static', batchSize: 32, maxDelaySeconds: 0.1 },
        limits: { maxModelLength: 2048, overlong: 'reject', queueLimit: 100 },
        ownership: 'owned',
      },
    ],
    routing: 'round-robin',
    slo: { ttftSeconds: 2, tpotSeconds: 0.2 },
    economics: economics(),
    windowSeconds: 3600,
    drain: 'finish',
  },
  resolvedYaml: 'name: two-nodes\n',
  hash: '0a1b2c3d',
};

/** Half of the steps' time in the first hour, a quarter of it for prompts; all of it in the second. */
function ledgerOf(): Pick<RunResult, 'ledger' | 'ledgerByPool' | 'ledgerWindows' | 'demandCharge'> {
  const ledger = new Ledger({
    spec: loaded.scenario.economics,
    startEpochMs: START,
    timeZone: 'Europe/Berlin',
    durationSeconds: 7200,
    pools: [{ ownership: 'owned', nodes: 2, gpus: 16 }],
  });
  const busyGpuSeconds = [8 * 3600, 16 * 3600];
  const ledgerWindows: LedgerWindow[] = [];
  for (const [i, { startSeconds, endSeconds, ...sums }] of [firstHour, secondHour].entries()) {
    const use = poolWindow(sums.itJoules / 3.6e6, {
      idleItKwh: sums.idleJoules / 3.6e6,
      nodeHours: 2,
      prefillGpuSeconds: busyGpuSeconds[i] / 4,
      decodeGpuSeconds: (busyGpuSeconds[i] * 3) / 4,
      requests: sums.finished,
      promptTokens: sums.promptTokens,
      outputTokens: sums.outputTokens,
    });
    const window = { startSeconds, endSeconds, pools: [use] };
    ledger.addWindow(window);
    ledgerWindows.push(window);
  }
  return {
    ledger: ledger.allRows(),
    ledgerByPool: ledger.allRowsByPool(),
    ledgerWindows,
    demandCharge: undefined,
  };
}

/** 7,000 requests at 2^28 ticks = 62.5 ms, and 180 at twice that. */
const spread: SparseHistogram = {
  firstBucket: bucketOf(2 ** 28),
  counts: Float64Array.from({ length: 129 }, (_, i) => (i === 0 ? 7000 : i === 128 ? 180 : 0)),
  sumLow: 7000 * 2 ** 28 + 180 * 2 ** 29,
  sumHigh: 0,
};

export const result: RunResult = {
  info: {
    name: 'two-nodes',
    description: 'Two nodes for two hours',
    seed: 7,
    version: '0.1.0',
    startEpochMs: START,
    timeZone: 'Europe/Berlin',
    durationSeconds: 7200,
    windowSeconds: 3600,
    replicas: 2,
    nodes: 2,
    gpus: 16,
    cells: 1,
    threads: 1,
    pools: ['GPT-3 175B, fastertransformer, 8 × A100-80GB'],
    scaling: [],
    expectedRequestsPerSecond: [1, 1],
    slo: { ttftSeconds: 2, tpotSeconds: 0.2 },
    outDir: 'out/two-nodes-7-0a1b2c3d',
  },
  ending: 'finished',
  simulatedSeconds: 7200,
  drainSeconds: 40,
  windows: [firstHour, secondHour, drain],
  latencies: { ttft: spread, tpot: spread, itl: spread, e2e: spread },
  hours: [firstHour, secondHour],
  replicaHours: [bothReady, bothReady],
  total,
  ...ledgerOf(),
  drainItKwh: (3000 * 40) / 3.6e6,
  scaling: [],
  capacityRefusals: 0,
};

/** The same, stopped before anything happened. */
export const emptyResult: RunResult = {
  ...result,
  ending: 'stopped',
  simulatedSeconds: 0,
  drainSeconds: 0,
  windows: [],
  hours: [],
  replicaHours: [],
  ledger: [],
  ledgerByPool: [],
  ledgerWindows: [],
  total: metrics(0, 0, {}),
  drainItKwh: 0,
};

/** The same, had the second replica come and gone: hours and decisions are not of one story, but easy to add up. */
export const scaledResult: RunResult = {
  ...result,
  info: {
    ...result.info,
    scaling: [
      { pool: 0, name: 'main', policy: 'threshold', minReplicas: 1, maxReplicas: 2, initialReplicas: 1 },
    ],
  },
  windows: [
    { ...firstHour, waiting: 8, held: 5 },
    { ...secondHour, replicasWanted: 1, replicasReady: 1, replicasDraining: 1 },
    drain,
  ],
  replicaHours: [
    { provisioning: 0.125, loading: 0.375, ready: 1, draining: 0 },
    { provisioning: 0, loading: 0, ready: 1.5, draining: 0.25 },
  ],
  total: { ...total, retried: 4, lost: 2 },
  scaling: [
    decision(1800, 1, 2, { readyReplicas: 1, reason: 'queue 7.5 per replica > 5, "busy"; limited by max' }),
    decision(5400, 2, 1, { recommendedReplicas: 0, readyReplicas: 2, reason: 'queue 0\nlimited by min' }),
    decision(5700, 1, 1, { recommendedReplicas: null, readyReplicas: 1, reason: 'held, answer late' }),
    decision(6001, 1, 2, { readyReplicas: 1, reason: '' }),
    decision(6300, 2, 1, { readyReplicas: 1, reason: 'queue 0' }),
  ],
  capacityRefusals: 3,
};

function decision(
  atSeconds: number,
  fromReplicas: number,
  toReplicas: number,
  rest: Pick<ScalingDecision, 'readyReplicas' | 'reason'> & Partial<ScalingDecision>,
): ScalingDecision {
  return { atSeconds, pool: 0, fromReplicas, toReplicas, recommendedReplicas: toReplicas, ...rest };
}
