// Which pods count for a metric: the horizontal autoscaler's four groups. A pod that is gone is ignored; a pending one,
// or for CPU one whose sample may still be that of starting up, is unready; a running one without a sample is missing.
// Source: Kubernetes pkg/controller/podautoscaler (v1.34, 2025): groupPods and calculateRequests.
// Times are in seconds. Left out: requests of pod level, restartable init containers.

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export interface Pod {
  name: string;
  phase: PodPhase;
  /** Set: it is being deleted. */
  deletionTimestamp: number | null;
  startTime: number | null;
  /** Its condition of type Ready; null if it has none. */
  ready: { status: 'True' | 'False' | 'Unknown'; lastTransitionTime: number } | null;
  containers: { name: string; requestsMilli: Readonly<Record<string, number>> }[];
}

export interface Sample {
  pod: string;
  milli: number;
  timestamp: number;
  windowSeconds: number;
}

export interface ReadinessOptions {
  now: number;
  cpuInitializationPeriodSeconds: number;
  initialReadinessDelaySeconds: number;
}

export interface PodGroups {
  counted: string[];
  unready: string[];
  missing: string[];
  ignored: string[];
}

/** `resource`: that of a Resource metric, else null. The first group that fits takes the pod. */
export function groupPods(
  pods: readonly Pod[],
  samples: ReadonlyMap<string, Sample>,
  resource: string | null,
  options: ReadinessOptions,
): PodGroups {
  const groups: PodGroups = { counted: [], unready: [], missing: [], ignored: [] };
  for (const pod of pods) groups[groupOf(pod, samples.get(pod.name), resource, options)].push(pod.name);
  return groups;
}

function groupOf(
  { phase, deletionTimestamp, startTime, ready }: Pod,
  sample: Sample | undefined,
  resource: string | null,
  options: ReadinessOptions,
): keyof PodGroups {
  if (deletionTimestamp !== null || phase === 'Failed' || phase === 'Succeeded') return 'ignored';
  if (phase === 'Pending') return 'unready';
  if (!sample) return 'missing';
  if (resource !== 'cpu') return 'counted';
  if (!ready || startTime === null) return 'unready';
  const isStarting = startTime + options.cpuInitializationPeriodSeconds > options.now;
  const isNotReady = ready.status === 'False';
  const isUnready = isStarting
    ? isNotReady || sample.timestamp < ready.lastTransitionTime + sample.windowSeconds
    : isNotReady && startTime + options.initialReadinessDelaySeconds > ready.lastTransitionTime;
  return isUnready ? 'unready' : 'counted';
}

/** Milli-units that each pod asks for, all its containers or the one named; or what is missing. */
export function requestsOf(
  pods: readonly Pod[],
  resource: string,
  container: string | null,
): Map<string, number> | { invalid: string } {
  const requests = new Map<string, number>();
  for (const pod of pods) {
    let milli = 0;
    for (const { name, requestsMilli } of pod.containers) {
      if (container !== null && container !== name) continue;
      if (!Object.hasOwn(requestsMilli, resource)) {
        return { invalid: `missing request for ${resource} in container ${name} of pod ${pod.name}` };
      }
      milli += requestsMilli[resource];
    }
    requests.set(pod.name, milli);
  }
  return requests;
}

/** How many an Object or External metric with a Value target is multiplied with. */
export function readyPodCount(pods: readonly Pod[]): number {
  return pods.filter(({ phase, ready }) => phase === 'Running' && ready?.status === 'True').length;
}
