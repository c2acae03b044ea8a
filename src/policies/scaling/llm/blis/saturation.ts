// BLIS (inference-sim) saturation analyser: tokens that the ready replicas can carry against tokens that they hold and
// that wait, for one model over its variants. A prompt that waits counts with an assumed length.
// Source: inference-sim, sim/cluster, saturation analyser (after llm-d's second one), 2026.

export interface BlisReplica {
  instanceId: string;
  variant: string;
  costPerHour: number;
  /** 0: not initialised, and then not counted. */
  totalKvCapacityTokens: number;
  kvTokensInUse: number;
  queueDepth: number;
}

export interface BlisConfig {
  kvCacheThreshold: number;
  scaleUpThreshold: number;
  scaleDownBoundary: number;
  avgInputTokens: number;
}

export interface BlisVariant {
  variant: string;
  costPerReplica: number;
  /** Ready ones. */
  replicaCount: number;
  supply: number;
  demand: number;
}

export interface BlisAnalysis {
  totalSupply: number;
  totalDemand: number;
  utilization: number;
  /** At most one of the two is above 0. */
  requiredCapacity: number;
  spareCapacity: number;
  /** Cheapest first. */
  variants: BlisVariant[];
}

export function analyseBlis(
  replicas: readonly BlisReplica[],
  pendingTotalKvCapacityTokens: number,
  config: BlisConfig,
): BlisAnalysis {
  const counted = replicas.filter((replica) => replica.totalKvCapacityTokens > 0);
  const variants = byVariant(counted, config);
  let supply = 0;
  let demand = 0;
  for (const variant of variants) {
    supply += variant.supply;
    demand += variant.demand;
  }
  const pending = pendingTotalKvCapacityTokens * config.kvCacheThreshold;
  const required = counted.length > 0 ? Math.max(0, demand / config.scaleUpThreshold - supply - pending) : 0;
  const largest = counted.reduce((most, replica) => Math.max(most, capacityOf(replica, config)), 0);
  const needed = demand / config.scaleDownBoundary;
  const spares = required === 0 && counted.length > 1 && supply - largest > needed;
  return {
    totalSupply: supply,
    totalDemand: demand,
    utilization: supply > 0 ? demand / supply : 0,
    requiredCapacity: required,
    spareCapacity: spares ? supply - needed : 0,
    variants,
  };
}

function capacityOf(replica: BlisReplica, config: BlisConfig): number {
  return replica.totalKvCapacityTokens * config.kvCacheThreshold;
}

/** By cost, then by name. */
function byVariant(replicas: readonly BlisReplica[], config: BlisConfig): BlisVariant[] {
  const variants = new Map<string, BlisVariant>();
  for (const replica of replicas) {
    let variant = variants.get(replica.variant);
    if (!variant) {
      variant = {
        variant: replica.variant,
        costPerReplica: replica.costPerHour,
        replicaCount: 0,
        supply: 0,
        demand: 0,
      };
      variants.set(replica.variant, variant);
    }
    variant.replicaCount++;
    variant.supply += capacityOf(replica, config);
    variant.demand += replica.kvTokensInUse + replica.queueDepth * config.avgInputTokens;
  }
  return [...variants.values()].toSorted(
    (a, b) => a.costPerReplica - b.costPerReplica || (a.variant < b.variant ? -1 : 1),
  );
}
