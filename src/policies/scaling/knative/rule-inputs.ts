// The inputs of the rules of this folder: as written in JSON, with Knative's defaults. Times are seconds since any origin.
import { z } from 'zod';
import { choice, flag, list, quantity, section } from '../../../settings/keys.ts';
import { TICK_SECONDS } from './decider.ts';

const LARGEST = 1e15;
const SAMPLES_MAX = 1_000_000;

const at = (description: string) => quantity('seconds', {}, description);
const seconds = (description: string) => quantity('seconds', { min: 0, max: 1e9 }, description);
/** So that a window has at most a million buckets. */
const windowLength = (description: string) => quantity('seconds', { above: 0, max: 1e6 }, description);
const bucketLength = quantity('seconds', { min: 1, max: 1e6 }, 'Length of a bucket.').prefault(1);
const positiveSeconds = (description: string) => quantity('seconds', { above: 0, max: 1e9 }, description);
const amount = (description: string) => quantity('count', { min: 0, max: LARGEST }, description);
const positive = (description: string) => quantity('count', { above: 0, max: LARGEST }, description);
const pods = (description: string) => quantity('count', { min: 0, max: LARGEST, whole: true }, description);
/** -1 is "unknown". */
const podsOrUnknown = (description: string) =>
  quantity('count', { min: -1, max: LARGEST, whole: true }, description);
const now = at('Now.');
const readyPods = pods('Pods that are ready.');
const bucketIndex = (description: string) => quantity('count', { whole: true }, description);

const buckets = section(
  {
    windowSeconds: windowLength('Length of the window.'),
    bucketSeconds: bucketLength,
    last: bucketIndex('Index of the latest bucket written; null: none.').nullable(),
    values: list(
      quantity('count', {}, 'Sum of a bucket.'),
      { min: 0, max: SAMPLES_MAX },
      'Up to the last, oldest first.',
    ),
  },
  'As an earlier call gave it.',
);

export const averageInput = section(
  {
    windowSeconds: windowLength('Length of the window.').prefault(60),
    bucketSeconds: bucketLength,
    algorithm: choice(['linear', 'weighted-exponential'], 'How buckets are averaged.').default('linear'),
    samples: list(
      section(
        {
          atSeconds: at('When it was taken.'),
          value: quantity('count', {}, 'Total over the fleet.'),
          proxied: amount('Part of it that the activator reports itself.').prefault(0),
        },
        'A sample.',
      ),
      { min: 0, max: SAMPLES_MAX },
      'In the order in which they come in.',
    ).default([]),
    atSeconds: now,
    state: buckets.nullable().default(null),
  },
  'Samples of one metric, and when to average them; `state` (of an earlier call) comes before windowSeconds.',
);

export const resizeInput = section(
  { state: buckets, windowSeconds: windowLength('The new length.'), atSeconds: now },
  'A window and its new length.',
);

const deciderState = section(
  {
    panicAtSeconds: at('When the panic threshold was last reached; null: not in panic.').nullable(),
    maxPanicPods: pods('Most pods wanted in this panic.'),
    delayed: list(
      section({ bucket: bucketIndex('Time over tick.'), pods: pods('Decided then.') }, 'A decision.'),
      { min: 0, max: SAMPLES_MAX },
      'Decisions that a scale-down delay holds on to, by falling number of pods.',
    ).default([]),
  },
  'As an earlier call gave it.',
);

const burst = {
  totalValue: positive('What a pod can take.').prefault(100),
  targetBurstCapacity: quantity('count', { min: -1, max: LARGEST }, '-1: unlimited; 0: none.').prefault(211),
  activatorCapacity: positive('What an activator can hold.').prefault(100),
};

export const decideInput = section(
  {
    spec: section(
      {
        ...burst,
        targetValue: positive('What a pod should take.').prefault(70),
        panicThreshold: positive('Ratio of wanted to ready pods from which on it panics.').prefault(2),
        maxScaleUpRate: positive('Most pods per ready pod.').prefault(1000),
        maxScaleDownRate: positive('Most ready pods per pod.').prefault(2),
        stableWindowSeconds: seconds('How long a panic outlasts its cause.').prefault(60),
        scaleDownDelaySeconds: seconds('0: none.').prefault(0),
        activationScale: pods('Least pods when any are wanted; 0 and 1: no effect.').prefault(0),
        reachable: flag('Whether a route leads to the revision.').default(true),
      },
      'Settings.',
    ).prefault({}),
    atSeconds: now,
    readyPods: readyPods.nullable(),
    stableValue: amount('Average of the stable window, total of the fleet; null: no data.').nullable(),
    panicValue: amount('Average of the panic window; null: no data.').nullable(),
    state: deciderState.nullable().default(null),
  },
  'One decision; without state the decider is made at this moment.',
);

export const startInput = section({ readyPods: readyPods.nullable(), atSeconds: now }, 'A new decider.');

export const delayInput = section(
  {
    delaySeconds: positiveSeconds('The delay.'),
    tickSeconds: positiveSeconds('Length of a bucket.').prefault(TICK_SECONDS),
    pods: pods('Decided now.'),
    atSeconds: now,
    state: deciderState.shape.delayed,
  },
  'A decision under a scale-down delay.',
);

export const burstInput = section(
  { ...burst, readyPods, panicValue: amount('Average of the panic window.') },
  'What the ready pods could take in a burst.',
);

const activity = choice(['active', 'inactive', 'activating'], 'State of the revision.');
const bounds = {
  minScale: pods('Least pods.').prefault(0),
  initialScale: pods('To be reached once.').prefault(1),
};

export const scaleInput = section(
  {
    ...bounds,
    desiredScale: podsOrUnknown('The decider’s answer; -1: it had no data.'),
    maxScale: pods('Most pods; 0: no bound.').prefault(0),
    initialScaleAttained: flag('Whether the initial scale was reached once.').default(true),
    reachable: flag('Whether a route leads to the revision.').default(true),
    enableScaleToZero: flag('Whether the last pod may go.').default(true),
    activity: activity.default('active'),
    activitySeconds: seconds('How long it has been in that state.').prefault(0),
    stableWindowSeconds: seconds('The stable window.').prefault(60),
    scaleToZeroGracePeriodSeconds: seconds('Time for the activator to get into the path.').prefault(30),
    scaleToZeroPodRetentionPeriodSeconds: seconds('How long the last pod stays at least.').prefault(0),
    activationTimeoutSeconds: seconds('Progress deadline and 30 s.').prefault(630),
    targetBurstCapacity: burst.targetBurstCapacity,
    activatorInPath: flag('Whether requests go by the activator.').default(true),
    proxySeconds: seconds('Since how long they do.').prefault(0),
  },
  'An answer of the decider and the state of the revision.',
);

export const activityInput = section(
  {
    ...bounds,
    want: podsOrUnknown('What knative/scale said; -1: unknown.'),
    readyPods,
    initialScaleAttained: flag('Whether the initial scale was reached once.').default(true),
    activity,
    excessBurstCapacity: quantity('count', {}, 'The decider’s.').prefault(0),
  },
  'What is wanted and what is ready.',
);

const texts = (description: string) =>
  z.record(z.string(), z.string({ error: () => 'must be text; put it in quotes' })).meta({ description });

export const settingsInput = section(
  {
    annotations: texts('Annotations of the revision, by their full name.').default({}),
    config: texts('Data of the config map config-autoscaler.').default({}),
    containerConcurrency: pods('Of the revision’s spec; 0: no limit.').prefault(0),
    reachable: flag('Whether a route leads to the revision.').default(true),
  },
  'Where Knative takes its settings from, as text.',
);
