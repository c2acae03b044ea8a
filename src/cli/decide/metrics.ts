// Recorded metrics as what a policy would have seen: a sample per time step, of the pool as a whole and, where they were
// recorded so, of each replica. Columns and metrics are named as signals (policies/scaling/signals.ts), as fields of an
// observation, or as the servers name them (vllm:num_requests_waiting).
import { UserError } from '../../kernel/user-error.ts';
import { mappedSignal } from '../../policies/scaling/signals.ts';
import { suggestion } from '../../settings/suggest.ts';

/** Where a value of the pool goes: a field of the observation, of its rates, or of a latency there. */
const FIELDS = {
  replicas: ['replicasByState', 'ready'],
  provisioning: ['replicasByState', 'provisioning'],
  loading: ['replicasByState', 'loading'],
  draining: ['replicasByState', 'draining'],
  wanted: ['wantedReplicas'],
  'gateway-queue': ['gatewayQueue'],
  running: ['rates', 'meanRunning'],
  waiting: ['rates', 'meanWaiting'],
  'kv-usage': ['rates', 'meanKvUsage'],
  'tokens-in-use': ['tokensInUse'],
  'queued-prefill-tokens': ['queuedPrefillTokens'],
  'arrived-per-second': ['rates', 'arrivedPerSecond'],
  'finished-per-second': ['rates', 'finishedPerSecond'],
  'rejected-per-second': ['rates', 'rejectedPerSecond'],
  'prompt-tokens-per-second': ['rates', 'promptTokensPerSecond'],
  'output-tokens-per-second': ['rates', 'outputTokensPerSecond'],
  'mean-prompt-tokens': ['rates', 'meanPromptTokens'],
  'mean-output-tokens': ['rates', 'meanOutputTokens'],
  'mean-batch': ['rates', 'meanBatch'],
  'duty-cycle': ['rates', 'dutyCycle'],
  watts: ['rates', 'wattsPerReplica'],
  ...latencyFields('ttft'),
  ...latencyFields('itl'),
} as const satisfies Record<string, readonly string[]>;

export type Column = keyof typeof FIELDS;

function latencyFields<const T extends string>(of: T) {
  const fields = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;
  const entries = fields.map((which) => [`${of}-${which}`, ['rates', of, `${which}Seconds`]] as const);
  return Object.fromEntries(entries) as unknown as Record<
    `${T}-${(typeof fields)[number]}`,
    readonly string[]
  >;
}

/** Names beside those of FIELDS. */
const OTHER_NAMES: Record<string, Column> = {
  ready: 'replicas',
  'replicas-ready': 'replicas',
  'kube-deployment-status-replicas-ready': 'replicas',
  'kube-deployment-status-replicas': 'replicas',
  'wanted-replicas': 'wanted',
  'mean-running': 'running',
  'mean-waiting': 'waiting',
  'mean-kv-usage': 'kv-usage',
  'watts-per-replica': 'watts',
};

/** Shares and means of replicas, which are averaged where others are added up. */
const AVERAGED: readonly Column[] = ['kv-usage', 'duty-cycle', 'watts'];
/** Known of each replica. */
export const PER_REPLICA: readonly Column[] = [
  'running',
  'waiting',
  'kv-usage',
  'tokens-in-use',
  'queued-prefill-tokens',
];

const REPLICA_KEYS: Partial<Record<Column, string>> = {
  running: 'running',
  waiting: 'waiting',
  'kv-usage': 'kvUsage',
  'tokens-in-use': 'tokensInUse',
  'queued-prefill-tokens': 'queuedPrefillTokens',
};

export interface Sample {
  /** Since the first sample, and on the calendar. */
  atSeconds: number;
  epochMs: number;
  /** Of the pool; of sums over replicas where it was recorded by replica. */
  pool: Partial<Record<Column, number>>;
  /** By replica, in a stable order; undefined where only the pool was recorded. */
  replicas?: Partial<Record<Column, number>>[];
}

export interface MappedColumn {
  column: Column;
  /** What one of it is in the metric's unit. */
  factor: number;
}

