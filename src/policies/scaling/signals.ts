// What Kubernetes-like policies read of an observation, by name: a value per ready replica and one for the pool. The
// metric names that manifests use are mapped to these signals; a scenario maps others. Sources of the names: vLLM's
// metrics (docs.vllm.ai, v1, 2025), NVIDIA's DCGM exporter (2025), Gateway API Inference Extension (2025).
// Left out: selectors by label (a pool is one series per replica), and any arithmetic on metrics.
import type { LatencyObservation, Observation, ReplicaObservation, SignalNeed } from './policy.ts';

const PERCENTILES = ['p50', 'p90', 'p95', 'p99'] as const;

/** Values of their own per replica; the pool's is their sum. */
const GAUGES = {
  waiting: (replica: ReplicaObservation) => replica.waiting,
  running: (replica: ReplicaObservation) => replica.running,
  'in-system': (replica: ReplicaObservation) => replica.running + replica.waiting,
  'kv-usage': (replica: ReplicaObservation) => replica.kvUsage,
  'tokens-in-use': (replica: ReplicaObservation) => replica.tokensInUse,
  'queued-prefill-tokens': (replica: ReplicaObservation) => replica.queuedPrefillTokens,
} as const;

/** Rates of the pool, of which each ready replica counts an equal part. */
const RATES = {
  'arrived-per-second': ({ rates }: Observation) => rates.arrivedPerSecond,
  'finished-per-second': ({ rates }: Observation) => rates.finishedPerSecond,
  'output-tokens-per-second': ({ rates }: Observation) => rates.outputTokensPerSecond,
} as const;

/** Known of the mean replica only; the pool's is that times the ready replicas. */
const MEANS_OF_READY = {
  'duty-cycle': ({ rates }: Observation) => rates.dutyCycle,
  watts: ({ rates }: Observation) => rates.wattsPerReplica,
} as const;

type Gauge = keyof typeof GAUGES;
type Rate = keyof typeof RATES;
type MeanOfReady = keyof typeof MEANS_OF_READY;
type Percentile = (typeof PERCENTILES)[number];
type Latency = `${'ttft' | 'itl'}-${Percentile}`;
type Mean = 'mean-waiting' | 'mean-running' | 'mean-kv-usage' | 'mean-duty-cycle';

export type SignalName = Gauge | Rate | MeanOfReady | Latency | Mean | 'gateway-queue';

const LATENCIES = ['ttft', 'itl'].flatMap((of) => PERCENTILES.map((p) => `${of}-${p}` as Latency));
const MEANS: readonly Mean[] = ['mean-waiting', 'mean-running', 'mean-kv-usage', 'mean-duty-cycle'];

/** `mean-x` is x with the mean of the ready replicas instead of their sum; `in-system` counts the gateway's queue too. */
export const SIGNAL_NAMES: readonly SignalName[] = [
  ...(Object.keys(GAUGES) as Gauge[]),
  ...(Object.keys(RATES) as Rate[]),
  ...(Object.keys(MEANS_OF_READY) as MeanOfReady[]),
  ...LATENCIES,
  ...MEANS,
  'gateway-queue',
];

export interface SignalValues {
  /** One per ready replica, in the order of `observation.replicas`; null where there is none (yet). */
  perReplica: number[] | null;
  /** Of the pool; null where nothing was measured. */
  total: number | null;
}

const NOTHING: SignalValues = { perReplica: null, total: null };

