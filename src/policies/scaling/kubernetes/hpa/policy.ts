// The horizontal pod autoscaler of Kubernetes as a policy: each replica is a pod, each metric a signal of the
// observation (observed.ts), and the rules are those of the original (sync.ts).
import { UserError } from '../../../../kernel/user-error.ts';
import { scalingPolicy } from '../../policy.ts';
import { mappedSignal, needsOf } from '../../signals.ts';
import { partsOf } from './metrics.ts';
import { measure, observedScale } from '../observed.ts';
import { hpaParameters, type HpaParameters } from './parameters.ts';
import { HPA_START, sync, type HpaState, type SyncResult } from './sync.ts';

export const hpaPolicy = scalingPolicy<HpaParameters, HpaState>({
  name: 'hpa',
  summary:
    "Kubernetes' horizontal pod autoscaler (autoscaling/v2): replicas in proportion to metrics over targets",
  source: 'Kubernetes v1.34 (2025), pkg/controller/podautoscaler',
  parameters: hpaParameters,
  needs: ({ metrics, signals }) =>
    needsOf(metrics.flatMap((spec) => mappedSignal(partsOf(spec).name, signals)?.signal ?? [])),
  intervalSeconds: ({ syncPeriod }) => syncPeriod,
  start: ({ metrics }, pool) => {
    if (pool.minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
      throw new UserError(
        `pool ${pool.name}: an hpa with a minimum of 0 needs a metric of type Object or External, since without pods ` +
          'there are no metrics of pods; add one, or raise the minimum to 1',
      );
    }
    return HPA_START;
  },
  recommend: (parameters, observation, state) => {
    const { minReplicas, maxReplicas } = observation.pool;
    const { metrics: specs, behavior = null, signals, tolerance } = parameters;
    const { scale, scraped } = observedScale(observation, specs);
    const result = sync(
      {
        minReplicas,
        maxReplicas,
        metrics: specs.map((spec) => measure(spec, observation, scraped, signals)),
        behavior,
      },
      {
        ...scale,
        cpuInitializationPeriodSeconds: parameters.cpuInitializationPeriod,
        initialReadinessDelaySeconds: parameters.initialReadinessDelay,
      },
      { tolerance, downscaleStabilizationSeconds: parameters.downscaleStabilization },
      state,
    );
    const names = specs.map((spec) => partsOf(spec).name);
    return {
      desiredReplicas: result.rescale || result.proposal?.replicas != null ? result.desiredReplicas : null,
      reason: explain(result, names),
      state: result.state,
    };
  },
});

/** `queue 7.5 x target asks for 23, ScaleUpLimit`. */
export function explain({ proposal, reason, conditions }: SyncResult, names: readonly string[]): string {
  const { ScalingActive, ScalingLimited, AbleToScale } = conditions;
  if (proposal === null) return reason ?? ScalingActive?.reason ?? 'within bounds';
  if (proposal.replicas === null) return `hold: ${proposal.invalidReason ?? 'no metrics'}`;
  const decisive = proposal.calculations[names.indexOf(proposal.metric!)];
  const ratio = 'invalid' in decisive ? null : decisive.ratio;
  const asks = `${proposal.metric}${ratio === null ? '' : ` ${shown(ratio)} x target`} asks for ${proposal.replicas}`;
  const notes = [
    AbleToScale?.reason.endsWith('Stabilized') ? AbleToScale.reason : null,
    ScalingLimited?.status ? ScalingLimited.reason : null,
  ].filter((note) => note !== null);
  return [asks, ...notes].join(', ');
}

function shown(ratio: number): string {
  return String(Number(ratio.toPrecision(3)));
}
