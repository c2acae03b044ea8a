// Knative's rules, each to be called alone; the policy kpa is built of the same functions.
import { UserError } from '../../../kernel/user-error.ts';
import { rule, type Rule } from '../rule.ts';
import { readParameters } from './annotations.ts';
import { emptyBuckets, isEmpty, recordSample, resizeWindow, windowAverage } from './buckets.ts';
import { decide, delay, excessBurstCapacity, newDecider, numActivators } from './decider.ts';
import {
  activationTimeoutSeconds,
  deciderSpec,
  knativeParameters,
  panicWindowSeconds,
} from './parameters.ts';
import * as inputs from './rule-inputs.ts';
import { needsActivator, nextActivity, scale } from './scale.ts';

const SOURCE = 'knative/serving v1.16 (2024)';

const average = rule({
  name: 'knative/average',
  summary: 'the average of a metric over a window of one-second buckets',
  source: `${SOURCE}, pkg/autoscaler/aggregation`,
  input: inputs.averageInput,
  evaluate: ({ windowSeconds, bucketSeconds, algorithm, samples, atSeconds, state }) => {
    let buckets = state ?? emptyBuckets(windowSeconds, bucketSeconds);
    for (const sample of samples) {
      buckets = recordSample(buckets, sample.atSeconds, sample.value - sample.proxied);
    }
    return {
      average: windowAverage(buckets, atSeconds, algorithm),
      isEmpty: isEmpty(buckets, atSeconds),
      state: buckets,
    };
  },
  example: {
    input: {
      windowSeconds: 5,
      samples: [
        { atSeconds: 10, value: 6 },
        { atSeconds: 12.9, value: 3 },
      ],
      atSeconds: 13,
    },
    output: {
      average: 3,
      isEmpty: false,
      state: { windowSeconds: 5, bucketSeconds: 1, last: 12, values: [6, 0, 3] },
    },
  },
});

const resize = rule({
  name: 'knative/resize-window',
  summary: 'what is left of a window whose length is changed',
  source: `${SOURCE}, pkg/autoscaler/aggregation`,
  input: inputs.resizeInput,
  evaluate: ({ state, windowSeconds, atSeconds }) => resizeWindow(state, windowSeconds, atSeconds),
  example: {
    input: { state: { windowSeconds: 3, last: 9, values: [1, 2, 3] }, windowSeconds: 2, atSeconds: 9 },
    output: { windowSeconds: 2, bucketSeconds: 1, last: 9, values: [2, 3] },
  },
});

const decider = rule({
  name: 'knative/decide',
  summary: 'pods from the averages of the stable and the panic window',
  source: `${SOURCE}, pkg/autoscaler/scaling/autoscaler.go`,
  input: inputs.decideInput,
  evaluate: decide,
  example: {
    input: { atSeconds: 100, readyPods: 2, stableValue: 150, panicValue: 300 },
    output: {
      scaleValid: true,
      desiredPodCount: 5,
      excessBurstCapacity: -311,
      numActivators: 5,
      mode: 'panic',
      reason: 'panic: 300 at 70 per pod, 5 pods',
      state: { panicAtSeconds: 100, maxPanicPods: 5, delayed: [] },
    },
  },
});

const start = rule({
  name: 'knative/start',
  summary: 'the state of a decider that was just created',
  source: `${SOURCE}, pkg/autoscaler/scaling/autoscaler.go`,
  input: inputs.startInput,
  evaluate: ({ readyPods, atSeconds }) => newDecider(readyPods, atSeconds),
  example: {
    input: { readyPods: 2, atSeconds: 7 },
    output: { panicAtSeconds: 7, maxPanicPods: 2, delayed: [] },
  },
});

const scaleDownDelay = rule({
  name: 'knative/scale-down-delay',
  summary: 'the largest decision of the delay, so that only a lasting fall scales down',
  source: `${SOURCE}, pkg/autoscaler/aggregation/max`,
  input: inputs.delayInput,
  evaluate: ({ state, ...input }) => {
    const delayed = delay(state, input);
    return { pods: delayed[0].pods, state: delayed };
  },
  example: {
    input: { delaySeconds: 10, pods: 2, atSeconds: 8, state: [{ bucket: 0, pods: 5 }] },
    output: {
      pods: 5,
      state: [
        { bucket: 0, pods: 5 },
        { bucket: 4, pods: 2 },
      ],
    },
  },
});

