// The parameters of the policy `keda`: the specification of a ScaledObject (keda.sh/v1alpha1) with the original's
// defaults, what each trigger is in a simulation, and the settings of the autoscaler underneath. PromQL is not
// evaluated: a trigger is mapped by its name, its metricName, or a query that is a known metric or its sum or mean.
// Source: KEDA v2.17 (2025), apis/keda/v1alpha1. Refused: scalingModifiers, cached metrics, pausing, other triggers.
import { z } from 'zod';
import {
  choice,
  derived,
  flag,
  kind,
  list,
  quantity,
  section,
  text,
  unknownAlternative,
} from '../../../../settings/keys.ts';
import { mappedSignal, type MappedSignal, type SignalName } from '../../signals.ts';
import { zoneKey } from '../../zone-key.ts';
import { controllerKeys, signalsKey, unmappedMessage } from '../hpa/parameters.ts';
import { behaviorKey } from '../hpa/spec-keys.ts';
import type { HpaSpec } from '../hpa/sync.ts';
import { cronKey } from './cron.ts';
import type { Fallback } from './scale.ts';

interface TriggerBase {
  name?: string;
  metricType: 'AverageValue' | 'Value';
}

interface PrometheusTrigger extends TriggerBase {
  type: 'prometheus';
  metadata: { query: string; threshold: number; activationThreshold: number; metricName?: string };
}

interface MetricsApiTrigger extends TriggerBase {
  type: 'metrics-api';
  metadata: { targetValue: number; activationTargetValue: number };
}

interface CronTrigger extends TriggerBase {
  type: 'cron';
  metadata: { timezone: string; start: string; end: string; desiredReplicas: number };
}

export type Trigger = PrometheusTrigger | MetricsApiTrigger | CronTrigger;

export interface KedaParameters {
  pollingInterval: number;
  cooldownPeriod: number;
  initialCooldownPeriod: number;
  idleReplicaCount?: number;
  minReplicaCount?: number;
  maxReplicaCount?: number;
  fallback?: Fallback;
  advanced?: { horizontalPodAutoscalerConfig?: { behavior?: NonNullable<HpaSpec['behavior']> } };
  triggers: readonly Trigger[];
  signals: Readonly<Record<string, SignalName>>;
  tolerance: number;
  syncPeriod: number;
  downscaleStabilization: number;
}

const unused = (name: string) =>
  derived(z.unknown().meta({ description: `Without effect here: ${name} of the cluster.` }), 'none');

function unusedKeys(names: string): Record<string, ReturnType<typeof unused>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, unused(name)]));
}

const goal = (description: string) => quantity('count', { above: 0 }, description);
const activation = quantity('count', { min: 0 }, 'The trigger is active above it.').default(0);

const triggerKeys = {
  name: derived(text('Its name, by which `signals` may map it.', 'queue'), 'none'),
  metricType: choice(
    ['AverageValue', 'Value'],
    'Whether the target is per replica, or for the metric as it is.',
  ).default('AverageValue'),
  useCachedMetrics: derived(
    flag('Only false: the autoscaler reads the metric itself.').refine((cached) => !cached, {
      error: () => 'is not modelled; remove it',
    }),
    'false',
  ),
  ...unusedKeys('authenticationRef'),
};

const prometheus = section(
  {
    type: kind('prometheus', 'A query to Prometheus.'),
    ...triggerKeys,
    metadata: section(
      {
        query: text('The query: one metric, or its sum(…) or avg(…).', 'sum(vllm:num_requests_waiting)'),
        threshold: goal('The target.'),
        activationThreshold: activation,
        metricName: derived(text('A name by which `signals` may map it.', 'queue'), 'none'),
        ...unusedKeys(
          'serverAddress namespace authModes unsafeSsl customHeaders queryParameters cortexOrgID timeout ignoreNullValues',
        ),
      },
      'The query and its target.',
    ),
  },
  'A query to Prometheus.',
);

const metricsApi = section(
  {
    type: kind('metrics-api', 'A number from a web address; mapped by its name.'),
    ...triggerKeys,
    metadata: section(
      {
        targetValue: goal('The target.'),
        activationTargetValue: activation,
        ...unusedKeys('url valueLocation format method authMode unsafeSsl'),
      },
      'The number and its target.',
    ),
  },
  'A number from a web address.',
);

const cron = section(
  {
    type: kind('cron', 'A count between two times.'),
    ...triggerKeys,
    metadata: section(
      {
        timezone: zoneKey('Of the times.'),
        start: cronKey('When it begins.'),
        end: cronKey('When it ends.'),
        desiredReplicas: quantity('count', { min: 0, max: 100_000, whole: true }, 'How many replicas.'),
      },
      'The times and the count.',
    ).refine(({ start, end }) => start !== end, {
      path: ['end'],
      error: () => 'is the same as start; write when it ends',
    }),
  },
  'A count between two times.',
);

const triggersKey = list(
  z.discriminatedUnion('type', [prometheus, metricsApi, cron], { error: unknownAlternative('type') }),
  { min: 1, max: 50 },
  'What it scales on; each asks for a count, the largest is taken.',
);

const replicas = (description: string) =>
  quantity('count', { min: 0, max: 100_000, whole: true }, description);
