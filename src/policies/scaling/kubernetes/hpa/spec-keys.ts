// The keys of an autoscaling/v2 specification, `metrics` and `behavior`, as scenarios, manifests and rules write them;
// with the checks of the Kubernetes API server. Source: k8s.io/api/autoscaling/v2 and pkg/apis/autoscaling/validation
// (v1.34, 2025). Kept but without effect: selectors and described objects, since a metric is mapped by its name.
import { z } from 'zod';
import {
  choice,
  derived,
  kind,
  list,
  quantity,
  section,
  text,
  unknownAlternative,
} from '../../../../settings/keys.ts';
import type { MetricTarget } from './metrics.ts';
import { unitsKey } from '../quantity.ts';

type TargetType = MetricTarget['type'];

const FIELD = {
  Utilization: 'averageUtilization',
  AverageValue: 'averageValue',
  Value: 'value',
} as const satisfies Record<TargetType, keyof MetricTarget>;

const TARGET_KEYS = {
  averageUtilization: quantity(
    'count',
    { min: 1, max: 1_000_000, whole: true },
    'Percent of what the pods request.',
  ),
  averageValue: unitsKey('Per pod.', { above: 0 }),
  value: unitsKey('Of the metric as it is.', { above: 0 }),
};

function target(types: readonly [TargetType, ...TargetType[]]): z.ZodType<MetricTarget> {
  const fields = types.map((type) => {
    const field = FIELD[type];
    return [field, derived(TARGET_KEYS[field], `not used; needed with type ${type}`)] as const;
  });
  const shape = { type: choice(types, 'What the metric is compared with.'), ...Object.fromEntries(fields) };
  return section(shape, 'Where the metric should be.').superRefine((written: MetricTarget, context) => {
    for (const type of types) {
      const field = FIELD[type];
      const isSet = written[field] !== undefined;
      if (isSet === (written.type === type)) continue;
      const message = isSet
        ? `does not go with type ${written.type}; remove it, or write type: ${type}`
        : `is missing; type ${type} needs it`;
      context.addIssue({ code: 'custom', path: [field], message });
    }
  }) as unknown as z.ZodType<MetricTarget>;
}

/** Text that has no effect here, kept for writing it back. */
const kept = (description: string) => z.record(z.string(), z.unknown()).meta({ description });

function identifier() {
  const shape = {
    name: text(
      'The metric, as in the table of known metrics or under `signals`.',
      'vllm:num_requests_waiting',
    ),
    selector: derived(kept('Labels; without effect here.'), 'none'),
  };
  return section(shape, 'Which metric.');
}

const resource = (what: string) => text(what, 'cpu');

/** One metric; `ofPods` and `ofValue` are keys beside it, for the rules' data. */
export function metricKey<P extends z.core.$ZodLooseShape, V extends z.core.$ZodLooseShape>(
  ofPods: P,
  ofValue: V,
) {
  const described = { describedObject: derived(kept('The object; without effect here.'), 'none') };
  const podsTarget = target(['Utilization', 'AverageValue']);
  const valueTarget = target(['Value', 'AverageValue']);
  const options = [
    section(
      {
        type: kind('Resource', 'A resource that the pods request.'),
        resource: section({ name: resource('The resource.'), target: podsTarget }, 'A resource of the pods.'),
        ...ofPods,
      },
      'A resource that the pods request.',
    ),
    section(
      {
        type: kind('ContainerResource', 'The same, of one container.'),
        containerResource: section(
          {
            name: resource('The resource.'),
            container: text('The container.', 'vllm'),
            target: podsTarget,
          },
          'A resource of one container of the pods.',
        ),
        ...ofPods,
      },
      'A resource that one container of the pods requests.',
    ),
    section(
      {
        type: kind('Pods', 'A metric that every pod has, averaged.'),
        pods: section({ metric: identifier(), target: target(['AverageValue']) }, 'A metric of the pods.'),
        ...ofPods,
      },
      'A metric that every pod has, averaged.',
    ),
    section(
      {
        type: kind('Object', 'A metric of some other object.'),
        object: section(
          { metric: identifier(), target: valueTarget, ...described },
          'A metric of an object.',
        ),
        ...ofValue,
      },
      'A metric of some other object.',
    ),
    section(
      {
        type: kind('External', 'A metric from outside the cluster.'),
        external: section({ metric: identifier(), target: valueTarget }, 'A metric from outside.'),
        ...ofValue,
      },
      'A metric from outside the cluster.',
    ),
  ] as const;
  return z.discriminatedUnion('type', options, { error: unknownAlternative('type') });
}

export const metricsKey = list(
  metricKey({}, {}),
  { min: 1, max: 50 },
  'Each asks for a count; the largest is taken.',
);

/** What the API server allows; the autoscaler itself does not mind. */
const API_LIMITS = { windowMax: 3600, periodMax: 1800, valueMin: 1, policiesMin: 1 };
const NO_LIMITS = { windowMax: 1e9, periodMax: 1e9, valueMin: 0, policiesMin: 0 };

function rulesKey([direction, window, policies]: [string, string, string], limits: typeof API_LIMITS) {
  const { windowMax, periodMax, valueMin, policiesMin } = limits;
  const policy = section(
    {
      type: choice(
        ['Pods', 'Percent'],
        'A number of replicas, or percent of those at the start of the period.',
      ),
      value: quantity('count', { min: valueMin, max: 2_147_483_647, whole: true }, 'By so much at most.'),
      periodSeconds: quantity('seconds', { min: policiesMin, max: periodMax, whole: true }, 'In so long.'),
    },
    'A limit of the rate.',
  );
  return section(
    {
      stabilizationWindowSeconds: derived(
        quantity('seconds', { min: 0, max: windowMax, whole: true }, 'How long a change is held back.'),
        window,
      ),
      selectPolicy: derived(
        choice(
          ['Max', 'Min', 'Disabled'],
          'Of several policies the largest change, the smallest, or no change.',
        ),
        'Max',
      ),
      policies: derived(list(policy, { min: policiesMin, max: 50 }, 'Limits of the rate.'), policies),
      tolerance: derived(
        unitsKey('Deviations from the target up to this share change nothing.', { min: 0 }),
        'that of the cluster',
      ),
    },
    `How it scales ${direction}.`,
  );
}

function behaviorWithin(limits: typeof API_LIMITS) {
  const up = rulesKey(['up', '0', 'Pods 4 per 15 s and Percent 100 per 15 s'], limits);
  const down = rulesKey(['down', 'downscaleStabilization', 'Percent 100 per 15 s'], limits);
  return section(
    { scaleUp: derived(up, 'the defaults'), scaleDown: derived(down, 'the defaults') },
    'Windows and limits of the rate; written as {} it is one of defaults only.',
  );
}

export const behaviorKey = behaviorWithin(API_LIMITS);
export const anyBehaviorKey = behaviorWithin(NO_LIMITS);
