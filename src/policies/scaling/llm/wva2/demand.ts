// llm-d workload variant autoscaler, second analyser: how many tokens the requests held at the gateway will want, and
// what that and the replicas' demand mean against their capacity.
// Source: llm-d-workload-variant-autoscaler, internal/engines/analyzers/saturation_v2, 2026.

/** Bytes of text in a token, on average: the original's assumption. */
const BYTES_PER_TOKEN = 4;

export interface Workload {
  avgInputTokens: number;
  avgOutputTokens: number;
  /** 0..1. */
  prefixCacheHitRate: number;
}

/** Mean over the replicas that have seen any request. */
export function meanWorkload(replicas: readonly Workload[]): Workload {
  const busy = replicas.filter((replica) => replica.avgInputTokens > 0 || replica.avgOutputTokens > 0);
  const mean = (of: keyof Workload) =>
    busy.length > 0 ? busy.reduce((sum, replica) => sum + replica[of], 0) / busy.length : 0;
  return {
    avgInputTokens: mean('avgInputTokens'),
    avgOutputTokens: mean('avgOutputTokens'),
    prefixCacheHitRate: mean('prefixCacheHitRate'),
  };
}

export interface GatewayQueue {
  queueSize: number;
  queueBytes: number;
}

/** Prefill workers see the inputs, decode workers (and those that do both) all of it. */
export function gatewayDemand({ queueSize, queueBytes }: GatewayQueue, workload: Workload) {
  const inputTokens =
    Math.max(queueBytes / BYTES_PER_TOKEN, queueSize * workload.avgInputTokens) *
    (1 - workload.prefixCacheHitRate);
  const outputTokens = queueSize * workload.avgOutputTokens;
  const total = inputTokens + outputTokens;
  return { inputTokens, outputTokens, total, byRole: { prefill: inputTokens, decode: total, both: total } };
}

export interface SupplyAndDemand {
  demand: number;
  /** Of the ready replicas; and of those that come, too. */
  supply: number;
  anticipatedSupply: number;
}

export interface Thresholds {
  scaleUpThreshold: number;
  scaleDownBoundary: number;
}

/** Tokens of capacity to be added, or that could go. */
export function requiredAndSpare(
  { demand, supply, anticipatedSupply }: SupplyAndDemand,
  { scaleUpThreshold, scaleDownBoundary }: Thresholds,
) {
  return {
    requiredCapacity: Math.max(0, demand / scaleUpThreshold - anticipatedSupply),
    spareCapacity: Math.max(0, supply - demand / scaleDownBoundary),
  };
}