const wholeSeconds = (min: number, description: string) =>
  quantity('seconds', { min, max: 604_800, whole: true }, description);

/** Two, since what waits for the first replica is seen by no replica. */
const DEFAULT_TRIGGERS: Trigger[] = [
  {
    type: 'prometheus',
    name: 'queue',
    metricType: 'AverageValue',
    metadata: { query: 'sum(vllm:num_requests_waiting)', threshold: 5, activationThreshold: 0 },
  },
  {
    type: 'prometheus',
    name: 'gateway',
    metricType: 'AverageValue',
    metadata: { query: 'gateway-queue', threshold: 5, activationThreshold: 0 },
  },
];

const { tolerance, syncPeriod, downscaleStabilization } = controllerKeys;

export const kedaSpecKeys = {
  pollingInterval: wholeSeconds(1, 'How often it looks whether a trigger is active.').default(30),
  cooldownPeriod: wholeSeconds(
    0,
    'How long after the last activity it goes to zero or to the idle count.',
  ).default(300),
  initialCooldownPeriod: wholeSeconds(0, 'The same, from the start, if there was no activity yet.').default(
    0,
  ),
  idleReplicaCount: derived(replicas('Where it rests without activity; below the minimum.'), 'none'),
  minReplicaCount: derived(replicas('The lower bound.'), "the pool's lower bound"),
  maxReplicaCount: derived(replicas('The upper bound.'), "the pool's upper bound"),
  fallback: derived(
    section(
      {
        failureThreshold: replicas('After more failures in a row than these …'),
        replicas: replicas('… a trigger asks for so many.'),
        behavior: choice(
          ['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'],
          'Whether the count as it is takes its place.',
        ).default('static'),
      },
      'What to do when triggers cannot be read.',
    ),
    'none: hold',
  ),
  advanced: derived(
    section(
      {
        horizontalPodAutoscalerConfig: derived(
          section(
            { behavior: derived(behaviorKey, 'none'), ...unusedKeys('name') },
            'The autoscaler underneath.',
          ),
          'no behavior',
        ),
        ...unusedKeys('restoreToOriginalReplicaCount'),
      },
      'Of the autoscaler underneath.',
    ),
    'no behavior',
  ),
  triggers: triggersKey.default(DEFAULT_TRIGGERS as z.output<typeof triggersKey>),
};

const keys = section(
  { ...kedaSpecKeys, signals: signalsKey.default({}), tolerance, syncPeriod, downscaleStabilization },
  'KEDA: activation and scale to zero above a horizontal pod autoscaler.',
);

export const kedaParameters = keys.superRefine((written, context) => {
  for (const problem of problemsIn(written as KedaParameters))
    context.addIssue({ code: 'custom', ...problem });
}) as unknown as z.ZodType<KedaParameters>;

function problemsIn(parameters: KedaParameters): { path: (string | number)[]; message: string }[] {
  const {
    idleReplicaCount: idle,
    minReplicaCount: min,
    maxReplicaCount: max,
    triggers,
    signals,
  } = parameters;
  const problems = triggers.flatMap((trigger, i) => {
    if (trigger.type === 'cron' || signalOfTrigger(trigger, signals)) return [];
    const isQuery = trigger.type === 'prometheus';
    const path = isQuery ? ['triggers', i, 'metadata', 'query'] : ['triggers', i];
    return [{ path, message: unmappedMessage(trigger.name ?? 'the name you give the trigger') }];
  });
  const names = triggers.map(({ name }) => name);
  for (const [i, name] of names.entries()) {
    if (name === undefined || names.indexOf(name) === i) continue;
    problems.push({ path: ['triggers', i, 'name'], message: 'is the name of two triggers; rename one' });
  }
  if (min !== undefined && max !== undefined && min > max) {
    problems.push({ path: ['minReplicaCount'], message: 'is above maxReplicaCount; lower it' });
  }
  if (idle !== undefined && (min === undefined || idle >= min)) {
    const remedy = min === undefined ? 'write that too' : 'lower it';
    problems.push({ path: ['idleReplicaCount'], message: `must be below minReplicaCount; ${remedy}` });
  }
  return problems;
}

export function signalOfTrigger(
  { name, ...trigger }: PrometheusTrigger | MetricsApiTrigger,
  signals: Readonly<Record<string, SignalName>>,
): MappedSignal | undefined {
  const own = (key: string | undefined) =>
    key !== undefined && Object.hasOwn(signals, key) ? mappedSignal(key, signals) : undefined;
  if (trigger.type === 'metrics-api') return own(name);
  const { query, metricName } = trigger.metadata;
  return own(name) ?? own(metricName) ?? signalOfQuery(query.trim(), signals);
}

/** A metric's name alone stands for all its series, which the autoscaler adds up: the sum. */
function signalOfQuery(
  query: string,
  signals: Readonly<Record<string, SignalName>>,
): MappedSignal | undefined {
  const [, aggregate, inner] = /^(sum|avg)\s*\(\s*([\w:-]+)\s*\)$/.exec(query) ?? [undefined, 'sum', query];
  const mapped = mappedSignal(inner, signals);
  if (!mapped || aggregate === 'sum') return mapped;
  return (
    mappedSignal(`mean-${mapped.signal}`, {}) && { ...mapped, signal: `mean-${mapped.signal}` as SignalName }
  );
}
