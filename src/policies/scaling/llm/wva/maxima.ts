// What the workload variant autoscaler asks Prometheus for: of each pod the largest KV usage and queue of the last minute.
// Kept as the scrapes themselves, because the minute moves on.
import type { Observation } from '../../policy.ts';

/** Replica, KV usage, queue. */
export type PodSample = readonly [replica: number, kvUsage: number, waiting: number];

export interface Scrape {
  atSeconds: number;
  pods: readonly PodSample[];
}

export interface PodMaxima {
  replica: number;
  kvUsage: number;
  waiting: number;
}

/** Adds the observation's scrape, unless it is known, and drops those of age >= window. */
export function remember(
  scrapes: readonly Scrape[],
  observation: Observation,
  windowSeconds: number,
): readonly Scrape[] {
  const kept = scrapes.filter(({ atSeconds }) => observation.atSeconds - atSeconds < windowSeconds);
  const at = observation.scrapedAtSeconds;
  if (at === null || observation.metricsOutage || kept.some(({ atSeconds }) => atSeconds === at)) return kept;
  const pods = observation.replicas
    .filter(({ state }) => state === 'ready')
    .map(({ replica, kvUsage, waiting }): PodSample => [replica, kvUsage, waiting]);
  return [...kept, { atSeconds: at, pods }];
}

/** Of the replicas that are in the last scrape. */
export function maximaOf(scrapes: readonly Scrape[]): PodMaxima[] {
  const most = new Map<number, PodMaxima>();
  for (const [replica, kvUsage, waiting] of scrapes.at(-1)?.pods ?? [])
    most.set(replica, { replica, kvUsage, waiting });
  for (const { pods } of scrapes) {
    for (const [replica, kvUsage, waiting] of pods) {
      const pod = most.get(replica);
      if (!pod) continue;
      pod.kvUsage = Math.max(pod.kvUsage, kvUsage);
      pod.waiting = Math.max(pod.waiting, waiting);
    }
  }
  return [...most.values()];
}
