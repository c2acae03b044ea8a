// Rules of the horizontal autoscaler on a change of the count: windows, limits, what is remembered, a whole sync.
import { section } from '../../../../../settings/keys.ts';
import { rule, type Rule } from '../../../rule.ts';
import {
  limitWithBehavior,
  recordScaling,
  scaleLimit,
  stabilizeBothWays,
  withDefaults,
} from '../behavior.ts';
import { changeWithin } from '../history.ts';
import { limitWithoutBehavior, stabilizeDown } from '../normalize.ts';
import { anyBehaviorKey } from '../spec-keys.ts';
import { HPA_START, sync } from '../sync.ts';
import {
  boundsInput,
  count,
  eventInputs,
  metricsInput,
  nowInput,
  period,
  recommendationsInput,
  scaleInputs,
  scaleOf,
  takenBy,
  toleranceInput,
} from './inputs.ts';

const SOURCE = 'Kubernetes v1.34 (2025), pkg/controller/podautoscaler/horizontal.go';

const window = period('How old recommendations may be to count.').default(300);
const optionalBehavior = anyBehaviorKey.nullable().default(null);

const normalizeRule = rule({
  name: 'hpa/normalize',
  summary: 'without behavior: the largest recent recommendation, at most doubled (or 4), within the bounds',
  source: `${SOURCE}: normalizeDesiredReplicas`,
  input: section(
    {
      ...boundsInput,
      desiredReplicas: count('What the metrics ask for.'),
      recommendations: recommendationsInput.default([]),
      ...nowInput,
      downscaleStabilizationSeconds: window,
    },
    'A desired count and the history.',
  ),
  evaluate: ({ desiredReplicas, recommendations, now, downscaleStabilizationSeconds, ...bounds }) => {
    const windowSeconds = downscaleStabilizationSeconds;
    const stabilized = stabilizeDown(desiredReplicas, recommendations, { now, windowSeconds });
    const { replicas, reason } = limitWithoutBehavior(stabilized.replicas, bounds);
    return {
      desiredReplicas: replicas,
      reason,
      stabilizedReplicas: stabilized.replicas,
      stabilityReason: stabilized.reason,
      recommendations: stabilized.recommendations,
    };
  },
  example: {
    input: { currentReplicas: 3, desiredReplicas: 9, maxReplicas: 10 },
    output: {
      desiredReplicas: 6,
      reason: 'ScaleUpLimit',
      stabilizedReplicas: 9,
      stabilityReason: 'ReadyForNewScale',
      recommendations: [{ replicas: 9, at: 0 }],
    },
  },
});

const stabilizeRule = rule({
  name: 'hpa/stabilize',
  summary: 'the windows: only downwards without behavior, both ways with one',
  source: `${SOURCE}: stabilizeRecommendation(WithBehaviors)`,
  input: section(
    {
      currentReplicas: boundsInput.currentReplicas,
      desiredReplicas: count('What the metrics ask for.'),
      recommendations: recommendationsInput.default([]),
      ...nowInput,
      behavior: optionalBehavior,
      downscaleStabilizationSeconds: window,
    },
    'A desired count and the history.',
  ),
  evaluate: ({
    currentReplicas,
    desiredReplicas,
    recommendations,
    now,
    behavior,
    downscaleStabilizationSeconds,
  }) => {
    const windowSeconds = downscaleStabilizationSeconds;
    if (behavior === null) return stabilizeDown(desiredReplicas, recommendations, { now, windowSeconds });
    const { scaleUp, scaleDown } = withDefaults(behavior, windowSeconds);
    const upSeconds = scaleUp.stabilizationWindowSeconds;
    const downSeconds = scaleDown.stabilizationWindowSeconds;
    return stabilizeBothWays(desiredReplicas, recommendations, {
      currentReplicas,
      upSeconds,
      downSeconds,
      now,
    });
  },
  example: {
    input: {
      currentReplicas: 5,
      desiredReplicas: 3,
      recommendations: [{ replicas: 4, at: -60 }],
      behavior: {},
    },
    output: {
      replicas: 4,
      reason: 'ScaleDownStabilized',
      recommendations: [
        { replicas: 4, at: -60 },
        { replicas: 3, at: 0 },
      ],
    },
  },
});

