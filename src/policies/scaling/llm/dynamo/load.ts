// NVIDIA Dynamo planner, load mode: one worker more or fewer by what each worker reports, every few seconds. By queued
// prompt tokens and KV use (targets `throughput` and `latency`), or by estimated latencies (sla.ts). It waits while a
// change is under way or a worker is silent. Left out: data-parallel ranks, per-component diagnostics.
// Source: ai-dynamo/dynamo, planner, load_scaling.py, 2026.

export type Component = 'prefill' | 'decode' | 'aggregated';

export interface LoadWorker {
  /** Tokens of prompts that wait or are not yet prefilled. */
  queuedPrefillTokens: number;
  /** KV tokens of decoding sequences, and of those that wait to decode. */
  scheduledDecodeTokens: number;
  queuedDecodeTokens: number;
}

export interface LoadInput {
  component: Component;
  optimizationTarget: 'throughput' | 'latency';
  /** Those that reported. */
  workers: readonly LoadWorker[];
  /** Ready ones. */
  numWorkers: number;
  /** As last asked for; null: whatever is ready. */
  expectedWorkers: number | null;
  /** Longest context (prefill) or KV tokens (decode, aggregated) of a worker; null: unknown. */
  capacityTokens: number | null;
  minEndpoint: number;
}

export type LoadReason =
  | 'scale_up'
  | 'scale_down'
  | 'no_change'
  | 'insufficient_data'
  | 'scaling_in_progress'
  | 'worker_count_mismatch'
  | 'no_worker_data';

export interface LoadDecision {
  /** Null: leave it. */
  desired: number | null;
  reason: LoadReason;
}

/** Up if any worker is above `up`; down if all are below `down`. */
const THRESHOLDS = {
  prefill: { throughput: { up: 1, down: 0.1 }, latency: { up: 0.1, down: 0 } },
  kv: { throughput: { up: 1, down: 0.6 }, latency: { up: 0.4, down: 0.1 } },
} as const;

/** Reasons for which there is no decision at all. */
export const WAITING: ReadonlySet<LoadReason> = new Set<LoadReason>([
  'scaling_in_progress',
  'worker_count_mismatch',
  'no_worker_data',
]);

/** Why load mode must wait; null: it need not. */
export function waits(
  input: Pick<LoadInput, 'numWorkers' | 'expectedWorkers'> & { workers: readonly unknown[] },
): LoadReason | null {
  if (input.expectedWorkers !== null && input.expectedWorkers !== input.numWorkers)
    return 'scaling_in_progress';
  if (input.workers.length === 0) return 'no_worker_data';
  if (input.workers.length !== input.numWorkers) return 'worker_count_mismatch';
  return null;
}

export function decideLoad(input: LoadInput): LoadDecision {
  const wait = waits(input);
  if (wait !== null) return { desired: null, reason: wait };
  const { component, optimizationTarget, workers, capacityTokens } = input;
  if (!capacityTokens) return { desired: null, reason: 'insufficient_data' };
  const ratios = workers.map((worker) => tokensOf(worker, component) / capacityTokens);
  if (component === 'prefill') {
    const { up, down } = THRESHOLDS.prefill[optimizationTarget];
    const idle = optimizationTarget === 'latency' ? (r: number) => r <= down : (r: number) => r < down;
    return step(input, { up: ratios.some((r) => r >= up), down: ratios.every(idle) });
  }
  const { up, down } = THRESHOLDS.kv[optimizationTarget];
  return step(input, { up: ratios.some((r) => r > up), down: ratios.every((r) => r < down) });
}

function tokensOf(worker: LoadWorker, component: Component): number {
  const decode = worker.scheduledDecodeTokens + worker.queuedDecodeTokens;
  if (component === 'prefill') return worker.queuedPrefillTokens;
  return component === 'decode' ? decode : decode + worker.queuedPrefillTokens;
}

/** One up, or one down but not below minEndpoint. */
export function step(
  { numWorkers, minEndpoint }: { numWorkers: number; minEndpoint: number },
  { up, down }: { up: boolean; down: boolean },
): LoadDecision {
  if (up) return { desired: numWorkers + 1, reason: 'scale_up' };
  if (down && numWorkers > 1) return { desired: Math.max(numWorkers - 1, minEndpoint), reason: 'scale_down' };
  return { desired: null, reason: 'no_change' };
}

/**
 * One pool that both prefills and decodes: up if either says so, down only if both do (or decode alone, where there is
 * no prefill signal), to the larger.
 */
export function combineAggregated(input: {
  numWorkers: number;
  prefill: number | null;
  decode: number | null;
}): number {
  const { numWorkers, prefill, decode } = input;
  if (prefill !== null && prefill > numWorkers) return prefill;
  if (decode !== null && decode > numWorkers) return decode;
  if (decode === null || decode >= numWorkers) return numWorkers;
  if (prefill === null) return decode;
  return prefill < numWorkers ? Math.max(prefill, decode) : numWorkers;
}