/** `own`: names that the user mapped. Undefined where nobody knows it. */
export function columnOf(name: string, own: Readonly<Record<string, Column>>): MappedColumn | undefined {
  if (Object.hasOwn(own, name)) return { column: own[name], factor: 1 };
  const plain = kebab(name);
  if (Object.hasOwn(FIELDS, plain)) return { column: plain as Column, factor: 1 };
  if (Object.hasOwn(OTHER_NAMES, plain)) return { column: OTHER_NAMES[plain], factor: 1 };
  const mapped = mappedSignal(name, {});
  const signal = mapped && (mapped.signal.replace(/^mean-/, '') as Column);
  return mapped && Object.hasOwn(FIELDS, signal!) ? { column: signal!, factor: mapped.factor } : undefined;
}

/** `kv_usage`, `kvUsage` and `ttftP99Seconds` are kv-usage and ttft-p99. */
function kebab(name: string): string {
  return name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^(ttft|itl)-(\w+)-seconds$/, '$1-$2');
}

export function unknownColumn(name: string): string {
  return `nobody knows what ${JSON.stringify(name)} is; name it with --map '${name}=waiting'; ${suggestion(name, Object.keys(FIELDS))}`;
}

/** `my_metric=waiting`. */
export function parseMap(pairs: readonly string[]): Record<string, Column> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.lastIndexOf('=');
      const column = kebab(pair.slice(equals + 1));
      if (equals > 0 && Object.hasOwn(FIELDS, column)) return [pair.slice(0, equals), column as Column];
      throw new UserError(
        `--map ${pair}: write --map my_metric=signal; signals: ${Object.keys(FIELDS).join(', ')}`,
      );
    }),
  );
}

/** Values of the pool, of values by replica. */
export function aggregated(column: Column, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return AVERAGED.includes(column) ? sum / values.length : sum;
}

export interface SampleContext {
  /** Ready replicas to decide for, where the recorded ones are not meant. */
  replicas?: number;
  pool: Record<string, unknown>;
}

/** As a line of `decide` writes it. */
export function observationOf(sample: Sample, { replicas, pool }: SampleContext): Record<string, unknown> {
  const { atSeconds, epochMs } = sample;
  const observation: Record<string, unknown> = { atSeconds, epochMs, pool };
  for (const [column, value] of Object.entries(sample.pool))
    put(observation, FIELDS[column as Column], value);
  const { tokensInUse, queuedPrefillTokens, ...rest } = observation;
  const counts: Record<string, number | undefined> = { ...(rest.replicasByState as Record<string, number>) };
  if (replicas !== undefined) counts.ready = replicas;
  const ready = counts.ready ?? sample.replicas?.length ?? 0;
  const isAsRecorded = sample.replicas?.length === ready && replicas === undefined;
  const shared = {
    tokensInUse: ((tokensInUse as number | undefined) ?? 0) / ready,
    queuedPrefillTokens: queuedPrefillTokens === undefined ? null : (queuedPrefillTokens as number) / ready,
    running: (sample.pool.running ?? 0) / ready,
    waiting: (sample.pool.waiting ?? 0) / ready,
    kvUsage: sample.pool['kv-usage'] ?? 0,
  };
  const alike = Array.from({ length: ready }, () => shared);
  const loading = Array.from({ length: counts.loading ?? 0 }, () => ({ state: 'loading' }));
  return {
    ...rest,
    replicasByState: { ...counts, ready },
    ...(replicas !== undefined && { wantedReplicas: replicas }),
    replicas: [...(isAsRecorded ? sample.replicas!.map(replicaOf) : alike), ...loading],
  };
}

function replicaOf(values: Partial<Record<Column, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([column, value]) => [REPLICA_KEYS[column as Column]!, value]),
  );
}

function put(target: Record<string, unknown>, path: readonly string[], value: number): void {
  const [key, ...below] = path;
  if (below.length === 0) target[key] = value;
  else put((target[key] ??= {}) as Record<string, unknown>, below, value);
}