export function signalOf(observation: Observation, name: SignalName): SignalValues {
  const { metricsOutage, scrapedAtSeconds, gatewayQueue } = observation;
  if (metricsOutage || scrapedAtSeconds === null) return NOTHING;
  if (name === 'gateway-queue') return { perReplica: null, total: gatewayQueue };
  if (name.startsWith('mean-')) return meanOf(signalOf(observation, name.slice(5) as SignalName));
  const ready = observation.replicas.filter(({ state }) => state === 'ready');
  if (name in GAUGES) return gauge(ready, name as Gauge, gatewayQueue);
  if (observation.rates.seconds === 0) return NOTHING;
  if (name in RATES) return shared(RATES[name as Rate](observation), ready.length);
  if (name in MEANS_OF_READY) {
    const mean = MEANS_OF_READY[name as MeanOfReady](observation);
    return mean === null ? NOTHING : shared(mean * ready.length, ready.length);
  }
  const value = latency(observation, name as Latency);
  return value === null ? NOTHING : { perReplica: ready.map(() => value), total: value };
}

function gauge(ready: readonly ReplicaObservation[], name: Gauge, gatewayQueue: number): SignalValues {
  const values = ready.map(GAUGES[name]);
  if (values.includes(null)) return NOTHING;
  const perReplica = values as number[];
  return { perReplica, total: sum(perReplica) + (name === 'in-system' ? gatewayQueue : 0) };
}

function shared(total: number, replicas: number): SignalValues {
  return { perReplica: Array.from({ length: replicas }, () => total / replicas), total };
}

function meanOf({ perReplica }: SignalValues): SignalValues {
  if (perReplica === null) return NOTHING;
  return { perReplica, total: perReplica.length === 0 ? null : sum(perReplica) / perReplica.length };
}

function latency({ rates }: Observation, name: Latency): number | null {
  const [of, percentile] = name.split('-') as ['ttft' | 'itl', Percentile];
  const measured: LatencyObservation | null = rates[of];
  return measured === null ? null : measured[`${percentile}Seconds`];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export interface MappedSignal {
  signal: SignalName;
  /** What one of the signal is in the metric's unit. */
  factor: number;
}

/** By name with `:` as `_`, since adapters rename so. */
const METRICS: Record<string, MappedSignal> = {
  vllm_num_requests_waiting: { signal: 'waiting', factor: 1 },
  vllm_num_requests_running: { signal: 'running', factor: 1 },
  vllm_kv_cache_usage_perc: { signal: 'kv-usage', factor: 1 },
  // The name until vLLM's V1 engine.
  vllm_gpu_cache_usage_perc: { signal: 'kv-usage', factor: 1 },
  inference_pool_average_queue_size: { signal: 'mean-waiting', factor: 1 },
  inference_pool_average_kv_cache_utilization: { signal: 'mean-kv-usage', factor: 1 },
  // In percent of the time, as nvidia-smi shows it.
  DCGM_FI_DEV_GPU_UTIL: { signal: 'duty-cycle', factor: 100 },
};

export const KNOWN_METRICS: readonly string[] = [
  'vllm:num_requests_waiting',
  'vllm:num_requests_running',
  'vllm:kv_cache_usage_perc',
  'vllm:gpu_cache_usage_perc',
  'inference_pool_average_queue_size',
  'inference_pool_average_kv_cache_utilization',
  'DCGM_FI_DEV_GPU_UTIL',
];

/** The scenario's own names come before the usual ones and those of signals; undefined where nobody mapped it. */
export function mappedSignal(
  metric: string,
  own: Readonly<Record<string, SignalName>>,
): MappedSignal | undefined {
  if (Object.hasOwn(own, metric)) return { signal: own[metric], factor: 1 };
  const name = metric.replaceAll(':', '_');
  if (Object.hasOwn(METRICS, name)) return METRICS[name];
  const signal = SIGNAL_NAMES.find((known) => known === metric);
  return signal && { signal, factor: 1 };
}

/** What must be gathered for them. */
export function needsOf(signals: readonly SignalName[]): SignalNeed[] {
  const needs: SignalNeed[] = [];
  if (signals.some((signal) => LATENCIES.includes(signal as Latency))) needs.push('latency');
  if (signals.includes('queued-prefill-tokens')) needs.push('queuedPrefillTokens');
  return needs;
}
