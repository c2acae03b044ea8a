// Rules of the horizontal autoscaler on one moment: quantities, samples, pods, and what metrics ask for.
import { z } from 'zod';
import { derived, quantity, section, text } from '../../../../../settings/keys.ts';
import { rule, type Rule } from '../../../rule.ts';
import { calculate, propose } from '../metrics.ts';
import { groupPods } from '../pods.ts';
import { parseMilli } from '../../quantity.ts';
import type { Tolerance } from '../replicas.ts';
import { containerSamples, containerSamplesInput } from '../samples.ts';
import {
  metricInput,
  metricsInput,
  nowInput,
  samplesInput,
  scaleInputs,
  scaleOf,
  takenBy,
  toleranceInput,
} from './inputs.ts';

const SOURCE = 'Kubernetes v1.34 (2025), pkg/controller/podautoscaler';

interface WrittenTolerance {
  tolerance: number;
  toleranceUp?: number;
  toleranceDown?: number;
}

function toleranceOf({ tolerance, toleranceUp, toleranceDown }: WrittenTolerance): Tolerance {
  return { up: toleranceUp ?? tolerance, down: toleranceDown ?? tolerance };
}

const toleranceInputs = {
  tolerance: toleranceInput,
  toleranceUp: derived(quantity('share', { min: 0 }, 'The same, upwards.'), 'tolerance'),
  toleranceDown: derived(quantity('share', { min: 0 }, 'The same, downwards.'), 'tolerance'),
};

const quantityRule = rule({
  name: 'hpa/quantity',
  summary: 'a Kubernetes quantity in milli-units, rounded up; null if it is none',
  source: 'Kubernetes v1.34 (2025), k8s.io/apimachinery/pkg/api/resource',
  input: section({ quantity: z.union([z.string(), z.number()]) }, 'A quantity.'),
  evaluate: ({ quantity }) => ({ milli: parseMilli(String(quantity)) ?? null }),
  example: { input: { quantity: '1Ki' }, output: { milli: 1_024_000 } },
});

const samplesRule = rule({
  name: 'hpa/samples',
  summary: 'the usage of whole pods, or of one container of each, from that of their containers',
  source: 'Kubernetes v1.34 (2025), pkg/controller/podautoscaler/metrics/client.go',
  input: containerSamplesInput,
  evaluate: containerSamples,
  example: {
    input: {
      resource: 'cpu',
      metrics: [
        {
          pod: 'a',
          containers: [
            { name: 'x', usage: { cpu: '300m' } },
            { name: 'y', usage: { cpu: 1 } },
          ],
        },
      ],
    },
    output: { samples: [{ pod: 'a', value: '1300m' }], invalid: null },
  },
});

const podsRule = rule({
  name: 'hpa/pods',
  summary: 'which pods count, are unready, miss a sample, or are ignored',
  source: `${SOURCE}: groupPods`,
  input: section(
    {
      resource: text('The resource of a Resource metric; null for others.', 'cpu').nullable().default(null),
      samples: samplesInput,
      pods: scaleInputs.pods,
      ...nowInput,
      cpuInitializationPeriodSeconds: scaleInputs.cpuInitializationPeriodSeconds,
      initialReadinessDelaySeconds: scaleInputs.initialReadinessDelaySeconds,
    },
    'Pods and their samples.',
  ),
  evaluate: ({ resource, samples, pods, ...options }) => {
    const timed = samples.map((sample) => ({ ...sample, timestamp: sample.timestamp ?? options.now }));
    return groupPods(pods, new Map(timed.map((sample) => [sample.pod, sample])), resource, options);
  },
  example: {
    input: {
      pods: [{ name: 'a' }, { name: 'b', phase: 'Pending' }, { name: 'c' }],
      samples: [{ pod: 'a', value: 1 }],
    },
    output: { counted: ['a'], unready: ['b'], missing: ['c'], ignored: [] },
  },
});

const replicasRule = rule({
  name: 'hpa/replicas',
  summary: 'how many replicas one metric asks for, with its usage per pod',
  source: `${SOURCE}/replica_calculator.go`,
  input: section({ metric: metricInput, ...scaleInputs, ...toleranceInputs }, 'A metric and the pods.'),
  evaluate: ({ metric, ...input }) =>
    calculate(takenBy(input.now, metric), { ...scaleOf(input), tolerance: toleranceOf(input) }),
  example: {
    input: {
      metric: {
        type: 'External',
        external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: 5 } },
        values: [20],
      },
      currentReplicas: 3,
    },
    output: { replicas: 4, usage: 6667, rawUsage: null, ratio: 20_000 / 15_000, timestamp: null },
  },
});

const metricsRule = rule({
  name: 'hpa/metrics',
  summary: 'several metrics: the largest count; null (hold) if one fails and it would shrink, or all fail',
  source: `${SOURCE}/horizontal.go: computeReplicasForMetrics`,
  input: section({ metrics: metricsInput, ...scaleInputs, ...toleranceInputs }, 'Metrics and the pods.'),
  evaluate: ({ metrics, ...input }) =>
    propose(
      metrics.map((metric) => takenBy(input.now, metric)),
      { ...scaleOf(input), tolerance: toleranceOf(input) },
    ),
  example: {
    input: {
      metrics: [
        { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: 5 } } },
      ],
      currentReplicas: 3,
    },
    output: {
      replicas: null,
      metric: null,
      timestamp: null,
      invalidCount: 1,
      invalidReason: 'FailedGetExternalMetric',
      calculations: [{ invalid: 'unable to get the metric' }],
    },
  },
});

export const CALCULATION_RULES: readonly Rule[] = [
  quantityRule,
  samplesRule,
  podsRule,
  replicasRule,
  metricsRule,
];
