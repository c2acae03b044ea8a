// llm-d workload variant autoscaler, second analyser: from what each replica reports to the tokens that a model's
// variants can carry, have to carry, lack or have to spare.
// Source: llm-d-workload-variant-autoscaler, internal/engines/analyzers/saturation_v2, 2026.
import {
  computeBound,
  median,
  memoryBound,
  outputBucket,
  replicaDemand,
  storedCapacity,
  type EngineLimits,
  type K2Source,
  type StoredCapacity,
} from './capacity.ts';
import {
  gatewayDemand,
  meanWorkload,
  requiredAndSpare,
  type GatewayQueue,
  type Thresholds,
  type Workload,
} from './demand.ts';

export interface TokenReplica extends Workload {
  podName: string;
  variantName: string;
  acceleratorName: string;
  /** 0..1: used where the KV capacity is not reported. */
  kvCacheUsage: number;
  queueLength: number;
  tokensInUse: number;
  /** 0: not reported. */
  totalKvCapacityTokens: number;
}

export interface TokenVariant extends EngineLimits {
  variantName: string;
  cost: number;
  currentReplicas: number;
  pendingReplicas: number;
  stored?: StoredCapacity | null;
}

export interface TokenConfig extends Thresholds {
  kvCacheThreshold: number;
  queueLengthThreshold: number;
}

/** k2 observations by `model|GPU|bucket`. */
export type K2History = Record<string, readonly number[]>;

export interface TokenAnalysisInput extends TokenConfig {
  modelID: string;
  replicas: readonly TokenReplica[];
  variants: readonly TokenVariant[];
  schedulerQueue: GatewayQueue | null;
  history: K2History;
}

export interface VariantCapacity {
  variantName: string;
  cost: number;
  replicaCount: number;
  pendingReplicas: number;
  perReplicaCapacity: number;
  totalCapacity: number;
  totalDemand: number;
}

export interface TokenAnalysis {
  replicas: ReplicaCapacity[];
  variants: VariantCapacity[];
  totalSupply: number;
  totalAnticipatedSupply: number;
  totalDemand: number;
  utilization: number;
  requiredCapacity: number;
  spareCapacity: number;
  history: K2History;
}

export interface ReplicaCapacity {
  podName: string;
  variantName: string;
  k1: number;
  k2: number;
  k2Source: K2Source | 'stored';
  effectiveCapacity: number;
  demand: number;
  isSaturated: boolean;
}

export function analyseTokens(input: TokenAnalysisInput): TokenAnalysis {
  const known = new Map(input.variants.map((variant) => [variant.variantName, variant]));
  const history: K2History = { ...input.history };
  const replicas: ReplicaCapacity[] = [];
  for (const replica of input.replicas) {
    const key = `${input.modelID}|${replica.acceleratorName}|${outputBucket(replica.avgOutputTokens)}`;
    const result = replicaCapacity(replica, {
      ...input,
      variant: known.get(replica.variantName),
      history: history[key] ?? [],
    });
    if (result === null) continue;
    if (result.history.length > 0) history[key] = result.history;
    replicas.push(result.capacity);
  }
  const workload = meanWorkload(input.replicas);
  const variants = input.variants.map((variant) => {
    const own = replicas.filter((replica) => replica.variantName === variant.variantName);
    return variantCapacity(variant, own, { workload, kvCacheThreshold: input.kvCacheThreshold });
  });
  return { replicas, variants, ...balance(variants, workload, input), history };
}

interface ReplicaContext extends TokenConfig {
  variant?: TokenVariant;
  history: readonly number[];
}

/** Null: nothing is known of its KV capacity. */
export function replicaCapacity(
  replica: TokenReplica,
  context: ReplicaContext,
): { capacity: ReplicaCapacity; history: readonly number[] } | null {
  const { podName, variantName, queueLength, avgInputTokens } = replica;
  const entry = (bounds: { k1: number; k2: number }, k2Source: K2Source | 'stored', inUse: number) => {
    const effectiveCapacity = Math.min(bounds.k1, bounds.k2);
    const demand = replicaDemand(inUse, queueLength, avgInputTokens);
    return {
      podName,
      variantName,
      ...bounds,
      k2Source,
      effectiveCapacity,
      demand,
      isSaturated: demand >= effectiveCapacity,
    };
  };
  if (replica.totalKvCapacityTokens <= 0) {
    const stored = memoryBound(context.variant?.stored?.effectiveCapacity ?? 0, context.kvCacheThreshold);
    if (stored <= 0) return null;
    const inUse = Math.trunc(replica.kvCacheUsage * stored);
    return { capacity: entry({ k1: stored, k2: stored }, 'stored', inUse), history: context.history };
  }
  const k1 = memoryBound(replica.totalKvCapacityTokens, context.kvCacheThreshold);
  const bound = computeBound({
    ...replica,
    k1,
    queueLengthThreshold: context.queueLengthThreshold,
    effectiveMaxBatchedTokens: context.variant?.effectiveMaxBatchedTokens ?? null,
    maxNumSeqs: context.variant?.maxNumSeqs ?? null,
    history: context.history,
  });
  return {
    capacity: entry({ k1, k2: bound.k2 }, bound.source, replica.tokensInUse),
    history: bound.history,
  };
}

function variantCapacity(
  variant: TokenVariant,
  replicas: readonly ReplicaCapacity[],
  context: { workload: Workload; kvCacheThreshold: number },
): VariantCapacity {
  let perReplicaCapacity = median(replicas.map((replica) => replica.effectiveCapacity));
  if (replicas.length === 0 && variant.stored)
    perReplicaCapacity = storedCapacity(variant.stored, context.workload, context.kvCacheThreshold);
  const replicaCount = Math.max(0, variant.currentReplicas - variant.pendingReplicas);
  return {
    variantName: variant.variantName,
    cost: variant.cost,
    replicaCount,
    pendingReplicas: variant.pendingReplicas,
    perReplicaCapacity,
    totalCapacity: replicaCount * perReplicaCapacity,
    totalDemand: replicas.reduce((sum, replica) => sum + replica.demand, 0),
  };
}

function balance(variants: readonly VariantCapacity[], workload: Workload, input: TokenAnalysisInput) {
  let supply = 0;
  let anticipatedSupply = 0;
  let demand = 0;
  for (const variant of variants) {
    supply += variant.totalCapacity;
    anticipatedSupply += (variant.replicaCount + variant.pendingReplicas) * variant.perReplicaCapacity;
    demand += variant.totalDemand;
  }
  if (input.schedulerQueue) demand += gatewayDemand(input.schedulerQueue, workload).total;
  return {
    totalSupply: supply,
    totalAnticipatedSupply: anticipatedSupply,
    totalDemand: demand,
    utilization: supply > 0 ? demand / supply : 0,
    ...requiredAndSpare({ demand, supply, anticipatedSupply }, input),
  };
}
