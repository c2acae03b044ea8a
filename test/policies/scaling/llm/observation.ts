// An observation of a pool of replicas that are all alike, to be varied by tests.
import type { Observation, ReplicaObservation } from '../../../../src/policies/scaling/policy.ts';

export interface PoolNow {
  atSeconds?: number;
  ready?: number;
  loading?: number;
  provisioning?: number;
  wanted?: number;
  gatewayQueue?: number;
  outage?: boolean;
  /** Of every ready replica. */
  replica?: Partial<ReplicaObservation>;
  rates?: Partial<Observation['rates']>;
  pool?: Partial<Observation['pool']>;
  foresight?: Observation['foresight'];
}

export const POOL: Observation['pool'] = {
  name: 'pool',
  minReplicas: 1,
  maxReplicas: 100,
  gpusPerReplica: 2,
  costUsdPerReplicaHour: 8,
  kvTokens: 10_000,
  maxBatchedTokens: 2048,
  maxSequences: 64,
  maxModelLength: 4096,
  coldStartSeconds: 120,
  replicaCapacityPerSecond: null,
};

const latency = {
  count: 10,
  meanSeconds: 0.02,
  p50Seconds: 0.02,
  p90Seconds: 0.02,
  p95Seconds: 0.02,
  p99Seconds: 0.02,
};

export const latencyOf = (meanSeconds: number) => ({ ...latency, meanSeconds });

export function observe(now: PoolNow): Observation {
  const { atSeconds = 600, ready = 2, loading = 0, provisioning = 0, outage = false } = now;
  return {
    atSeconds,
    scrapedAtSeconds: atSeconds - 5,
    epochMs: 1_700_000_000_000 + atSeconds * 1000,
    timeZone: 'UTC',
    pool: { ...POOL, ...now.pool },
    wantedReplicas: now.wanted ?? ready + loading + provisioning,
    replicasByState: { provisioning, loading, ready, draining: 0 },
    gatewayQueue: now.gatewayQueue ?? 0,
    rates: {
      seconds: outage ? 0 : 60,
      arrivedPerSecond: 5,
      finishedPerSecond: 5,
      rejectedPerSecond: 0,
      promptTokensPerSecond: 500,
      outputTokensPerSecond: 250,
      meanPromptTokens: 100,
      meanOutputTokens: 50,
      dutyCycle: 1,
      meanBatch: 8,
      meanRunning: 8,
      meanWaiting: 0,
      meanKvUsage: 0.5,
      wattsPerReplica: 700,
      ttft: latency,
      itl: latency,
      ...now.rates,
    },
    replicas: outage
      ? []
      : Array.from({ length: ready }, (_, replica) => ({
          replica,
          state: 'ready' as const,
          orderedAtSeconds: 0,
          readyAtSeconds: 100,
          running: 8,
          waiting: 0,
          kvUsage: 0.5,
          tokensInUse: 5000,
          queuedPrefillTokens: 0,
          ...now.replica,
        })),
    metricsOutage: outage,
    foresight: now.foresight ?? null,
  };
}
