// llm-d workload variant autoscaler, first analyser: is a model saturated, judged by KV usage and queue length of each
// replica (the maxima of the last minute)? The replicas below both thresholds count: how much room do they have on
// average, and would it do with one of them fewer? Left out: finding the pods, logging.
// Source: llm-d-workload-variant-autoscaler, internal/saturation, 2025.

export interface SaturationConfig {
  /** A replica is saturated from here on (>=). */
  kvCacheThreshold: number;
  queueLengthThreshold: number;
  /** Scale up when the average room is less than this (<). */
  kvSpareTrigger: number;
  queueSpareTrigger: number;
}

export interface SaturationReplica {
  podName: string;
  variantName: string;
  /** Of its variant, per replica and hour. */
  cost: number;
  /** 0..1. */
  kvCacheUsage: number;
  /** Requests that wait at it. */
  queueLength: number;
}

export interface Room {
  nonSaturatedCount: number;
  avgSpareKvCapacity: number;
  avgSpareQueueLength: number;
}

export interface SaturationVariant extends Room {
  variantName: string;
  cost: number;
  /** Replicas that report. */
  replicaCount: number;
  saturatedReplicas: string[];
  maxKvCacheUsage: number;
  maxQueueLength: number;
}

export interface Saturation extends Room {
  totalReplicas: number;
  shouldScaleUp: boolean;
  scaleDownSafe: boolean;
  reason: string;
  variants: SaturationVariant[];
}

export function isSaturated(replica: SaturationReplica, config: SaturationConfig): boolean {
  return (
    replica.kvCacheUsage >= config.kvCacheThreshold || replica.queueLength >= config.queueLengthThreshold
  );
}

/** Average room of those that are not saturated; 0 if all are. */
export function spareRoom(replicas: readonly SaturationReplica[], config: SaturationConfig): Room {
  const free = replicas.filter((replica) => !isSaturated(replica, config));
  let kv = 0;
  let queue = 0;
  for (const replica of free) {
    kv += config.kvCacheThreshold - replica.kvCacheUsage;
    queue += config.queueLengthThreshold - replica.queueLength;
  }
  const n = free.length;
  return {
    nonSaturatedCount: n,
    avgSpareKvCapacity: n > 0 ? kv / n : 0,
    avgSpareQueueLength: n > 0 ? queue / n : 0,
  };
}

/** Whether both spares stay at their triggers when the load of N replicas falls on N - 1. */
export function scaleDownSafe(room: Room, config: SaturationConfig) {
  const n = room.nonSaturatedCount;
  if (n < 2) return { safe: false, spareKvAfter: null, spareQueueAfter: null };
  const factor = n / (n - 1);
  const spareKvAfter = config.kvCacheThreshold - (config.kvCacheThreshold - room.avgSpareKvCapacity) * factor;
  const spareQueueAfter =
    config.queueLengthThreshold - (config.queueLengthThreshold - room.avgSpareQueueLength) * factor;
  const safe = spareKvAfter >= config.kvSpareTrigger && spareQueueAfter >= config.queueSpareTrigger;
  return { safe, spareKvAfter, spareQueueAfter };
}

/** The model over all its variants; nothing is to be done for one without replicas. */
export function analyseSaturation(
  replicas: readonly SaturationReplica[],
  config: SaturationConfig,
): Saturation {
  const room = spareRoom(replicas, config);
  const kvLow = room.avgSpareKvCapacity < config.kvSpareTrigger;
  const queueLow = room.avgSpareQueueLength < config.queueSpareTrigger;
  const any = replicas.length > 0;
  return {
    totalReplicas: replicas.length,
    ...room,
    shouldScaleUp: any && (kvLow || queueLow),
    scaleDownSafe: scaleDownSafe(room, config).safe,
    reason: any ? explain(room, config, { kvLow, queueLow }) : 'no replica reports',
    variants: byVariant(replicas, config),
  };
}

function explain(room: Room, config: SaturationConfig, low: { kvLow: boolean; queueLow: boolean }): string {
  const parts: string[] = [];
  if (low.kvLow) parts.push(`KV spare ${room.avgSpareKvCapacity.toFixed(3)} < ${config.kvSpareTrigger}`);
  if (low.queueLow)
    parts.push(`queue spare ${room.avgSpareQueueLength.toFixed(1)} < ${config.queueSpareTrigger}`);
  return parts.length > 0 ? parts.join(', ') : 'enough room';
}

function byVariant(replicas: readonly SaturationReplica[], config: SaturationConfig): SaturationVariant[] {
  const groups = new Map<string, SaturationReplica[]>();
  for (const replica of replicas) {
    const group = groups.get(replica.variantName);
    if (group) group.push(replica);
    else groups.set(replica.variantName, [replica]);
  }
  return Array.from(groups, ([variantName, group]) => ({
    variantName,
    cost: group[0].cost,
    replicaCount: group.length,
    ...spareRoom(group, config),
    saturatedReplicas: group
      .filter((replica) => isSaturated(replica, config))
      .map((replica) => replica.podName),
    maxKvCacheUsage: group.reduce((most, replica) => Math.max(most, replica.kvCacheUsage), 0),
    maxQueueLength: group.reduce((most, replica) => Math.max(most, replica.queueLength), 0),
  }));
}
