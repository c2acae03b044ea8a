// The inputs of the rules hpa/…: pods, samples, histories and the rest of what a sync works on, as one writes them.
// Quantities may carry Kubernetes suffixes; times are in seconds on any clock, with `now` 0 if left out.
import { z } from 'zod';
import { choice, derived, list, quantity, section, text } from '../../../../../settings/keys.ts';
import type { Recommendation, ScaleEvent } from '../history.ts';
import type { MeasuredMetric } from '../metrics.ts';
import type { Pod, Sample } from '../pods.ts';
import { milliKey } from '../../quantity.ts';
import type { Scale } from '../replicas.ts';
import { metricKey } from '../spec-keys.ts';

export const REPLICAS_MAX = 2_147_483_647;
const ITEMS_MAX = 100_000;

/** The start of a pod that says nothing of it. */
const LONG_AGO_SECONDS = -1e9;

export const seconds = (description: string) => quantity('seconds', {}, description);
export const period = (description: string) => quantity('seconds', { min: 0 }, description);
export const count = (description: string) =>
  quantity('count', { min: 0, max: REPLICAS_MAX, whole: true }, description);
export const many = <T extends z.ZodType>(item: T, description: string) =>
  list(item, { min: 0, max: ITEMS_MAX }, description);

const requests = z
  .record(z.string(), milliKey('What it requests of the resource.'))
  .meta({ description: 'Requests by resource, e.g. { cpu: 500m }.' });

const readiness = section(
  {
    status: choice(['True', 'False', 'Unknown'], 'Whether it is ready.'),
    lastTransitionTime: seconds('When that changed last.'),
  },
  'Its condition Ready.',
);

const podKey = section(
  {
    name: text('Its name.', 'pod-0'),
    phase: choice(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'], 'Its phase.').default('Running'),
    deletionTimestamp: seconds('When it was deleted; null: it is not.').nullable().default(null),
    startTime: seconds('When it started; null: it has not; left out: long ago.')
      .nullable()
      .default(LONG_AGO_SECONDS),
    ready: derived(readiness.nullable(), 'ready since it started'),
    requests: derived(requests, 'none; those of a pod with one container'),
    containers: derived(
      many(section({ name: text('Its name.', 'vllm'), requests }, 'A container.'), 'Its containers.'),
      'one, with the requests of the pod',
    ),
  },
  'A pod.',
).transform(({ requests, containers, ready, ...pod }): Pod => ({
  ...pod,
  ready:
    ready === undefined ? { status: 'True', lastTransitionTime: pod.startTime ?? LONG_AGO_SECONDS } : ready,
  containers: (containers ?? [{ name: pod.name, requests: requests ?? {} }]).map(({ name, requests }) => ({
    name,
    requestsMilli: requests,
  })),
}));

type WrittenSample = Omit<Sample, 'timestamp'> & { timestamp?: number };

const sampleKey = section(
  {
    pod: text('Of which pod.', 'pod-0'),
    value: milliKey('The value.'),
    timestamp: derived(seconds('When it was taken.'), 'now'),
    windowSeconds: period('Over how long.').default(60),
  },
  'A sample of one pod.',
).transform(({ value, ...sample }): WrittenSample => ({ ...sample, milli: value }));

const measured = metricKey(
  {
    samples: many(sampleKey, 'One per pod that has one; null: the metrics cannot be had.')
      .nullable()
      .default(null),
  },
  {
    values: many(milliKey('The value of a series.'), 'One per series; null: the metric cannot be had.')
      .nullable()
      .default(null),
    timestamp: seconds('When they were taken.').nullable().default(null),
  },
).transform((metric): MeasuredMetric => {
  if ('samples' in metric) return { ...metric, valuesMilli: null, timestamp: null } as MeasuredMetric;
  const { values, ...rest } = metric as typeof metric & { values: number[] | null };
  return { ...rest, samples: null, valuesMilli: values } as unknown as MeasuredMetric;
});

/** With the samples that say nothing of their time taken now. */
export function takenBy(now: number, metric: MeasuredMetric): MeasuredMetric {
  const samples =
    metric.samples?.map((sample) => ({ ...sample, timestamp: sample.timestamp ?? now })) ?? null;
  return { ...metric, samples };
}

export const metricInput = measured;
export const metricsInput = many(measured, 'The metrics, with their data.');

export const recommendationsInput = many(
  section({ replicas: count('What was asked for.'), at: seconds('When.') }, 'A recommendation.'),
  'Earlier ones, before any limit.',
) as unknown as z.ZodType<Recommendation[]>;

const events = (direction: string) =>
  many(
    section({ change: count(`Replicas ${direction}.`), at: seconds('When.') }, 'A scaling.'),
    `Earlier scalings that ${direction} replicas.`,
  ).default([]) as unknown as z.ZodType<ScaleEvent[]>;

export const eventInputs = { scaleUpEvents: events('added'), scaleDownEvents: events('removed') };

export const nowInput = { now: seconds('Now.').default(0) };

export const boundsInput = {
  currentReplicas: count('The count now.'),
  minReplicas: count('The lower bound.').default(1),
  maxReplicas: count('The upper bound.'),
};

export const toleranceInput = quantity(
  'share',
  { min: 0 },
  'Deviations up to this share change nothing.',
).default(0.1);

/** Pods and clocks of a calculation. */
export const scaleInputs = {
  currentReplicas: count('The count that is set now.'),
  statusReplicas: derived(count('The pods that exist.'), 'currentReplicas'),
  pods: many(podKey, 'The pods.').default([]),
  ...nowInput,
  cpuInitializationPeriodSeconds: period('How long the CPU of a starting pod is doubted.').default(300),
  initialReadinessDelaySeconds: period(
    'A pod unready since so soon after its start was never ready.',
  ).default(30),
};

export const samplesInput = many(sampleKey, 'Samples, at most one per pod.').default([]);

interface WrittenScale extends Omit<Scale, 'statusReplicas' | 'tolerance'> {
  statusReplicas?: number;
}

export function scaleOf<T extends WrittenScale>(input: T): T & { statusReplicas: number } {
  return { ...input, statusReplicas: input.statusReplicas ?? input.currentReplicas };
}
