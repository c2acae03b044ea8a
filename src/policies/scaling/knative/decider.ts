// The decider of Knative's pod autoscaler: how many pods the averages of the stable and the panic window ask for. In
// panic it only scales up, until the panic threshold has not been reached for a whole stable window. Values are totals
// over the fleet. What becomes of the answer (bounds, scaling to zero) is scale.ts. Left out: reporting.
// Source: knative/serving, pkg/autoscaler/scaling/autoscaler.go and pkg/autoscaler/aggregation/max, v1.16 (2024).

/** How often the decider runs; also the length of a bucket of the scale-down delay. */
export const TICK_SECONDS = 2;
/** Knative never puts fewer activators in the path. */
const ACTIVATORS_MIN = 2;

export interface DeciderSpec {
  /** What a pod should take, and what it can take, in concurrent requests or requests per second. */
  targetValue: number;
  totalValue: number;
  /** -1: unlimited; 0: none. */
  targetBurstCapacity: number;
  activatorCapacity: number;
  /** Ratio of wanted to ready pods. */
  panicThreshold: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  stableWindowSeconds: number;
  scaleDownDelaySeconds: number;
  /** Below 2: no effect. */
  activationScale: number;
  /** A revision that gets traffic by a route. */
  reachable: boolean;
}

/** JSON. */
export interface DeciderState {
  /** When the panic threshold was last reached; null out of panic. */
  panicAtSeconds: number | null;
  maxPanicPods: number;
  /** Maxima of the scale-down delay: buckets ascending, pods descending. */
  delayed: readonly { bucket: number; pods: number }[];
}

export interface DeciderInput {
  spec: DeciderSpec;
  atSeconds: number;
  /** Null: pods cannot be counted. */
  readyPods: number | null;
  /** Averages; null: no data. */
  stableValue: number | null;
  panicValue: number | null;
  /** Null: the decider was created just now. */
  state: DeciderState | null;
}

export interface Decision {
  scaleValid: boolean;
  desiredPodCount: number;
  excessBurstCapacity: number;
  numActivators: number;
  mode: 'stable' | 'panic';
  reason: string;
  state: DeciderState;
}

/** A decider that finds two or more pods ready has lost its history: it starts in panic, so as not to scale down. */
export function newDecider(readyPods: number | null, atSeconds: number): DeciderState {
  const ready = readyPods ?? 0;
  return { panicAtSeconds: ready > 1 ? atSeconds : null, maxPanicPods: ready, delayed: [] };
}

export function decide({ spec, atSeconds, readyPods, ...input }: DeciderInput): Decision {
  const before = input.state ?? newDecider(readyPods, atSeconds);
  const { stableValue, panicValue } = input;
  if (readyPods === null || stableValue === null || panicValue === null) {
    return invalid(before, readyPods === null ? 'pods cannot be counted' : 'no data');
  }
  // Pods that are being started do not count: while they load, the ratio stays high and prolongs the panic.
  const ready = Math.max(1, readyPods);
  const wantedStable = Math.ceil(stableValue / spec.targetValue);
  const wantedPanic = Math.ceil(panicValue / spec.targetValue);
  const stablePods = limited(wantedStable, ready, spec);
  const panicPods = limited(wantedPanic, ready, spec);

  let { panicAtSeconds, maxPanicPods } = before;
  if (wantedPanic / ready >= spec.panicThreshold) {
    panicAtSeconds = atSeconds;
  } else if (panicAtSeconds !== null && panicAtSeconds + spec.stableWindowSeconds < atSeconds) {
    panicAtSeconds = null;
    maxPanicPods = 0;
  }
  const inPanic = panicAtSeconds !== null;
  if (inPanic) maxPanicPods = Math.max(maxPanicPods, stablePods, panicPods);
  const decided = inPanic ? maxPanicPods : stablePods;

  const delays = spec.scaleDownDelaySeconds > 0 && spec.reachable;
  const delayed = delays
    ? delay(before.delayed, { pods: decided, atSeconds, delaySeconds: spec.scaleDownDelaySeconds })
    : before.delayed;
  const desired = delays ? delayed[0].pods : decided;
  const mode = inPanic ? 'panic' : 'stable';
  const value = inPanic ? panicValue : stableValue;
  const held = desired > decided ? `, ${desired} held by the scale-down delay` : '';
  return {
    scaleValid: true,
    desiredPodCount: desired,
    excessBurstCapacity: excessBurstCapacity(spec, readyPods, panicValue),
    numActivators: numActivators(spec, readyPods),
    mode,
    reason: `${mode}: ${round(value)} at ${round(spec.targetValue)} per pod, ${decided} pods${held}`,
    state: { panicAtSeconds, maxPanicPods, delayed },
  };
}

/** Between the limits of one step from what is ready; then raised to the activation scale, unless nothing is wanted. */
function limited(wanted: number, ready: number, spec: DeciderSpec): number {
  const most = Math.ceil(spec.maxScaleUpRate * ready);
  const least = spec.reachable ? Math.floor(ready / spec.maxScaleDownRate) : 0;
  const pods = Math.min(Math.max(wanted, least), most);
  const { activationScale } = spec;
  return activationScale > 1 && wanted > 0 && pods < activationScale ? activationScale : pods;
}

export interface DelayInput {
  pods: number;
  atSeconds: number;
  delaySeconds: number;
  tickSeconds?: number;
}

/**
 * Entries that are or may become the maximum over the last ⌈delay / tick⌉ buckets of a tick; the first one is. `before`
 * is what the last call gave.
 */
export function delay(
  before: DeciderState['delayed'],
  { pods, atSeconds, delaySeconds, tickSeconds = TICK_SECONDS }: DelayInput,
): { bucket: number; pods: number }[] {
  const bucket = Math.floor(atSeconds / tickSeconds);
  const buckets = Math.ceil(delaySeconds / tickSeconds);
  const larger = before.filter((entry) => bucket - entry.bucket < buckets && entry.pods > pods);
  // Two decisions in one bucket: the larger counts.
  return larger.at(-1)?.bucket === bucket ? larger : [...larger, { bucket, pods }];
}

/** Requests that the ready pods could take beyond what they do now and the burst to be ready for; negative: too few. */
export function excessBurstCapacity(
  { targetBurstCapacity, totalValue }: Pick<DeciderSpec, 'targetBurstCapacity' | 'totalValue'>,
  readyPods: number,
  panicValue: number,
): number {
  if (targetBurstCapacity === 0) return 0;
  if (targetBurstCapacity < 0) return -1;
  return Math.floor(readyPods * totalValue - targetBurstCapacity - panicValue);
}

/** How many activators should be in the path. */
export function numActivators(
  spec: Pick<DeciderSpec, 'targetBurstCapacity' | 'totalValue' | 'activatorCapacity'>,
  readyPods: number,
): number {
  if (spec.targetBurstCapacity === 0) return ACTIVATORS_MIN;
  const capacity = readyPods * spec.totalValue + Math.max(0, spec.targetBurstCapacity);
  return Math.max(ACTIVATORS_MIN, Math.ceil(capacity / spec.activatorCapacity));
}

function invalid(state: DeciderState, reason: string): Decision {
  return {
    scaleValid: false,
    desiredPodCount: 0,
    excessBurstCapacity: 0,
    numActivators: ACTIVATORS_MIN,
    mode: state.panicAtSeconds === null ? 'stable' : 'panic',
    reason,
    state,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
