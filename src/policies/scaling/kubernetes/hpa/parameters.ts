// The parameters of the policy `hpa`: `metrics` and `behavior` of autoscaling/v2, what each metric is in a simulation,
// and the settings of the controller manager with their defaults (Kubernetes v1.34, 2025). The default metric is what
// practitioners use with vLLM: a queue of 5 per replica, as in the vLLM production stack's autoscaling guide (2025); the
// guide to GPU inference on GKE (2025) starts at 3 to 5. GPU use says little, since it is near 100 % at any load.
import { z } from 'zod';
import { choice, derived, quantity, section } from '../../../../settings/keys.ts';
import { KNOWN_METRICS, mappedSignal, SIGNAL_NAMES, type SignalName } from '../../signals.ts';
import { partsOf, type MetricSpec } from './metrics.ts';
import { behaviorKey, metricsKey } from './spec-keys.ts';
import type { HpaSpec } from './sync.ts';

export interface HpaParameters {
  metrics: readonly MetricSpec[];
  behavior?: NonNullable<HpaSpec['behavior']>;
  signals: Readonly<Record<string, SignalName>>;
  tolerance: number;
  syncPeriod: number;
  downscaleStabilization: number;
  cpuInitializationPeriod: number;
  initialReadinessDelay: number;
}

const DEFAULT_METRICS: MetricSpec[] = [
  {
    type: 'Pods',
    pods: {
      metric: { name: 'vllm:num_requests_waiting' },
      target: { type: 'AverageValue', averageValue: 5 },
    },
  },
];

export const signalsKey = z
  .record(
    z.string(),
    choice(SIGNAL_NAMES as readonly [SignalName, ...SignalName[]], 'What it is in the simulation.'),
    { error: () => 'must be a mapping; write e.g. { my_queue: waiting }' },
  )
  .meta({ description: 'What other metrics are, by name: my_queue: waiting.' });

/** Settings of the cluster that the controllers share. */
export const controllerKeys = {
  tolerance: quantity(
    'share',
    { min: 0, max: 10 },
    'Deviations from the target up to this share change nothing.',
  ).default(0.1),
  syncPeriod: quantity('seconds', { min: 1, max: 3600, whole: true }, 'How often it decides.').default(15),
  downscaleStabilization: quantity(
    'seconds',
    { min: 0, max: 3600 },
    'A scale-down waits until no recommendation of so long ago asks for more.',
  ).default(300),
  cpuInitializationPeriod: quantity(
    'seconds',
    { min: 0, max: 86_400 },
    'How long the CPU of a starting pod is doubted.',
  ).default(300),
  initialReadinessDelay: quantity(
    'seconds',
    { min: 0, max: 86_400 },
    'A pod that turned unready so soon after its start was never ready.',
  ).default(30),
};

const keys = section(
  {
    metrics: metricsKey.default(DEFAULT_METRICS as z.output<typeof metricsKey>),
    behavior: derived(behaviorKey, 'none: the windows and limits of an autoscaler without one'),
    signals: signalsKey.default({}),
    ...controllerKeys,
  },
  'The horizontal pod autoscaler of Kubernetes.',
);

export const hpaParameters = keys.superRefine((written, context) => {
  for (const problem of unmapped(written as HpaParameters)) context.addIssue({ code: 'custom', ...problem });
}) as unknown as z.ZodType<HpaParameters>;

/** Where a metric has its name, by type. */
const NAME_PATHS = {
  Resource: ['resource', 'name'],
  ContainerResource: ['containerResource', 'name'],
  Pods: ['pods', 'metric', 'name'],
  Object: ['object', 'metric', 'name'],
  External: ['external', 'metric', 'name'],
} as const satisfies Record<MetricSpec['type'], readonly string[]>;

function unmapped({ metrics, signals }: HpaParameters): { path: (string | number)[]; message: string }[] {
  return metrics.flatMap((metric, i) => {
    const { name } = partsOf(metric);
    if (mappedSignal(name, signals)) return [];
    return [{ path: ['metrics', i, ...NAME_PATHS[metric.type]], message: unmappedMessage(name) }];
  });
}

export function unmappedMessage(name: string): string {
  const key = /^[\w:.-]+$/.test(name) ? name : JSON.stringify(name);
  return (
    `is mapped to no signal; add it to the policy's parameters, e.g. signals: { ${key}: waiting }; ` +
    `signals: ${SIGNAL_NAMES.join(', ')}; known without: ${KNOWN_METRICS.join(', ')}`
  );
}
