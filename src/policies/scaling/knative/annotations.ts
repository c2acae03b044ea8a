// Where Knative takes its settings from: annotations of the revision (autoscaling.knative.dev/…, in both spellings) and
// the data of the config map config-autoscaler, both text. They become the parameters of the policy; an annotation wins.
// Source: knative.dev/docs/serving/autoscaling; pkg/apis/autoscaling/register.go, pkg/autoscaler/config, v1.16 (2024).
import { suggestion } from '../../../settings/suggest.ts';
import { parseGoDuration } from './go-duration.ts';
import type { KnativeParameters } from './parameters.ts';

export type ParameterName = keyof KnativeParameters;
type Kind = 'text' | 'number' | 'duration' | 'boolean' | 'share';

interface Setting {
  parameter: ParameterName;
  kind: Kind;
}

export const ANNOTATION_PREFIX = 'autoscaling.knative.dev/';
export const CLASS_ANNOTATION = 'class';
export const CLASS = 'kpa.autoscaling.knative.dev';
export const PROGRESS_DEADLINE_ANNOTATION = 'serving.knative.dev/progress-deadline';

/** By the part after the prefix. The older spelling is minScale for min-scale. */
export const ANNOTATIONS: Record<string, Setting> = {
  metric: { parameter: 'metric', kind: 'text' },
  target: { parameter: 'target', kind: 'number' },
  'target-utilization-percentage': { parameter: 'targetUtilizationPercentage', kind: 'number' },
  window: { parameter: 'window', kind: 'duration' },
  'panic-window-percentage': { parameter: 'panicWindowPercentage', kind: 'number' },
  'panic-threshold-percentage': { parameter: 'panicThresholdPercentage', kind: 'number' },
  'metric-aggregation-algorithm': { parameter: 'metricAggregationAlgorithm', kind: 'text' },
  'min-scale': { parameter: 'minScale', kind: 'number' },
  'max-scale': { parameter: 'maxScale', kind: 'number' },
  'initial-scale': { parameter: 'initialScale', kind: 'number' },
  'activation-scale': { parameter: 'activationScale', kind: 'number' },
  'scale-down-delay': { parameter: 'scaleDownDelay', kind: 'duration' },
  'scale-to-zero-pod-retention-period': { parameter: 'scaleToZeroPodRetentionPeriod', kind: 'duration' },
  'target-burst-capacity': { parameter: 'targetBurstCapacity', kind: 'number' },
};

/** Keys of config-autoscaler. Those of targets depend on the metric. */
export const CONFIG: Record<string, Setting> = {
  'container-concurrency-target-default': { parameter: 'target', kind: 'number' },
  'requests-per-second-target-default': { parameter: 'target', kind: 'number' },
  'container-concurrency-target-percentage': { parameter: 'targetUtilizationPercentage', kind: 'share' },
  'stable-window': { parameter: 'window', kind: 'duration' },
  'panic-window-percentage': { parameter: 'panicWindowPercentage', kind: 'number' },
  'panic-threshold-percentage': { parameter: 'panicThresholdPercentage', kind: 'number' },
  'max-scale-up-rate': { parameter: 'maxScaleUpRate', kind: 'number' },
  'max-scale-down-rate': { parameter: 'maxScaleDownRate', kind: 'number' },
  'min-scale': { parameter: 'minScale', kind: 'number' },
  'max-scale': { parameter: 'maxScale', kind: 'number' },
  'initial-scale': { parameter: 'initialScale', kind: 'number' },
  'scale-down-delay': { parameter: 'scaleDownDelay', kind: 'duration' },
  'enable-scale-to-zero': { parameter: 'enableScaleToZero', kind: 'boolean' },
  'scale-to-zero-grace-period': { parameter: 'scaleToZeroGracePeriod', kind: 'duration' },
  'scale-to-zero-pod-retention-period': { parameter: 'scaleToZeroPodRetentionPeriod', kind: 'duration' },
  'target-burst-capacity': { parameter: 'targetBurstCapacity', kind: 'number' },
  'activator-capacity': { parameter: 'activatorCapacity', kind: 'number' },
};

/** Known, and without effect on the decisions of one revision. */
const CONFIG_WITHOUT_EFFECT = new Set([
  '_example',
  'allow-zero-initial-scale',
  'max-scale-limit',
  'tick-interval',
]);
const CLASS_KEY = 'pod-autoscaler-class';

export interface KnativeSources {
  annotations: Readonly<Record<string, unknown>>;
  config: Readonly<Record<string, unknown>>;
  containerConcurrency?: unknown;
}

