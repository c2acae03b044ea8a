// What a Kubernetes autoscaler sees of a simulated pool. A replica is a pod: provisioning is Pending; loading is Running,
// not ready and without a sample; ready is ready with a sample; a draining one is already gone. The counts are those of
// now, as the API server knows them; samples are as old as the last scrape. A replica that was drained since is taken to
// be the one that was ready last, since scale-down takes those first.
import type { Observation, ReplicaObservation } from '../policy.ts';
import { mappedSignal, signalOf, type SignalName } from '../signals.ts';
import { partsOf, type MeasuredMetric, type MetricSpec } from './hpa/metrics.ts';
import type { Pod } from './hpa/pods.ts';
import { measuredMilli } from './quantity.ts';
import type { Scale } from './hpa/replicas.ts';

/** Of a resource, so that a signal of 1 is a utilisation of 100 %. */
const REQUEST_MILLI = 1000;

const CONTAINER = 'replica';

export interface ObservedScale {
  scale: Omit<Scale, 'tolerance' | 'cpuInitializationPeriodSeconds' | 'initialReadinessDelaySeconds'>;
  /** Names of the pods of the ready replicas as scraped; null where the pod is gone. */
  scraped: (string | null)[];
}

export function observedScale(observation: Observation, metrics: readonly MetricSpec[]): ObservedScale {
  const { replicasByState: now, replicas, wantedReplicas, atSeconds } = observation;
  const requestsMilli = Object.fromEntries(
    metrics.filter(isOfResource).map((metric) => [partsOf(metric).name, REQUEST_MILLI]),
  );
  const containers = [{ name: CONTAINER, requestsMilli }];
  const ready = replicas.filter(({ state }) => state === 'ready');
  const kept = new Set(ready.toSorted(byReadiness).slice(0, now.ready));
  const scraped = ready.map((replica) => (kept.has(replica) ? `replica-${replica.replica}` : null));
  const without = (
    kind: string,
    count: number,
    pod: Omit<Pod, 'name' | 'deletionTimestamp' | 'containers'>,
  ) =>
    Array.from({ length: Math.max(0, count) }, (_, i): Pod => {
      return { name: `${kind}-${i}`, deletionTimestamp: null, containers, ...pod };
    });
  const existing = now.provisioning + now.loading + now.ready;
  const pods: Pod[] = [
    ...[...kept].map((replica): Pod => {
      const lastTransitionTime = replica.readyAtSeconds ?? replica.orderedAtSeconds;
      return {
        name: `replica-${replica.replica}`,
        phase: 'Running',
        deletionTimestamp: null,
        startTime: replica.orderedAtSeconds,
        ready: { status: 'True', lastTransitionTime },
        containers,
      };
    }),
    ...without('unscraped', now.ready - kept.size, {
      phase: 'Running',
      startTime: atSeconds,
      ready: { status: 'True', lastTransitionTime: atSeconds },
    }),
    ...without('loading', now.loading, {
      phase: 'Running',
      startTime: atSeconds,
      ready: { status: 'False', lastTransitionTime: atSeconds },
    }),
    // One for which there is no capacity stays pending.
    ...without('pending', now.provisioning + Math.max(0, wantedReplicas - existing), {
      phase: 'Pending',
      startTime: null,
      ready: null,
    }),
  ];
  return {
    scale: { currentReplicas: wantedReplicas, statusReplicas: pods.length, pods, now: atSeconds },
    scraped,
  };
}

function byReadiness(a: ReplicaObservation, b: ReplicaObservation): number {
  return (a.readyAtSeconds ?? Infinity) - (b.readyAtSeconds ?? Infinity) || a.replica - b.replica;
}

function isOfResource({ type }: MetricSpec): boolean {
  return type === 'Resource' || type === 'ContainerResource';
}

/** The metric with what the observation says of it. A replica is one container. */
export function measure(
  spec: MetricSpec,
  observation: Observation,
  scraped: readonly (string | null)[],
  signals: Readonly<Record<string, SignalName>>,
): MeasuredMetric {
  const { name, target } = partsOf(spec);
  const { perReplica, total } = signalIn(observation, name, signals);
  const timestamp = observation.scrapedAtSeconds;
  if (spec.type === 'Object' || spec.type === 'External') {
    return { ...spec, samples: null, valuesMilli: total === null ? null : [measuredMilli(total)], timestamp };
  }
  const windowSeconds = observation.rates.seconds;
  const samples = perReplica?.flatMap((value, i) => {
    const pod = scraped[i];
    return pod === null ? [] : [{ pod, milli: measuredMilli(value), timestamp: timestamp!, windowSeconds }];
  });
  const ofPod: MetricSpec = isOfResource(spec) ? { type: 'Resource', resource: { name, target } } : spec;
  return { ...ofPod, samples: samples ?? null, valuesMilli: null, timestamp };
}

function signalIn(observation: Observation, metric: string, signals: Readonly<Record<string, SignalName>>) {
  const mapped = mappedSignal(metric, signals);
  if (!mapped) throw new Error(`metric ${metric} is mapped to no signal`);
  const { perReplica, total } = signalOf(observation, mapped.signal);
  const { factor } = mapped;
  return {
    perReplica: perReplica?.map((value) => value * factor) ?? null,
    total: total === null ? null : total * factor,
  };
}
