// Knative's pod autoscaler as a policy: every tick of 2 s it records what the fleet holds, decides on the averages and
// walks the states towards zero. A replica's concurrency is what runs and waits at it; the activator's is what the
// gateway holds while no replica is ready. Draining and loading replicas are not scraped, as in Knative, whose samples
// come from ready pods. Knative samples every second: a sample stands for every second since the tick before.
// Left out: sampling only some pods of a large fleet; time for requests to be moved to or from the activator.
import { scalingPolicy, type Observation } from '../policy.ts';
import { emptyBuckets, isEmpty, recordSample, windowAverage, type Buckets } from './buckets.ts';
import { decide, TICK_SECONDS, type DeciderState } from './decider.ts';
import {
  activationTimeoutSeconds,
  deciderSpec,
  knativeParameters,
  panicWindowSeconds,
  type KnativeParameters,
} from './parameters.ts';
import { needsActivator, nextActivity, scale, type Activity } from './scale.ts';

interface KpaState {
  tickAtSeconds: number | null;
  stable: Buckets;
  panic: Buckets;
  decider: DeciderState | null;
  /** Of the last decision with data, which stands until there is another; -1: none yet. */
  desiredScale: number;
  excessBurstCapacity: number;
  activity: Activity;
  activitySinceSeconds: number;
  initialScaleAttained: boolean;
  /** Since when requests go by the activator; null: they do not. */
  proxySinceSeconds: number | null;
}

export const kpaPolicy = scalingPolicy<KnativeParameters, KpaState>({
  name: 'kpa',
  summary: 'Knative: concurrency or requests per second, stable and panic window, scale to zero',
  source: 'knative/serving, pkg/autoscaler and pkg/reconciler/autoscaling/kpa, v1.16 (2024)',
  parameters: knativeParameters,
  intervalSeconds: () => TICK_SECONDS,
  start: ({ window, panicWindowPercentage }) => ({
    tickAtSeconds: null,
    stable: emptyBuckets(window),
    panic: emptyBuckets(panicWindowSeconds(window, panicWindowPercentage)),
    decider: null,
    desiredScale: -1,
    excessBurstCapacity: 0,
    activity: 'activating',
    activitySinceSeconds: 0,
    initialScaleAttained: false,
    proxySinceSeconds: null,
  }),
  recommend: (parameters, observation, before) => {
    const { atSeconds, replicasByState } = observation;
    const sampled = withSample(found(before, observation, parameters), observation, parameters);
    const hasData = !isEmpty(sampled.stable, atSeconds);
    const averageOf = (buckets: Buckets) =>
      hasData ? windowAverage(buckets, atSeconds, parameters.metricAggregationAlgorithm) : null;
    const decision = decide({
      spec: deciderSpec(parameters),
      atSeconds,
      readyPods: replicasByState.ready,
      stableValue: averageOf(sampled.stable),
      panicValue: averageOf(sampled.panic),
      state: before.decider,
    });
    const decided = decision.scaleValid ? decision : before;
    const state = {
      ...sampled,
      decider: decision.state,
      excessBurstCapacity: decided.excessBurstCapacity,
      desiredScale: decision.scaleValid ? decision.desiredPodCount : before.desiredScale,
    };
    const scaled = scaleOf(parameters, observation, state);
    return {
      desiredReplicas: scaled.replicas,
      reason: `${decision.reason}; ${scaled.reason}`,
      state: { ...state, ...afterScaling(parameters, observation, state, scaled.desiredScale) },
    };
  },
});

/** A fleet that serves already when the first decision is made is active. */
function found(before: KpaState, observation: Observation, { initialScale }: KnativeParameters): KpaState {
  const { ready } = observation.replicasByState;
  if (before.tickAtSeconds !== null || ready === 0) return before;
  return {
    ...before,
    activity: 'active',
    activitySinceSeconds: observation.atSeconds,
    initialScaleAttained: ready >= initialScale,
  };
}

/** Nothing is recorded during an outage, nor where nobody reports: no replica ready and no request held. */
function withSample(before: KpaState, observation: Observation, { metric }: KnativeParameters): KpaState {
  const { atSeconds, metricsOutage, gatewayQueue, rates } = observation;
  const tickAtSeconds = atSeconds;
  const ready = observation.replicas.filter(({ state }) => state === 'ready');
  if (metricsOutage || (ready.length === 0 && gatewayQueue === 0)) return { ...before, tickAtSeconds };
  const held = ready.reduce((sum, { running, waiting }) => sum + running + waiting, gatewayQueue);
  const value = metric === 'rps' ? rates.arrivedPerSecond : held;
  const last = Math.floor(atSeconds);
  const first = before.tickAtSeconds === null ? last : Math.floor(before.tickAtSeconds) + 1;
  let { stable, panic } = before;
  for (let second = first; second <= last; second++) {
    stable = recordSample(stable, second, value);
    panic = recordSample(panic, second, value);
  }
  return { ...before, tickAtSeconds, stable, panic };
}

function boundsOf({ minScale, maxScale }: KnativeParameters, { pool }: Observation) {
  return { minScale: minScale ?? pool.minReplicas, maxScale: maxScale ?? pool.maxReplicas };
}

function scaleOf(parameters: KnativeParameters, observation: Observation, state: KpaState) {
  const { atSeconds } = observation;
  return scale({
    ...boundsOf(parameters, observation),
    desiredScale: state.desiredScale,
    initialScale: parameters.initialScale,
    initialScaleAttained: state.initialScaleAttained,
    reachable: true,
    enableScaleToZero: parameters.enableScaleToZero,
    activity: state.activity,
    activitySeconds: atSeconds - state.activitySinceSeconds,
    stableWindowSeconds: parameters.window,
    scaleToZeroGracePeriodSeconds: parameters.scaleToZeroGracePeriod,
    scaleToZeroPodRetentionPeriodSeconds: parameters.scaleToZeroPodRetentionPeriod,
    activationTimeoutSeconds: activationTimeoutSeconds(parameters.progressDeadline),
    targetBurstCapacity: parameters.targetBurstCapacity,
    activatorInPath: state.proxySinceSeconds !== null,
    proxySeconds: state.proxySinceSeconds === null ? 0 : atSeconds - state.proxySinceSeconds,
  });
}

/** The activator is put in or out of the path by the state before this decision, the state follows after. */
function afterScaling(
  parameters: KnativeParameters,
  observation: Observation,
  state: KpaState,
  want: number,
): Pick<KpaState, 'activity' | 'activitySinceSeconds' | 'initialScaleAttained' | 'proxySinceSeconds'> {
  const { atSeconds, replicasByState } = observation;
  const next = nextActivity({
    want,
    readyPods: replicasByState.ready,
    minScale: boundsOf(parameters, observation).minScale,
    initialScale: parameters.initialScale,
    initialScaleAttained: state.initialScaleAttained,
    activity: state.activity,
  });
  const viaActivator = needsActivator(want, state.excessBurstCapacity, state.activity);
  return {
    ...next,
    activitySinceSeconds: next.activity === state.activity ? state.activitySinceSeconds : atSeconds,
    proxySinceSeconds: viaActivator ? (state.proxySinceSeconds ?? atSeconds) : null,
  };
}
