// A huge fleet is compared on a part of it: one in k of its replicas with one in k of its requests, in a single cell.
// Replicas are whole, so the traffic is cut by what the replicas really are cut by. Policies that count replicas rather
// than shares (two at a time, so many at noon) act otherwise on a part: the winner is confirmed on the whole.
import type { PoolData } from './scenarios.ts';

/** Beyond so many expected requests a day a comparison takes minutes for every policy. */
export const WHOLE_REQUESTS_MAX = 30e6;
/** In a part. */
const REQUESTS = 10e6;
/** A pool's part has so many replicas at least: in a smaller one, one more or less is too much. */
const REPLICAS_LEAST = 40;

/** 1: the whole. `requests`: undefined for a trace, of which a part would be other requests. */
export function suitablePart(requests: number | undefined, replicas: readonly number[]): number {
  if (requests === undefined || requests <= WHOLE_REQUESTS_MAX) return 1;
  const most = Math.floor(Math.min(...replicas) / REPLICAS_LEAST);
  return Math.max(1, Math.min(Math.ceil(requests / REQUESTS), most));
}

const COUNTS = ['min', 'max', 'initial'] as const;
const RATES = ['upPerMinute', 'downPerMinute'] as const;

/** `factor`: of the requests that remain. */
export function reduced(pools: readonly PoolData[], part: number): { pools: PoolData[]; factor: number } {
  if (part === 1) return { pools: [...pools], factor: 1 };
  const small = pools.map((pool) => ({ ...pool, ...partOf(pool, part) }));
  const parts = small.map(({ replicas }, i) => (pools[i].share * replicas) / pools[i].replicas);
  const factor = parts.reduce((sum, share) => sum + share, 0);
  return { pools: small.map((pool, i) => ({ ...pool, share: parts[i] / factor })), factor };
}

function partOf({ replicas, autoscaling }: PoolData, part: number): Partial<PoolData> {
  const divided = (count: number) => Math.round(count / part);
  const cut = { replicas: Math.max(1, divided(replicas)), cells: 1 };
  if (autoscaling === undefined) return cut;
  const scaling: Record<string, unknown> = { ...autoscaling };
  for (const key of COUNTS) {
    const count = scaling[key];
    if (typeof count !== 'number') continue;
    // None may stay none, and the most there may be is at least one; no rounding may leave more than the replicas.
    scaling[key] = Math.min(cut.replicas, count === 0 ? 0 : Math.max(1, divided(count)));
  }
  if (typeof scaling.stabilisation === 'object') scaling.stabilisation = slower(scaling.stabilisation, part);
  return { ...cut, autoscaling: scaling };
}

function slower(stabilisation: object | null, part: number): unknown {
  const rates: Record<string, unknown> = { ...stabilisation };
  for (const key of RATES) if (typeof rates[key] === 'number') rates[key] /= part;
  return rates;
}