/** Which of the sources, and its key there. */
export interface Origin {
  source: keyof KnativeSources;
  key: string;
}

export interface ReadParameters {
  /** As one writes them in a scenario, not yet checked by their schema; only what was given. */
  given: Partial<Record<ParameterName, unknown>>;
  origins: Partial<Record<ParameterName, Origin>>;
  problems: { origin: Origin; message: string }[];
}

export function readParameters({
  annotations,
  config,
  containerConcurrency,
}: KnativeSources): ReadParameters {
  const read: ReadParameters = { given: {}, origins: {}, problems: [] };
  const limit =
    containerConcurrency === undefined || containerConcurrency === 0 ? undefined : containerConcurrency;
  const isRps = annotations[`${ANNOTATION_PREFIX}metric`] === 'rps';
  for (const [key, value] of Object.entries(config)) {
    if (CONFIG_WITHOUT_EFFECT.has(key)) continue;
    const origin: Origin = { source: 'config', key };
    if (key === CLASS_KEY) checkClass(value, origin, read);
    else if (!Object.hasOwn(CONFIG, key)) {
      read.problems.push({ origin, message: `unknown key; ${suggestion(key, Object.keys(CONFIG))}` });
    } else if (appliesTo(key, isRps, limit !== undefined)) take(CONFIG[key], value, origin, read);
  }
  if (limit !== undefined) {
    read.given.containerConcurrency = limit;
    read.origins.containerConcurrency = { source: 'containerConcurrency', key: 'containerConcurrency' };
  }
  for (const [key, value] of Object.entries(annotations)) {
    const origin: Origin = { source: 'annotations', key };
    if (key === PROGRESS_DEADLINE_ANNOTATION) {
      take({ parameter: 'progressDeadline', kind: 'duration' }, value, origin, read);
    }
    if (!key.startsWith(ANNOTATION_PREFIX)) continue;
    const name = key
      .slice(ANNOTATION_PREFIX.length)
      .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (name === CLASS_ANNOTATION) checkClass(value, origin, read);
    else if (!Object.hasOwn(ANNOTATIONS, name)) {
      const known = suggestion(name, [CLASS_ANNOTATION, ...Object.keys(ANNOTATIONS)]);
      read.problems.push({ origin, message: `unknown annotation; ${known}` });
    } else if (read.origins[ANNOTATIONS[name].parameter]?.source === 'annotations') {
      read.problems.push({ origin, message: 'is given in both spellings; keep one' });
    } else take(ANNOTATIONS[name], value, origin, read);
  }
  return read;
}

/** A hard limit per replica takes the place of the default target. */
function appliesTo(configKey: string, isRps: boolean, hasLimit: boolean): boolean {
  if (configKey === 'requests-per-second-target-default') return isRps;
  if (configKey === 'container-concurrency-target-default') return !isRps && !hasLimit;
  return configKey !== 'container-concurrency-target-percentage' || !isRps;
}

function checkClass(value: unknown, origin: Origin, { problems }: ReadParameters): void {
  if (value === CLASS) return;
  problems.push({
    origin,
    message: `is another autoscaler’s class; write ${CLASS} or use that autoscaler’s policy`,
  });
}

function take({ parameter, kind }: Setting, value: unknown, origin: Origin, read: ReadParameters): void {
  const parsed = parsedText(value, kind);
  if (typeof parsed === 'object') {
    read.problems.push({ origin, message: parsed.problem });
    return;
  }
  read.given[parameter] = parsed;
  read.origins[parameter] = origin;
}

function parsedText(value: unknown, kind: Kind): string | number | boolean | { problem: string } {
  if (typeof value !== 'string') return { problem: `must be text; put it in quotes: "${String(value)}"` };
  switch (kind) {
    case 'text':
      return value;
    case 'boolean':
      // As the original reads it: whatever is not true is false; a typing error should not pass for that here.
      return /^(true|false)$/i.test(value)
        ? value.toLowerCase() === 'true'
        : { problem: 'is neither "true" nor "false"; write one of them' };
    case 'duration':
      return parseGoDuration(value) ?? { problem: 'is not a duration; write e.g. "60s" or "1m30s"' };
    case 'number':
    case 'share': {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
        return { problem: 'is not a number; write e.g. "10"' };
      }
      // Up to 1 it is a fraction, for the sake of old configurations.
      return kind === 'share' && Number(value) <= 1 ? Number(value) * 100 : Number(value);
    }
  }
}
