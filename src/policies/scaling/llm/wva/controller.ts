// What both versions of the workload variant autoscaler do in a simulated pool, which is one variant: every minute they
// look at each pod's worst of the last minute and publish a count of replicas; an HPA applies it every 15 s. Left out:
// its engine that scales from zero, so a pool without replicas stays without; GPUs in stock.
// Source: llm-d-workload-variant-autoscaler, internal/engines and config samples, 2025-2026.
import type { z } from 'zod';
import { derived, quantity, section } from '../../../../settings/keys.ts';
import { controllerKeys } from '../../kubernetes/hpa/parameters.ts';
import { behaviorKey } from '../../kubernetes/hpa/spec-keys.ts';
import { HPA_START, sync, type HpaState } from '../../kubernetes/hpa/sync.ts';
import { observedScale } from '../../kubernetes/observed.ts';
import type { Observation, Recommendation } from '../../policy.ts';
import { maximaOf, remember, type PodMaxima, type Scrape } from './maxima.ts';

const duration = (description: string) => quantity('seconds', { above: 0, max: 86_400 }, description);

/** Keys of both policies. */
export const WVA_KEYS = {
  kvCacheThreshold: quantity(
    'share',
    { above: 0, max: 1 },
    'Of the KV cache in use from which a replica is saturated.',
  ).prefault(0.8),
  queueLengthThreshold: quantity(
    'count',
    { above: 0, max: 1e6 },
    'Waiting requests from which a replica is saturated.',
  ).prefault(5),
  interval: duration('How often it analyses and publishes a count.').prefault('60s'),
  window: duration("Of each replica's metrics the maximum over so long is taken.").prefault('60s'),
  hpa: section(
    {
      tolerance: controllerKeys.tolerance,
      syncPeriod: controllerKeys.syncPeriod,
      downscaleStabilization: controllerKeys.downscaleStabilization,
      behavior: derived(behaviorKey, 'none: the windows and limits of an autoscaler without one'),
    },
    'The HPA that applies the published count: a metric of type External with an AverageValue of 1.',
  ).prefault({}),
};

export interface WvaParameters {
  interval: number;
  window: number;
  hpa: {
    tolerance: number;
    syncPeriod: number;
    downscaleStabilization: number;
    behavior?: z.output<typeof behaviorKey>;
  };
}

/** `A`: what the analyser remembers. */
export interface WvaState<A> {
  scrapes: readonly Scrape[];
  analysedAtSeconds: number | null;
  published: number | null;
  reason: string;
  hpa: HpaState;
  analyser: A;
}

export function startWva<A>(analyser: A): WvaState<A> {
  return {
    scrapes: [],
    analysedAtSeconds: null,
    published: null,
    reason: 'nothing published yet',
    hpa: HPA_START,
    analyser,
  };
}

export interface PoolMaxima {
  currentReplicas: number;
  pendingReplicas: number;
  /** Of ready replicas that report. */
  pods: PodMaxima[];
  /** As last published; 0: nothing was. */
  desiredReplicas: number;
}

/** The count to publish (null: leave it), why, and what to remember. */
export type Analyse<A> = (
  pool: PoolMaxima,
  analyser: A,
) => { count: number | null; reason: string; analyser: A };

export function stepWva<A>(
  parameters: WvaParameters,
  observation: Observation,
  { state, analyse }: { state: WvaState<A>; analyse: Analyse<A> },
): Recommendation<WvaState<A>> {
  const scrapes = remember(state.scrapes, observation, parameters.window);
  const seesNothing = observation.metricsOutage || scrapes.length === 0;
  const analysed = analyseWhenDue(parameters, observation, {
    state: { ...state, scrapes },
    analyse: seesNothing ? null : analyse,
  });
  const published = seesNothing ? null : analysed.published;
  const { replicas, hpa } = apply(parameters.hpa, observation, { published, state: analysed.hpa });
  const reason = seesNothing ? 'no metrics' : analysed.reason;
  return {
    desiredReplicas: replicas,
    reason: published === null ? reason : `${reason}; published ${published}`,
    state: { ...analysed, hpa },
  };
}

function analyseWhenDue<A>(
  { interval }: WvaParameters,
  { atSeconds, wantedReplicas, replicasByState }: Observation,
  { state, analyse }: { state: WvaState<A>; analyse: Analyse<A> | null },
): WvaState<A> {
  const { analysedAtSeconds, published } = state;
  const due = analysedAtSeconds === null || atSeconds - analysedAtSeconds >= interval;
  if (analyse === null || !due) return state;
  const pool: PoolMaxima = {
    currentReplicas: wantedReplicas,
    pendingReplicas: Math.max(0, wantedReplicas - replicasByState.ready),
    pods: maximaOf(state.scrapes),
    desiredReplicas: published ?? 0,
  };
  const { count, reason, analyser } = analyse(pool, state.analyser);
  return { ...state, analysedAtSeconds: atSeconds, published: count ?? published, reason, analyser };
}

/** Null replicas: the HPA holds. */
function apply(
  { behavior, tolerance, downscaleStabilization }: WvaParameters['hpa'],
  observation: Observation,
  { published, state }: { published: number | null; state: HpaState },
): { replicas: number | null; hpa: HpaState } {
  const { minReplicas, maxReplicas } = observation.pool;
  const target = { type: 'AverageValue', averageValue: 1 } as const;
  const result = sync(
    {
      minReplicas,
      maxReplicas,
      behavior: behavior ?? null,
      metrics: [
        {
          type: 'External',
          external: { metric: { name: 'wva_desired_replicas' }, target },
          samples: null,
          valuesMilli: published === null ? null : [1000 * published],
          timestamp: observation.atSeconds,
        },
      ],
    },
    {
      ...observedScale(observation, []).scale,
      // Matter to metrics of pods only.
      cpuInitializationPeriodSeconds: 0,
      initialReadinessDelaySeconds: 0,
    },
    { tolerance, downscaleStabilizationSeconds: downscaleStabilization },
    state,
  );
  const decides = result.rescale || result.proposal?.replicas != null;
  return { replicas: decides ? result.desiredReplicas : null, hpa: result.state };
}