const behaviorRule = rule({
  name: 'hpa/behavior',
  summary: 'with behavior: limits of the rate by policies and past scalings, within the bounds',
  source: `${SOURCE}: convertDesiredReplicasWithBehaviorRate`,
  input: section(
    {
      ...boundsInput,
      desiredReplicas: count('After stabilisation.'),
      behavior: anyBehaviorKey.prefault({}),
      ...eventInputs,
      ...nowInput,
    },
    'A desired count and past scalings.',
  ),
  evaluate: ({ desiredReplicas, behavior: written, scaleUpEvents, scaleDownEvents, now, ...bounds }) => {
    const behavior = withDefaults(written, 300);
    const recent = { events: { up: scaleUpEvents, down: scaleDownEvents }, now };
    const { replicas, reason } = limitWithBehavior(desiredReplicas, bounds, behavior, recent);
    const { currentReplicas } = bounds;
    return {
      desiredReplicas: replicas,
      reason,
      scaleUpLimit: finite(scaleLimit('up', currentReplicas, behavior.scaleUp, recent)),
      scaleDownLimit: finite(scaleLimit('down', currentReplicas, behavior.scaleDown, recent)),
    };
  },
  example: {
    input: {
      currentReplicas: 3,
      desiredReplicas: 20,
      maxReplicas: 50,
      scaleUpEvents: [{ change: 1, at: -10 }],
    },
    output: { desiredReplicas: 6, reason: 'ScaleUpLimit', scaleUpLimit: 6, scaleDownLimit: 0 },
  },
});

/** Without policies there is no limit. */
function finite(limit: number): number | null {
  return Number.isFinite(limit) ? limit : null;
}

const eventsRule = rule({
  name: 'hpa/events',
  summary: 'what is remembered of a scaling, in the place of an outdated one',
  source: `${SOURCE}: storeScaleEvent`,
  input: section(
    {
      previousReplicas: count('The count before.'),
      newReplicas: count('The count after.'),
      behavior: anyBehaviorKey.prefault({}),
      ...eventInputs,
      ...nowInput,
    },
    'A scaling and the earlier ones.',
  ),
  evaluate: ({ previousReplicas: from, newReplicas: to, behavior: written, now, ...before }) => {
    const behavior = withDefaults(written, 300);
    const events = { up: before.scaleUpEvents, down: before.scaleDownEvents };
    const [of, past] = to > from ? [behavior.scaleUp, events.up] : [behavior.scaleDown, events.down];
    const longest = Math.max(0, ...of.policies.map(({ periodSeconds }) => periodSeconds));
    const { up, down } = recordScaling(events, behavior, { from, to, now });
    return { scaleUpEvents: up, scaleDownEvents: down, changeBefore: changeWithin(past, now, longest) };
  },
  example: {
    input: { previousReplicas: 3, newReplicas: 5, scaleUpEvents: [{ change: 2, at: -30 }] },
    output: { scaleUpEvents: [{ change: 2, at: 0 }], scaleDownEvents: [], changeBefore: 0 },
  },
});

const syncRule = rule({
  name: 'hpa/sync',
  summary:
    'a whole sync: from specification, metrics and memory to the count, its reasons and the next memory',
  source: `${SOURCE}: reconcileAutoscaler`,
  input: section(
    {
      ...scaleInputs,
      minReplicas: boundsInput.minReplicas,
      maxReplicas: boundsInput.maxReplicas,
      metrics: metricsInput,
      behavior: optionalBehavior,
      tolerance: toleranceInput,
      downscaleStabilizationSeconds: window,
      state: section(
        { recommendations: recommendationsInput.nullable().default(null), ...eventInputs },
        'The memory; left out: this is the first sync.',
      ).default(HPA_START),
    },
    'A specification, the metrics, the pods and the memory.',
  ),
  evaluate: ({
    minReplicas,
    maxReplicas,
    metrics,
    behavior,
    tolerance,
    downscaleStabilizationSeconds,
    state,
    ...scale
  }) =>
    sync(
      { minReplicas, maxReplicas, metrics: metrics.map((metric) => takenBy(scale.now, metric)), behavior },
      scaleOf(scale),
      { tolerance, downscaleStabilizationSeconds },
      state,
    ),
  example: {
    input: { currentReplicas: 0, maxReplicas: 5, metrics: [] },
    output: {
      desiredReplicas: 0,
      rescale: false,
      reason: null,
      proposal: null,
      conditions: { ScalingActive: { status: false, reason: 'ScalingDisabled' } },
      state: { recommendations: [{ replicas: 0, at: 0 }], scaleUpEvents: [], scaleDownEvents: [] },
    },
  },
});

export const CHANGE_RULES: readonly Rule[] = [
  normalizeRule,
  stabilizeRule,
  behaviorRule,
  eventsRule,
  syncRule,
];
