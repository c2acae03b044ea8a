// A policy over recorded metrics: at every time step it sees what was recorded and says what it would have done. With
// feedback, the replicas are those that it decided on before, and what was recorded of the pool is spread over them; the
// load stays as recorded, so this says what a policy would ask for, not what the requests would have felt.
import type { ScalingPolicy } from '../../policies/scaling/policy.ts';
import { checkedObservation, recommender } from './deciders.ts';
import { observationOf, type Sample } from './metrics.ts';

export interface BacktestOptions {
  policy: ScalingPolicy;
  parameters: Record<string, unknown>;
  /** Facts of the pool, as an observation writes them. */
  pool: Record<string, unknown>;
  withFeedback: boolean;
}

export interface BacktestLine {
  time: string;
  atSeconds: number;
  /** Ready when it decided, and what it wants. */
  replicas: number;
  desiredReplicas: number | null;
  reason: string;
}

export function* backtest(samples: readonly Sample[], options: BacktestOptions): Generator<BacktestLine> {
  const { policy, parameters, pool, withFeedback } = options;
  const recommend = recommender(policy, { parameters });
  let state: unknown;
  let decided: number | undefined;
  for (const sample of samples) {
    const replicas = withFeedback ? decided : undefined;
    const observation = checkedObservation(observationOf(sample, { replicas, pool }));
    const answer = recommend(observation, undefined, state);
    ({ state } = answer);
    const { minReplicas, maxReplicas } = observation.pool;
    const { ready } = observation.replicasByState;
    decided = Math.min(Math.max(answer.desiredReplicas ?? decided ?? ready, minReplicas), maxReplicas);
    yield {
      time: new Date(sample.epochMs).toISOString(),
      atSeconds: sample.atSeconds,
      replicas: ready,
      desiredReplicas: answer.desiredReplicas,
      reason: answer.reason,
    };
  }
}
