// The settings of Knative's pod autoscaler, under one name each wherever Knative takes them from (annotation of the
// revision, config map of the cluster, spec of the revision), and what the decider makes of them. Defaults are Knative's.
// Source: knative.dev/docs/serving/autoscaling, config-autoscaler of knative/serving v1.16 (2024).
import { z } from 'zod';
import { choice, derived, flag, quantity, section } from '../../../settings/keys.ts';
import type { DeciderSpec } from './decider.ts';

const WINDOW_SECONDS_MIN = 6;
const WINDOW_SECONDS_MAX = 3600;
/** Of a revision's pods, in Knative's own type. */
const SCALE_MAX = 2 ** 31 - 1;
/** Smaller targets are raised to this. */
const TARGET_MIN = 0.01;
const TARGET_DEFAULTS = { concurrency: 100, rps: 200 };
/** Knative gives pods so much longer than their progress deadline. */
const ACTIVATION_BUFFER_SECONDS = 30;

const scale = (description: string, max = SCALE_MAX) =>
  quantity('count', { min: 0, max, whole: true }, description);
const ratio = (above: number, description: string) => quantity('factor', { above, max: 1e9 }, description);
const percentage = (min: number, max: number, description: string) =>
  quantity('count', { min, max }, description);
const secondsUpToHour = (description: string) =>
  quantity('seconds', { min: 0, max: WINDOW_SECONDS_MAX, whole: true }, description);

export const knativeParameters = section(
  {
    metric: choice(
      ['concurrency', 'rps'],
      'What is scaled on: requests in the system, or requests per second (as the mean of the observation’s rate window).',
    ).default('concurrency'),
    target: derived(
      quantity(
        'count',
        { min: TARGET_MIN, max: 1e9 },
        'What one replica can take, in concurrent requests or requests per second.',
      ),
      '100 concurrent requests, or 200 requests per second',
    ),
    containerConcurrency: scale('Hard limit of concurrent requests per replica; 0: none.', 1e6).prefault(0),
    targetUtilizationPercentage: percentage(1, 100, 'Part of the target that is aimed at.').prefault(70),
    window: quantity(
      'seconds',
      { min: WINDOW_SECONDS_MIN, max: WINDOW_SECONDS_MAX, whole: true },
      'Length of the stable window.',
    ).prefault(60),
    panicWindowPercentage: percentage(1, 100, 'Length of the panic window in % of the stable one.').prefault(
      10,
    ),
    panicThresholdPercentage: percentage(
      110,
      1000,
      'Wanted over ready replicas, in %, from which on it panics.',
    ).prefault(200),
    metricAggregationAlgorithm: choice(
      ['linear', 'weighted-exponential'],
      'How the samples of a window are averaged.',
    ).default('linear'),
    maxScaleUpRate: ratio(1, 'Most replicas wanted per ready one.').prefault(1000),
    maxScaleDownRate: ratio(1, 'Most ready replicas per wanted one.').prefault(2),
    minScale: derived(scale('Least replicas; 0 allows scaling to zero.'), 'the lower bound of the pool'),
    maxScale: derived(scale('Most replicas; 0: no bound.'), 'the upper bound of the pool'),
    initialScale: scale('Replicas to reach once before anything else.').prefault(1),
    activationScale: scale('Least replicas when any are wanted; 0 and 1: no effect.').prefault(0),
    scaleDownDelay: secondsUpToHour('How long a smaller demand must last.').prefault(0),
    enableScaleToZero: flag('Whether the last replica may go.').default(true),
    scaleToZeroGracePeriod: quantity(
      'seconds',
      { above: 0, max: 86_400 },
      'How long requests go by the activator before the last replica goes.',
    ).prefault(30),
    scaleToZeroPodRetentionPeriod: secondsUpToHour('How long the last replica stays at least.').prefault(0),
    targetBurstCapacity: quantity(
      'count',
      { min: -1, max: 1e9 },
      'Burst of requests that ready replicas should be able to take without the activator; -1: any, 0: none.',
    )
      .refine((value) => value === -1 || value >= 0, {
        error: 'must be -1 or at least 0; write -1 for unlimited',
      })
      .prefault(211),
    activatorCapacity: quantity('count', { min: 1, max: 1e9 }, 'Requests one activator can hold.').prefault(
      100,
    ),
    progressDeadline: quantity(
      'seconds',
      { above: 0, max: 86_400 },
      'After so long (and 30 s) without becoming ready an idle start is given up.',
    ).prefault(600),
  },
  'Knative’s pod autoscaler, by the names of its annotations and of config-autoscaler.',
).check((context) => {
  const { minScale = 0, maxScale = 0, activationScale = 0 } = context.value;
  const report = (key: string, message: string) =>
    context.issues.push({ code: 'custom', input: context.value, path: [key], message });
  if (maxScale === 0) return;
  if (maxScale < minScale) report('maxScale', `is less than minScale ${minScale}; raise it`);
  if (maxScale < activationScale) report('activationScale', `is more than maxScale ${maxScale}; lower it`);
});

export type KnativeParameters = z.output<typeof knativeParameters>;

/** What a replica should take, and what it can take. */
export function resolveTarget(
  parameters: Pick<
    KnativeParameters,
    'metric' | 'target' | 'containerConcurrency' | 'targetUtilizationPercentage'
  >,
): { targetValue: number; totalValue: number } {
  const { metric, target, containerConcurrency } = parameters;
  const limit = metric === 'concurrency' && containerConcurrency > 0 ? containerConcurrency : undefined;
  // A target beyond the hard limit could never be reached.
  const totalValue =
    target === undefined ? (limit ?? TARGET_DEFAULTS[metric]) : Math.min(target, limit ?? target);
  const utilization = parameters.targetUtilizationPercentage / 100;
  return { targetValue: Math.max(TARGET_MIN, totalValue * utilization), totalValue };
}

/** In whole seconds, at least one. */
export function panicWindowSeconds(windowSeconds: number, percentage: number): number {
  return Math.max(1, Math.round((windowSeconds * percentage) / 100));
}

export function activationTimeoutSeconds(progressDeadlineSeconds: number): number {
  return progressDeadlineSeconds + ACTIVATION_BUFFER_SECONDS;
}

export function deciderSpec(parameters: KnativeParameters, reachable = true): DeciderSpec {
  return {
    ...resolveTarget(parameters),
    targetBurstCapacity: parameters.targetBurstCapacity,
    activatorCapacity: parameters.activatorCapacity,
    panicThreshold: parameters.panicThresholdPercentage / 100,
    maxScaleUpRate: parameters.maxScaleUpRate,
    maxScaleDownRate: parameters.maxScaleDownRate,
    stableWindowSeconds: parameters.window,
    scaleDownDelaySeconds: parameters.scaleDownDelay,
    activationScale: parameters.activationScale,
    reachable,
  };
}