const burst = rule({
  name: 'knative/burst',
  summary: 'the excess burst capacity and the number of activators',
  source: `${SOURCE}, pkg/autoscaler/scaling and pkg/reconciler/autoscaling/kpa`,
  input: inputs.burstInput,
  evaluate: ({ readyPods, panicValue, ...spec }) => ({
    excessBurstCapacity: excessBurstCapacity(spec, readyPods, panicValue),
    numActivators: numActivators(spec, readyPods),
  }),
  example: {
    input: { readyPods: 4, panicValue: 120.5 },
    output: { excessBurstCapacity: 68, numActivators: 7 },
  },
});

const bounds = rule({
  name: 'knative/scale',
  summary: 'bounds, initial scale and the way to zero',
  source: `${SOURCE}, pkg/reconciler/autoscaling/kpa/scaler.go`,
  input: inputs.scaleInput,
  evaluate: scale,
  example: {
    input: { desiredScale: 0, activity: 'inactive', activitySeconds: 30 },
    output: { desiredScale: 0, replicas: 0, reason: 'inactive for the grace period' },
  },
});

const activity = rule({
  name: 'knative/activity',
  summary: 'the state of the revision after a decision, and whether the activator is in the path',
  source: `${SOURCE}, pkg/reconciler/autoscaling/kpa/kpa.go`,
  input: inputs.activityInput,
  evaluate: ({ excessBurstCapacity: excess, ...input }) => ({
    ...nextActivity(input),
    activatorInPath: needsActivator(input.want, excess, input.activity),
  }),
  example: {
    input: { want: 3, readyPods: 0, activity: 'inactive' },
    output: { activity: 'activating', initialScaleAttained: true, activatorInPath: false },
  },
});

const settings = rule({
  name: 'knative/settings',
  summary: 'what annotations and config map come to: target, windows, bounds',
  source: `${SOURCE}, pkg/reconciler/autoscaling/resources, pkg/autoscaler/config`,
  input: inputs.settingsInput,
  evaluate: ({ reachable, ...sources }) => {
    const { given, problems } = readParameters(sources);
    const checked = knativeParameters.safeParse(given);
    const unsound = (checked.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
    const all = [...problems.map(({ origin, message }) => `${origin.key} ${message}`), ...unsound];
    if (all.length > 0 || !checked.success) throw new UserError(all);
    const parameters = checked.data;
    const { minScale = 0, maxScale = 0, initialScale } = parameters;
    const retention = reachable ? parameters.scaleToZeroPodRetentionPeriod : 0;
    return {
      metric: parameters.metric,
      spec: deciderSpec(parameters, reachable),
      panicWindowSeconds: panicWindowSeconds(parameters.window, parameters.panicWindowPercentage),
      algorithm: parameters.metricAggregationAlgorithm,
      minScale: reachable ? minScale : 0,
      maxScale,
      initialScale,
      enableScaleToZero: parameters.enableScaleToZero,
      scaleToZeroGracePeriodSeconds: parameters.scaleToZeroGracePeriod,
      scaleToZeroPodRetentionPeriodSeconds: retention,
      activationTimeoutSeconds: activationTimeoutSeconds(parameters.progressDeadline),
    };
  },
  example: {
    input: {
      annotations: { 'autoscaling.knative.dev/target': '8', 'autoscaling.knative.dev/max-scale': '20' },
      config: { 'stable-window': '2m', 'target-burst-capacity': '0' },
    },
    output: {
      metric: 'concurrency',
      spec: {
        targetValue: 5.6,
        totalValue: 8,
        targetBurstCapacity: 0,
        activatorCapacity: 100,
        panicThreshold: 2,
        maxScaleUpRate: 1000,
        maxScaleDownRate: 2,
        stableWindowSeconds: 120,
        scaleDownDelaySeconds: 0,
        activationScale: 0,
        reachable: true,
      },
      panicWindowSeconds: 12,
      algorithm: 'linear',
      minScale: 0,
      maxScale: 20,
      initialScale: 1,
      enableScaleToZero: true,
      scaleToZeroGracePeriodSeconds: 30,
      scaleToZeroPodRetentionPeriodSeconds: 0,
      activationTimeoutSeconds: 630,
    },
  },
});

export const KNATIVE_RULES: readonly Rule[] = [
  average,
  resize,
  decider,
  start,
  scaleDownDelay,
  burst,
  bounds,
  activity,
  settings,
];
